/*
 * What a schedule of slots says about the arms, at any effect, from a few sums.
 *
 * Answers: Welch's t of a schedule s under "x − r·y = d holds", where an arm's value is a mean over slots or a ratio of
 * sums over them, Σm/Σw (m cost, w records; w = 1 for a mean). Applies: `switchback.ts`.
 * Formula: u = m − R·w with R of the arm that really ran. Under the hypothesis a treatment changes m by a factor r and by
 * d for each w, and leaves the work w alone; then, with π the treated share of Σw and δ = x − r·y − d, a slot deviates
 * from what all slots have in common by e = u + δ(1 − π)w (treated) or r·u − δπw (not): the same under every schedule.
 * Σe and Σe² over the slots that s calls treated follow from the sums of u, u², w, uw and w² over those of them that
 * really were, and over the others; the rest is what is left of the totals. u is formed before anything is squared, so
 * large means do not cancel.
 * Source: Wu and Ding 2021 (JASA 116:1898) for the studentised statistic; the sums follow from the model above.
 */

/** Over some slots of one arm. */
interface PartSums {
  n: number;
  u: number;
  uu: number;
  w: number;
  uw: number;
  ww: number;
}

export interface FixedSums {
  readonly n: number;
  /** Σm/Σw of each arm. */
  readonly treatmentMean: number;
  readonly baselineMean: number;
  /** Squared standard errors of both. */
  readonly treatmentVariance: number;
  readonly baselineVariance: number;
  readonly treatment: Readonly<PartSums>;
  readonly baseline: Readonly<PartSums>;
  /** u of each slot, and w. */
  readonly deviation: Float64Array;
  readonly weight: Float64Array;
}

export interface SlotSums {
  /** Of the slots that the schedule calls treated: those that really were, and those that were not. */
  readonly treatment: Readonly<PartSums>;
  readonly baseline: Readonly<PartSums>;
}

const nothing = (): PartSums => ({ n: 0, u: 0, uu: 0, w: 0, uw: 0, ww: 0 });

function add(to: PartSums, u: number, w: number): void {
  to.n++;
  to.u += u;
  to.uu += u * u;
  to.w += w;
  to.uw += u * w;
  to.ww += w * w;
}

/** `weight`: positive; all 1 where values are means. */
export function fixedSums(value: Float64Array, weight: Float64Array, assignment: Uint8Array): FixedSums {
  const means = [0, 1].map((arm) => meanWhere(value, weight, assignment, arm));
  const deviation = value.map((m, i) => m - means[assignment[i]] * weight[i]);
  const parts = [nothing(), nothing()];
  deviation.forEach((u, i) => {
    add(parts[assignment[i]], u, weight[i]);
  });
  const variance = ({ n, uu, w }: PartSums) => ((uu / (n - 1)) * n) / w / w;
  return {
    n: value.length,
    treatmentMean: means[1],
    baselineMean: means[0],
    treatmentVariance: variance(parts[1]),
    baselineVariance: variance(parts[0]),
    treatment: parts[1],
    baseline: parts[0],
    deviation,
    weight,
  };
}

/** Twice, so that the rounding of a large mean does not remain. */
function meanWhere(value: Float64Array, weight: Float64Array, assignment: Uint8Array, arm: number): number {
  let mean = 0;
  for (let round = 0; round < 2; round++) {
    let sum = 0;
    let whole = 0;
    for (let i = 0; i < value.length; i++) {
      if (assignment[i] !== arm) continue;
      sum += value[i] - mean * weight[i];
      whole += weight[i];
    }
    mean += sum / whole;
  }
  return mean;
}

export function slotSums(
  schedule: Uint8Array,
  { n, deviation, weight }: FixedSums,
  assignment: Uint8Array,
): SlotSums {
  if (schedule.length !== n) throw new RangeError('a schedule needs an arm for every slot');
  const sums = { treatment: nothing(), baseline: nothing() };
  for (let i = 0; i < n; i++) {
    if (schedule[i] === 1) add(assignment[i] === 1 ? sums.treatment : sums.baseline, deviation[i], weight[i]);
  }
  return sums;
}

/** T of a schedule at ratio r and remaining shift δ; ∓MAX_VALUE-sized where its slots do not vary. */
export function studentised(fixed: FixedSums, sums: SlotSums, r: number, delta: number): number {
  const called = sums.treatment.n + sums.baseline.n;
  const rest = fixed.n - called;
  if (called < 2 || rest < 2) return 0;
  const share = fixed.treatment.w / (fixed.treatment.w + fixed.baseline.w);
  const treated = delta * (1 - share);
  const untreated = -delta * share;
  const first =
    sums.treatment.u + treated * sums.treatment.w + r * sums.baseline.u + untreated * sums.baseline.w;
  const squares = squared(sums.treatment, 1, treated) + squared(sums.baseline, r, untreated);
  const all = squared(fixed.treatment, 1, treated) + squared(fixed.baseline, r, untreated);
  // e adds up to 0 over all slots, so what was not called holds what is missing to it.
  const second = -first;
  const spread =
    Math.max(0, squares - (first * first) / called) / ((called - 1) * called) +
    Math.max(0, all - squares - (second * second) / rest) / ((rest - 1) * rest);
  const distance = first / called - second / rest;
  if (spread > 0) return distance / Math.sqrt(spread);
  return distance === 0 ? 0 : distance > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE;
}

/** Σ(c·u + k·w)². */
const squared = ({ uu, uw, ww }: PartSums, c: number, k: number): number =>
  c * c * uu + 2 * c * k * uw + k * k * ww;
