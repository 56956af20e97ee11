/*
 * The cloud of cost against time.
 *
 * Answers: over resamples of the units, how often is the treatment faster or slower, cheaper or dearer. Applies: at least
 * 10 units; a picture beside the trade-off. Shares of resamples are not probabilities of anything and decide nothing.
 * Formula: units (pairs, or each arm's) are drawn again with replacement, for series in circular blocks; the means' shifts
 * in standard errors of the resampling, z, are stretched to t⁻¹(Φ(z)) standard errors of the data, so that the margins
 * of the cloud are those of the t intervals, not those of a bootstrap that is too narrow for few units.
 * Source: Efron and Tibshirani 1993 §6; cost-effectiveness plane: Black 1990; STATISTICS.md §7.
 */
import { type Reason, reason } from '../model/reason.js';
import { normalCdf, normalSurvival } from './normal.js';
import type { Random } from './random.js';
import { checkColumns, squareProblem } from './sample-problem.js';
import { studentTQuantile } from './student-t.js';

/** Rows of units: cost and hours of the same unit. */
export interface CloudUnits {
  readonly cost: Float64Array;
  readonly hours: Float64Array;
}

export interface Cloud {
  /** One point a resample: extra cost and hours saved, per unit. */
  readonly extraCost: Float64Array;
  readonly hoursSaved: Float64Array;
  /** Shares of resamples; a point on an axis counts half to each side. */
  readonly shares: {
    readonly fasterCheaper: number;
    readonly fasterDearer: number;
    readonly slowerCheaper: number;
    readonly slowerDearer: number;
  };
}

const FEWEST = 10;

/**
 * Resamples of extra cost against hours saved, of pairs. Shares of resamples, not probabilities.
 *
 * @param units extra cost (money) and hours saved (h) of each pair, at least 10
 * @param random the stream that draws
 * @param blockLength 1 for independent units; `politisWhite` for series
 * @param resamples points
 * @returns or a Reason `{ code, values }`
 * @throws RangeError where cost and hours differ in length, or a block is shorter than 1
 * @example
 * ```ts
 * const random = createRandom(1);
 * const column = (mean: number) => Float64Array.from({ length: 30 }, () => mean + random.normal());
 * const found = pairedCloud({ cost: column(2), hours: column(3) }, random);
 * if ('code' in found) throw new Error(found.code);
 * found.shares.fasterDearer; // → 1
 * ```
 */
export function pairedCloud(
  units: CloudUnits,
  random: Random,
  blockLength = 1,
  resamples = 2000,
): Cloud | Reason {
  return cloudOf([{ ...units, sign: 1 }], random, blockLength, resamples);
}

/**
 * Resamples of extra cost against hours saved, of two independent arms.
 *
 * @param treatment @param baseline cost (money) and hours (h) of the units of each arm, at least 10
 * @param random the stream that draws
 * @param blockLength 1 for independent units; `politisWhite` for series
 * @param resamples points
 * @returns or a Reason `{ code, values }`
 * @throws RangeError where cost and hours of an arm differ in length, or a block is shorter than 1
 * @example
 * ```ts
 * const random = createRandom(1);
 * const column = (mean: number) => Float64Array.from({ length: 30 }, () => mean + random.normal());
 * const found = unpairedCloud({ cost: column(12), hours: column(5) }, { cost: column(9), hours: column(8) }, random);
 * if ('code' in found) throw new Error(found.code);
 * found.shares.fasterDearer; // → 1
 * ```
 */
export function unpairedCloud(
  treatment: CloudUnits,
  baseline: CloudUnits,
  random: Random,
  blockLength = 1,
  resamples = 2000,
): Cloud | Reason {
  const parts = [
    { ...treatment, hours: treatment.hours.map((h) => -h), sign: 1 },
    { ...baseline, hours: baseline.hours.map((h) => -h), sign: -1 },
  ];
  return cloudOf(parts, random, blockLength, resamples);
}

type Part = CloudUnits & { readonly sign: number };

function cloudOf(
  parts: readonly Part[],
  random: Random,
  blockLength: number,
  resamples: number,
): Cloud | Reason {
  for (const { cost, hours } of parts) checkColumns([cost, hours]);
  const problem = squareProblem(
    parts.flatMap((part) => [part.cost, part.hours]),
    1,
  );
  if (problem !== null) return problem;
  const fewest = Math.min(...parts.map((part) => part.cost.length));
  if (fewest < FEWEST) return reason('too-few-for-cloud', { have: fewest, need: FEWEST });
  const streams = parts.map((_, k) => random.stream(`arm ${k}`));
  const [cost, hours] = [new Float64Array(resamples), new Float64Array(resamples)];
  if (!(blockLength >= 1)) throw new RangeError(`block length must be at least 1, got ${blockLength}`);
  const length = Math.ceil(blockLength);
  for (let b = 0; b < resamples; b++) {
    for (let k = 0; k < parts.length; k++) addBlocks(parts[k], length, streams[k], cost, hours, b);
  }
  const df = fewest / Math.ceil(blockLength) - 1;
  if (!(df >= 1)) return reason('too-few-for-cloud', { have: Math.floor(df + 1), need: 2 });
  const total = (of: 'cost' | 'hours') =>
    parts.reduce((sum, part) => sum + (part.sign * part[of].reduce((s, v) => s + v, 0)) / part[of].length, 0);
  const extraCost = stretched(cost, total('cost'), df);
  const hoursSaved = stretched(hours, total('hours'), df);
  return { extraCost, hoursSaved, shares: sharesOf(extraCost, hoursSaved) };
}

/** One circular resample as `blockRows` draws it, summed on the way. */
function addBlocks(
  { cost, hours, sign }: Part,
  length: number,
  random: Random,
  intoCost: Float64Array,
  intoHours: Float64Array,
  at: number,
): void {
  const n = cost.length;
  let c = 0;
  let h = 0;
  for (let from = 0; from < n; from += length) {
    let row = random.integer(n);
    for (let left = Math.min(length, n - from); left > 0; left--) {
      c += cost[row];
      h += hours[row];
      row = row + 1 === n ? 0 : row + 1;
    }
  }
  intoCost[at] += (sign * c) / n;
  intoHours[at] += (sign * h) / n;
}

/** Shifts in standard deviations z become t⁻¹(Φ(z)), and the plug-in variance becomes the unbiased one. */
function stretched(replicates: Float64Array, center: number, df: number): Float64Array {
  const squares = replicates.reduce((sum, value) => sum + (value - center) * (value - center), 0);
  const deviation = Math.sqrt(squares / replicates.length);
  if (!(deviation > 0)) return replicates.map(() => center);
  const unbiased = deviation * Math.sqrt((df + 1) / df);
  return replicates.map((value) => {
    const z = (value - center) / deviation;
    const size = z < 0 ? studentTQuantile(normalCdf(z), df) : -studentTQuantile(normalSurvival(z), df);
    return center + size * unbiased;
  });
}

function sharesOf(extraCost: Float64Array, hoursSaved: Float64Array): Cloud['shares'] {
  const shares = { fasterCheaper: 0, fasterDearer: 0, slowerCheaper: 0, slowerDearer: 0 };
  const half = (x: number) => (x > 0 ? 1 : x < 0 ? 0 : 0.5);
  for (let b = 0; b < extraCost.length; b++) {
    const [dearer, faster] = [half(extraCost[b]), half(hoursSaved[b])];
    shares.fasterCheaper += faster * (1 - dearer);
    shares.fasterDearer += faster * dearer;
    shares.slowerCheaper += (1 - faster) * (1 - dearer);
    shares.slowerDearer += (1 - faster) * dearer;
  }
  // Counted first: a share is never more than 1, not even by rounding.
  for (const part of Object.keys(shares) as (keyof typeof shares)[]) shares[part] /= extraCost.length;
  return shares;
}
