/**
 * One line of the calibration table: what is simulated, what is owed, and whether it was kept.
 */
import { betaQuantile } from '../../src/stats/beta.ts';
import type { Random } from '../../src/stats/random.ts';

/** `shown`: no promise, but printed. */
export type Band = { readonly low: number; readonly high: number } | 'shown';

/** How often something happened, or the mean of something. */
export type Outcome =
  | { readonly kind: 'share'; readonly hits: number; readonly trials: number }
  | { readonly kind: 'mean'; readonly value: number; readonly standardError: number };

export interface Cell {
  readonly id: string;
  /** The row of the summary that this cell belongs to. */
  readonly row: string;
  /** Draws thousands of resamples for each replicate: a fifth of the replicates are owed. */
  readonly resampling?: true;
  /** Measures of this cell by name, with what is owed. */
  readonly owed: Readonly<Record<string, Band>>;
  /** Every measure of `owed`, from `replicates` seeded draws. */
  simulate(replicates: number, random: Random): Readonly<Record<string, Outcome>>;
}

/** Clopper–Pearson for shares, ±3.29 standard errors for means: the 99.9 % interval of the truth. */
export function plausible(outcome: Outcome, confidence = 0.999): { low: number; high: number } {
  const tail = (1 - confidence) / 2;
  if (outcome.kind === 'mean') {
    const reach = 3.2905267314918945 * outcome.standardError;
    return { low: outcome.value - reach, high: outcome.value + reach };
  }
  const { hits, trials } = outcome;
  return {
    low: hits === 0 ? 0 : betaQuantile(tail, hits, trials - hits + 1),
    high: hits === trials ? 1 : betaQuantile(1 - tail, hits + 1, trials - hits),
  };
}

/** A cell fails when all that is plausible lies outside its band. */
export function keeps(outcome: Outcome, band: Band): boolean {
  if (band === 'shown' || (outcome.kind === 'share' && outcome.trials === 0)) return true;
  const { low, high } = plausible(outcome);
  return low <= band.high && high >= band.low;
}

export const measured = (outcome: Outcome): number =>
  outcome.kind === 'mean' ? outcome.value : outcome.hits / outcome.trials;
