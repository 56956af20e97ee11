/**
 * The stages of a ramp: each is a stratum, compared for itself, then combined with weights that both arms share.
 *
 * Combined value of an arm = Σ W_h·R_h with R_h its mean, or its ratio of sums, in stage h and Σ W_h = 1. Weights are
 * those of Mantel and Haenszel (1959), W_h ∝ D_x·D_y/(D_x + D_y) with D the units (or the work) of each arm in the stage:
 * they depend on how much there was to see, never on what was seen, and give a stage in which one arm had little the
 * little it is worth. Pooling stages with different shares would compare different times with each other (Simpson).
 */
import type { ComparePlan } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import { type Precise, preciseQuotient, preciseSum } from '../stats/double-double.js';
import { membersOf } from '../stats/strata.js';
import { type Measured, measured } from './measures.js';

export interface StageArm {
  /** Rows of the column. */
  readonly rows: readonly number[];
  /** Σvalue ÷ Σwork. */
  readonly rate: Precise;
  /** Units, or the denominator where the metric is a ratio of sums. */
  readonly work: number;
  /** (value − rate·work of the row) ÷ Σwork: how much the row moves the stage's rate. */
  readonly influence: Float64Array;
}

export interface Stage {
  readonly stage: number;
  readonly weight: number;
  readonly treatment: StageArm;
  readonly baseline: StageArm;
}

/** `fewest`: rows of each arm that a stage needs. */
export function stagesOf(
  treatment: ArmColumn,
  baseline: ArmColumn,
  plan: ComparePlan,
  fewest: number,
): { readonly stages: readonly Stage[]; readonly warnings: readonly Reason[] } | Reason {
  const x = measured(treatment, plan);
  if ('code' in x) return x;
  const y = measured(baseline, plan);
  if ('code' in y) return y;
  const [xs, ys] = [byStage(treatment), byStage(baseline)];
  const all = [...new Set([...xs.keys(), ...ys.keys()])].sort((a, b) => a - b);
  const found = all.flatMap((stage): Omit<Stage, 'weight'>[] => {
    const a = armOf(x, xs.get(stage) ?? [], fewest);
    const b = armOf(y, ys.get(stage) ?? [], fewest);
    return a === null || b === null ? [] : [{ stage, treatment: a, baseline: b }];
  });
  if (found.length === 0) return reason('ramp-no-stage');
  const sizes = found.map(({ treatment: a, baseline: b }) => (a.work / (a.work + b.work)) * b.work);
  const whole = sizes.reduce((sum, size) => sum + size, 0);
  const left = all.filter((stage) => !found.some((one) => one.stage === stage));
  return {
    stages: found.map((one, h) => ({ ...one, weight: sizes[h] / whole })),
    warnings:
      left.length === 0
        ? []
        : [
            reason('ramp-stages-left-out', {
              count: left.length,
              of: all.length,
              stages: left.map((h) => h + 1),
            }),
          ],
  };
}

function byStage({ slot, n }: ArmColumn): ReadonlyMap<number, readonly number[]> {
  const groups = membersOf(Array.from(slot ?? new Float64Array(n), String), n);
  return new Map(groups.map((rows) => [slot?.[rows[0]] ?? 0, rows]));
}

function armOf({ value, per }: Measured, rows: readonly number[], fewest: number): StageArm | null {
  if (rows.length < fewest) return null;
  const v = Float64Array.from(rows, (i) => value[i]);
  const w = Float64Array.from(rows, (i) => per?.[i] ?? 1);
  const work = preciseSum(w);
  if (!(work.high > 0)) return null;
  const rate = preciseQuotient(preciseSum(v), work);
  const influence = v.map((one, i) => (one - rate.high * w[i] - rate.low * w[i]) / work.high);
  return { rows, rate, work: work.high, influence };
}

/** Σ W_h·R_h of an arm, and the influence of each of its rows; rows of stages that are left out have none. */
export function combined(
  stages: readonly Stage[],
  arm: 'treatment' | 'baseline',
  length: number,
): { readonly value: Precise; readonly influence: Float64Array } {
  const influence = new Float64Array(length);
  const parts: number[] = [];
  for (const { weight, [arm]: own } of stages) {
    parts.push(weight * own.rate.high, weight * own.rate.low);
    own.rows.forEach((row, i) => {
      influence[row] = weight * own.influence[i];
    });
  }
  return { value: preciseSum(Float64Array.from(parts)), influence };
}

/**
 * By how much the arms of a stage differ otherwise than the combined ones do: S_h = (R_xh − R̄x) − r̂·(R_yh − R̄y), r̂ = R̄x/R̄y.
 * Each stage's own rate takes with it what is slow: a series of what is left looks less related to itself than it is.
 * S_h is that part, free of levels that stages share; half of it belongs to each arm, so that swapping them changes nothing.
 */
export function stageShifts(
  stages: readonly Stage[],
  x: Precise,
  y: Precise,
): ReadonlyMap<number, { readonly treatment: number; readonly baseline: number }> {
  const ratio = x.high / y.high > 0 && y.high !== 0 ? x.high / y.high : 1;
  // An arm without any failure has none that could shift.
  const part = x.high === 0 ? 0 : y.high === 0 ? 1 : 1 / 2;
  return new Map(
    stages.map(({ stage, treatment, baseline }) => {
      const shift = apart(treatment.rate, x) - ratio * apart(baseline.rate, y);
      return [stage, { treatment: part * shift, baseline: (-(1 - part) * shift) / ratio }];
    }),
  );
}

/** High parts first: large values next to each other lose nothing. */
const apart = (a: Precise, b: Precise): number => a.high - b.high + (a.low - b.low);

/** How much a unit of an arm's work in each row counts in Σ W_h·R_h: W_h ÷ the work of its stage. */
export function workWeights(
  stages: readonly Stage[],
  arm: 'treatment' | 'baseline',
  length: number,
): Float64Array {
  const weights = new Float64Array(length);
  for (const { weight, [arm]: own } of stages) for (const row of own.rows) weights[row] = weight / own.work;
  return weights;
}

/** What the report shows of the stages: the ratio of the arms in each, where there is one. */
export const stageDetails = (stages: readonly Stage[]): Record<string, number> =>
  Object.fromEntries([
    ['stages', stages.length],
    ...stages.flatMap(({ stage, weight, treatment, baseline }) => [
      ...(baseline.rate.high > 0
        ? [[`stage ${stage + 1}: treatment ÷ baseline`, treatment.rate.high / baseline.rate.high] as const]
        : []),
      [`stage ${stage + 1}: weight`, weight],
    ]),
  ]);
