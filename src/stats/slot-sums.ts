/*
 * What a schedule of slots says about the arms, at any effect, from five sums.
 *
 * Answers: Welch's t of a schedule s under "x − r·y = d holds". Applies: `switchback.ts`.
 * Formula: with u the deviation of a slot from the mean of the arm that really ran, its value under the hypothesis is, up
 * to a constant, e = u + δ·a (treated, a = 1) or r·u (not), δ = x̄ − r·ȳ − d. Over the n₁ slots that s calls treated,
 * k of them really treated: Σe = U_t + r·U_b + k·δ and Σe² = Q_t + r²·Q_b + 2δU_t + kδ²; over the rest, what is left of
 * the totals. Deviations are taken before anything is squared, so large means do not cancel.
 */

export interface FixedSums {
  readonly n: number;
  readonly treated: number;
  readonly treatmentMean: number;
  readonly baselineMean: number;
  /** Σu² of both arms. */
  readonly treatmentSquares: number;
  readonly baselineSquares: number;
  /** s²/n of both arms. */
  readonly treatmentVariance: number;
  readonly baselineVariance: number;
  /** Deviation of each slot from its arm's mean. */
  readonly deviation: Float64Array;
}

export interface SlotSums {
  /** Slots called treated, and how many of them really were. */
  readonly called: number;
  readonly really: number;
  readonly treatment: number;
  readonly baseline: number;
  readonly treatmentSquares: number;
  readonly baselineSquares: number;
}

export function fixedSums(value: Float64Array, assignment: Uint8Array): FixedSums {
  const n = value.length;
  const means = [0, 1].map((arm) => meanWhere(value, assignment, arm));
  const deviation = value.map((v, i) => v - means[assignment[i]]);
  const squares = [0, 0];
  const sizes = [0, 0];
  for (let i = 0; i < n; i++) {
    squares[assignment[i]] += deviation[i] * deviation[i];
    sizes[assignment[i]]++;
  }
  const variance = (arm: number) => squares[arm] / (sizes[arm] - 1) / sizes[arm];
  return {
    n,
    treated: sizes[1],
    treatmentMean: means[1],
    baselineMean: means[0],
    treatmentSquares: squares[1],
    baselineSquares: squares[0],
    treatmentVariance: variance(1),
    baselineVariance: variance(0),
    deviation,
  };
}

/** Twice, so that the rounding of a large mean does not remain. */
function meanWhere(value: Float64Array, assignment: Uint8Array, arm: number): number {
  let mean = 0;
  for (let round = 0; round < 2; round++) {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < value.length; i++) {
      if (assignment[i] !== arm) continue;
      sum += value[i] - mean;
      count++;
    }
    mean += sum / count;
  }
  return mean;
}

export function slotSums(
  value: Float64Array,
  schedule: Uint8Array,
  { deviation }: FixedSums,
  assignment: Uint8Array,
): SlotSums {
  if (schedule.length !== value.length) throw new RangeError('a schedule needs an arm for every slot');
  const sums = {
    called: 0,
    really: 0,
    treatment: 0,
    baseline: 0,
    treatmentSquares: 0,
    baselineSquares: 0,
  };
  for (let i = 0; i < schedule.length; i++) {
    if (schedule[i] === 0) continue;
    const u = deviation[i];
    sums.called++;
    if (assignment[i] === 1) {
      sums.really++;
      sums.treatment += u;
      sums.treatmentSquares += u * u;
    } else {
      sums.baseline += u;
      sums.baselineSquares += u * u;
    }
  }
  return sums;
}

/** T of a schedule at ratio r and remaining shift δ; ∓MAX_VALUE-sized where its slots do not vary. */
export function studentised(fixed: FixedSums, sums: SlotSums, r: number, delta: number): number {
  const { called, really } = sums;
  const rest = fixed.n - called;
  if (called < 2 || rest < 2) return 0;
  const left = fixed.treated - really;
  const first = sums.treatment + r * sums.baseline + really * delta;
  const firstSquares =
    sums.treatmentSquares +
    r * r * sums.baselineSquares +
    2 * delta * sums.treatment +
    really * delta * delta;
  // Deviations of each arm add up to 0, so what is left of them is what was not called.
  const second = -sums.treatment - r * sums.baseline + left * delta;
  const secondSquares =
    fixed.treatmentSquares -
    sums.treatmentSquares +
    r * r * (fixed.baselineSquares - sums.baselineSquares) -
    2 * delta * sums.treatment +
    left * delta * delta;
  const spread =
    Math.max(0, firstSquares - (first * first) / called) / ((called - 1) * called) +
    Math.max(0, secondSquares - (second * second) / rest) / ((rest - 1) * rest);
  const distance = first / called - second / rest;
  if (spread > 0) return distance / Math.sqrt(spread);
  return distance === 0 ? 0 : distance > 0 ? Number.MAX_VALUE : -Number.MAX_VALUE;
}
