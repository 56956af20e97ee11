/**
 * What the stages of a ramp are worth together.
 *
 * Stages are combined with the weights of Mantel and Haenszel, W ∝ D_x·D_y/(D_x + D_y) (compare/stages.ts). With p the
 * part of the time in a stage and a, b the arms' parts of the traffic in it:
 * - keys (each seen in one stage): the variance of an arm is that of as many keys as all × 1/Σ W²/(p·a), ΣW = 1, so a
 *   stage with little traffic adds little, and the ramp is as good as one split with these shares;
 * - buckets of a ratio of sums: D is work, W ∝ p·w with w = a·b/(a + b), and n buckets are worth n·(Σ p·w)²/Σ p·w²; of
 *   means every bucket counts alike.
 * Where more is needed than declared, every stage is taken to be longer in the same proportion.
 */
import type { ArmName, Experiment, Metric } from '../model/experiment.js';

interface Part {
  /** Of the time. */
  readonly p: number;
  /** Of the traffic: treatment and baseline, to which everything belongs that takes no part. */
  readonly a: number;
  readonly b: number;
}

function partsOf({ design, arms, baseline }: Experiment, treatment: ArmName): readonly Part[] {
  const stages = design.stages ?? [];
  const kept = stages.map(({ durationMs }) => Math.max(0, durationMs - (design.burnInMs ?? 0)));
  const whole = kept.reduce((sum, ms) => sum + ms, 0);
  const share = (name: ArmName) => design.shares[name] ?? 1 / arms.length;
  return stages.map(({ coverage }, i) => ({
    p: kept[i] / whole,
    a: coverage * share(treatment),
    b: coverage * share(baseline) + 1 - coverage,
  }));
}

/** Shares of one split by key that would be worth as much. */
export function sharesOf(experiment: Experiment, treatment: ArmName) {
  const parts = partsOf(experiment, treatment);
  const weight = ({ p, a, b }: Part) => (p * a * b) / (a + b);
  const whole = parts.reduce((sum, part) => sum + weight(part), 0);
  const worth = (share: (part: Part) => number) =>
    1 / parts.reduce((sum, part) => sum + (weight(part) / whole) ** 2 / (part.p * share(part)), 0);
  return { treatment: worth(({ a }) => a), baseline: worth(({ b }) => b) };
}

/** Part of all keys that meets the treatment in some stage. */
export const treatedPart = (experiment: Experiment, treatment: ArmName): number =>
  partsOf(experiment, treatment).reduce((sum, { p, a }) => sum + p * a, 0);

/** How much of its buckets a ramp is worth, 0 … 1. */
export function worthOfBuckets(experiment: Experiment, metric: Metric, treatment: ArmName): number {
  if (metric.input.kind !== 'ratio') return 1;
  const parts = partsOf(experiment, treatment).map(({ p, a, b }) => ({ p, w: (a * b) / (a + b) }));
  const mean = parts.reduce((sum, { p, w }) => sum + p * w, 0);
  return (mean * mean) / parts.reduce((sum, { p, w }) => sum + p * w * w, 0);
}

export const lengthOf = ({ design }: Experiment): number =>
  (design.stages ?? []).reduce((sum, { durationMs }) => sum + durationMs, 0);

/** Buckets of this width that the declared stages hold, burn-in left out. */
export const bucketsIn = ({ design }: Experiment, bucketMs: number): number =>
  (design.stages ?? []).reduce(
    (sum, { durationMs }) =>
      sum + Math.max(0, Math.floor((durationMs - (design.burnInMs ?? 0)) / bucketMs + 1e-9)),
    0,
  );
