/*
 * The randomisation test over the schedules that could have been drawn.
 *
 * Answers: would the arms differ this much if only the order in each block decided which value is called whose?
 * Applies: blocks in which both arms ran in random order. Assumes nothing about the values.
 * Formula: swap the arms in some blocks, so that the orders become another schedule of the same design, and take the
 * estimate with the order effect removed, divided by its standard error: p = (k+1)/(B+1), k of B draws being as
 * extreme. All schedules are counted instead where there are at most B. With orders balanced by design, orders are
 * permuted among the blocks in which the two arms stood in the same pair of places (and all turned round, since
 * the design treats arms alike); without orders each block is turned by a fair coin. Swapping keeps Σd², Σz² and Σzd,
 * so a draw needs three sums, and every threshold uses the same draws.
 * Source: Fisher 1935 §21; Phipson and Smyth 2010 for (k+1)/(B+1).
 */
import type { Reason } from '../model/reason.js';
import { type Estimate, type OneSided, tailOutside } from './estimate.js';
import { normalSurvivalQuantile } from './normal.js';
import { checkColumns, squareProblem } from './sample-problem.js';
import { drawnSchedules, enumeratedSchedules } from './schedules.js';
import { invert } from './student-estimate.js';
import { centred } from './sum-spread.js';
import { square, sumOver } from './variance-component.js';

export interface Blocks {
  readonly treatment: Float64Array;
  readonly baseline: Float64Array;
  /** Places of the two arms in their block; null where blocks have no order. */
  readonly places: { readonly treatment: Float64Array; readonly baseline: Float64Array } | null;
}

export interface Draws {
  /** Uniform whole number 0 … n−1. */
  integer(n: number): number;
}

export interface SignFlip {
  /** Of Σ(x − y − d/n): thresholds are differences of sums. */
  readonly difference: Estimate;
  /** Of Σ(x − r·y). */
  readonly ratio: Estimate | null;
  /** Of Σ(x − y) if blocks were independent: the scale on which intervals are searched. */
  readonly standardError: number;
  readonly schedules: number;
  readonly exact: boolean;
}

/** Sums of every schedule, side by side: Σσ, Σσx, Σσy, Σσz with σ = −1 in the blocks that are swapped. */
interface Sums {
  readonly n: Float64Array;
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly z: Float64Array;
}

/**
 * The randomisation test over the orders of blocks that could have been drawn.
 *
 * @param blocks values of both arms, one row a block, and their places
 * @param draws whole numbers (`createRandom`)
 * @param most schedules that are counted or drawn; 9,999 in the program
 * @returns difference and ratio with test and interval (its ends lie outside what the test leaves, by at most a 250th of a
 *   standard error), and how many schedules; or the Reason `too-few-values`,
 *   `values-not-finite`, `values-out-of-range`
 * @throws RangeError where lengths differ
 * @example
 * ```ts
 * const x = Float64Array.of(12.1, 11.4, 13.0, 12.7, 11.9, 12.3);
 * const y = Float64Array.of(14.2, 13.1, 15.0, 13.8, 14.6, 13.5);
 * const found = signFlip({ treatment: x, baseline: y, places: null }, createRandom(1), 9999);
 * if ('code' in found) throw new Error(found.code);
 * found.difference.test(0).below; // → 0.015625
 * ```
 */
export function signFlip(blocks: Blocks, draws: Draws, most: number): SignFlip | Reason {
  const { treatment: x, baseline: y, places } = blocks;
  const columns = places === null ? [x, y] : [x, y, places.treatment, places.baseline];
  checkColumns(columns);
  const problem = squareProblem(columns, 1);
  if (problem !== null) return problem;
  const n = x.length;
  const z = places === null ? null : places.treatment.map((place, i) => place - places.baseline[i]);
  const all = enumeratedSchedules(blocks, z, most);
  const exact = all !== null;
  const drawn = sumsOf(all ?? drawnSchedules(blocks, z, draws, most), x, y, z);
  const seen = sumsOf(new Int8Array(n).fill(1), x, y, z);
  const count = drawn.n.length;

  /** The test of Σ(x − r·y) − d. */
  const test = (r: number, d: number): OneSided => {
    const e = x.map((value, i) => value - r * y[i] - d / n);
    const ee = sumOver(e, square);
    const zz = z === null ? 0 : sumOver(z, square);
    const ze = z === null ? 0 : sumOver(z, (value, i) => value * e[i]);
    const statistic = (s: Sums, k: number) =>
      studentised(n, ee, zz, ze, s.x[k] - r * s.y[k] - (d / n) * s.n[k], s.z[k]);
    const observed = statistic(seen, 0);
    // An effect beside which all scatter is rounding has t = ∞: as extreme is what has it too.
    const slack = Number.isFinite(observed) ? 1e-9 * Math.max(1, Math.abs(observed)) : 0;
    let above = 0;
    let below = 0;
    for (let k = 0; k < count; k++) {
      const t = statistic(drawn, k);
      if (t >= observed - slack) above++;
      if (t <= observed + slack) below++;
    }
    return exact
      ? { above: above / count, below: below / count }
      : { above: (above + 1) / (count + 1), below: (below + 1) / (count + 1) };
  };
  const total = seen.y[0];
  const spread = Math.sqrt(n * sumOver(centred(x.map((value, i) => value - y[i])), square));
  const estimateOf = (estimate: number, scale: number, at: Estimate['test']): Estimate => ({
    estimate,
    test: at,
    interval: (confidence) => {
      const tail = tailOutside(confidence);
      // A 250th of a standard error is as fine as a companion is read.
      const reach = normalSurvivalQuantile(tail) * scale;
      return invert(at, tail, estimate - reach, estimate + reach, scale, scale * 2 ** -8);
    },
  });
  return {
    difference: estimateOf(seen.x[0] - total, spread, (d) => test(1, d)),
    ratio: total > 0 ? estimateOf(seen.x[0] / total, spread / total, (r) => test(r, 0)) : null,
    standardError: spread,
    schedules: count,
    exact,
  };
}

/** Intercept of e on 1 + z over its standard error, from the sums; up to a constant factor. */
function studentised(n: number, ee: number, zz: number, ze: number, sum: number, order: number): number {
  const det = n * zz - order * order;
  if (!(det > 1e-12 * n * zz)) {
    const rest = ee - (sum * sum) / n;
    return rest > 0 ? sum / Math.sqrt(rest) : sum * Number.MAX_VALUE;
  }
  const intercept = (sum * zz - order * ze) / det;
  const slope = (n * ze - order * sum) / det;
  const rest = ee - intercept * sum - slope * ze;
  return rest > 0 ? intercept / Math.sqrt(rest * (zz / det)) : intercept * Number.MAX_VALUE;
}

function sumsOf(signs: Int8Array, x: Float64Array, y: Float64Array, z: Float64Array | null): Sums {
  const blocks = x.length;
  const count = signs.length / blocks;
  const column = () => new Float64Array(count);
  const sums: Sums = { n: column(), x: column(), y: column(), z: column() };
  const order = z ?? new Float64Array(blocks);
  for (let k = 0; k < count; k++) {
    let [ofN, ofX, ofY, ofZ] = [0, 0, 0, 0];
    for (let i = 0; i < blocks; i++) {
      const sign = signs[k * blocks + i];
      ofN += sign;
      ofX += sign * x[i];
      ofY += sign * y[i];
      ofZ += sign * order[i];
    }
    sums.n[k] = ofN;
    sums.x[k] = ofX;
    sums.y[k] = ofY;
    sums.z[k] = ofZ;
  }
  return sums;
}
