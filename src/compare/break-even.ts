/**
 * From which volume on is the other arm cheaper? Over the volumes that the workload declares (`workload.volume`).
 *
 * Answers: the volumes at which the arms may cost the same, each treatment against the baseline. Applies: each trial is
 * a run at the volume of its unit, in random order; the money that a run costs. Formula and source: stats/break-even.ts.
 * Where runs stand for a part of a month, volumes and money are those of a month: × 730 h ÷ `each`.
 */
import { currencyOf } from '../model/currency.js';
import type { Estimate, IntervalData } from '../model/effect.js';
import type { ArmColumn, Evidence } from '../model/evidence.js';
import type { Experiment, Metric } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import type { BreakEvenReport } from '../model/trade-off.js';
import { type BreakEven, breakEven } from '../stats/break-even.js';
import { type VolumeRuns, weightedLine } from '../stats/weighted-line.js';
import { priceSteps } from './price-steps.js';

const MONTH_MS = 730 * 3_600_000;

/** Empty where no volume factor was declared. */
export function breakEvens(
  evidence: Pick<Evidence, 'experiment' | 'tables' | 'schedule'>,
  confidence: number,
): readonly BreakEvenReport[] {
  const { experiment } = evidence;
  const volume = experiment.workload?.volume;
  const cost = costOf(experiment);
  if (volume === undefined || cost === null) return [];
  const steps = priceSteps(cost, evidence);
  const factor = volume.eachMs === null ? 1 : MONTH_MS / volume.eachMs;
  return experiment.treatments.map((treatment) => {
    const { baseline } = experiment;
    const blank: BreakEvenReport = {
      treatment,
      baseline,
      costMetric: cost.name,
      currency: currencyOf(cost.unit) ?? '',
      confidence,
      volumeUnit: volume.of,
      monthly: volume.eachMs !== null,
      decidedAt: volume.at * factor,
      kind: 'unmeasured',
      low: null,
      high: null,
      estimate: null,
      cheaperBelow: null,
      why: null,
      from: null,
      to: null,
      lines: [],
      differences: [],
      bracket: null,
      runs: [],
    };
    const table = evidence.tables.get(cost.name);
    if (table === undefined) return { ...blank, why: reason('metric-without-data', { metric: cost.name }) };
    if (table.unmeasured !== null) return { ...blank, why: table.unmeasured };
    const runsOf = (arm: string) => runsAt(table.arms.get(arm), evidence, volume.of, factor);
    const [x, y] = [runsOf(treatment), runsOf(baseline)];
    const found = breakEven(x, y, confidence, steps !== null);
    const runs = [...pointsOf(treatment, x), ...pointsOf(baseline, y)];
    return { ...blank, runs, ...described(found, x, y, [treatment, baseline], confidence, steps) };
  });
}

/** Money per run: what a cost is the numerator of, or the cost itself. */
function costOf({ metrics, hypotheses }: Experiment): Metric | null {
  const own = metrics.filter(({ role, unit }) => role === 'cost' && currencyOf(unit) !== null);
  return own.find(({ name }) => hypotheses.some(({ metric }) => metric === name)) ?? own[0] ?? null;
}

/** A column's `value` is the money of the run, whatever it is held against. */
function runsAt(
  column: ArmColumn | undefined,
  { schedule }: Pick<Evidence, 'schedule'>,
  of: string,
  factor: number,
): VolumeRuns {
  const volumeOf = new Map(schedule?.units.map(({ id, covariates }) => [id, covariates[of]]));
  const rows = [...(column?.item ?? []).keys()].filter((i) => {
    const volume = volumeOf.get(column?.item[i] ?? '');
    return volume !== undefined && Number.isFinite(column?.value[i]);
  });
  return {
    volume: Float64Array.from(rows, (i) => factor * (volumeOf.get(column?.item[i] ?? '') ?? Number.NaN)),
    cost: Float64Array.from(rows, (i) => factor * (column?.value[i] ?? Number.NaN)),
  };
}

const pointsOf = (arm: string, { volume, cost }: VolumeRuns) =>
  Array.from(volume, (at, i) => ({ arm, volume: at, cost: cost[i] }));

type Described = Omit<Partial<BreakEvenReport>, 'treatment'>;

function described(
  found: BreakEven | Reason,
  x: VolumeRuns,
  y: VolumeRuns,
  [treatment, baseline]: readonly [string, string],
  confidence: number,
  steps: Reason | null,
): Described {
  if ('code' in found) return { kind: 'unmeasured', why: found };
  const name = (side: 'treatment' | 'baseline') => (side === 'treatment' ? treatment : baseline);
  const range = rangeOf(x, y);
  const lines = found.kind === 'no-line' ? [] : linesOf([x, y], [treatment, baseline], range);
  const common = { kind: found.kind, ...range, lines };
  if (found.kind === 'none') return { ...common, why: found.why };
  if (found.kind !== 'no-line') {
    const { low, high, estimate, cheaperBelow } = found;
    return { ...common, low, high, estimate, cheaperBelow: name(cheaperBelow) };
  }
  const { bracket, differences, why } = found;
  return {
    ...common,
    why: steps ?? why,
    bracket: bracket === null ? null : { low: bracket.low, high: bracket.high },
    cheaperBelow: bracket === null ? null : name(bracket.cheaperBelow),
    differences: differences.map(({ volume, difference }) => ({
      volume,
      estimate: difference?.estimate ?? null,
      interval: difference === null ? null : intervalAt(difference, confidence),
    })),
  };
}

function rangeOf(x: VolumeRuns, y: VolumeRuns): { readonly from: number; readonly to: number } {
  const ends = [x, y].map(({ volume }) => [Math.min(...volume), Math.max(...volume)]);
  return { from: Math.max(ends[0][0], ends[1][0]), to: Math.min(ends[0][1], ends[1][1]) };
}

const linesOf = (
  runs: readonly VolumeRuns[],
  arms: readonly string[],
  { from, to }: { readonly from: number; readonly to: number },
): BreakEvenReport['lines'] =>
  runs.flatMap((own, i) => {
    const line = weightedLine(own);
    return 'code' in line ? [] : [{ arm: arms[i], atFrom: line.at(from), atTo: line.at(to) }];
  });

const intervalAt = (difference: Estimate, confidence: number): IntervalData => {
  const found = difference.interval(confidence);
  return found.kind === 'unbounded'
    ? { kind: 'unbounded', low: null, high: null }
    : { kind: 'interval', low: found.low, high: found.high };
};
