/*
 * The point at which a tail has a given probability.
 *
 * Answers: u such that the logarithm of the tail at u is the logarithm asked for.
 * Applies: any smooth tail that rises or falls all the way, on a scale of u without ends (the logarithm of
 * x, the logarithm of odds). On logarithms a tail of 1e-300 is as near as one of 0.1: what is almost flat
 * for a search on probabilities is almost a straight line here.
 * Formula: Halley's step, which is Newton's step corrected by the curvature; the curvature is free because
 * the logarithm of a density is known in closed form. Each step stays inside the bracket found so far, and
 * a step that would leave it halves the bracket.
 * Source: W. Gander, On Halley's Iteration Method, American Mathematical Monthly 92 (1985) 131; safeguards as in
 * Press et al., Numerical Recipes, 9.4.
 */

export interface TailPoint {
  readonly logTail: number;
  /** Derivative of logTail by u. */
  readonly slope: number;
  /** Derivative by u of the logarithm of the tail's own derivative. */
  readonly bend: number;
}

const MOST_STEPS = 200;
/** Halley's error is the cube of its step: after a step this small nothing is left to gain. */
const LAST_STEP = 1e-9;

function halleyStep(miss: number, slope: number, bend: number): number {
  const newton = -miss / slope;
  const curvature = 1 + (newton * (bend - slope)) / 2;
  return newton / Math.min(2, Math.max(0.5, curvature));
}

/**
 * The u at which `tail(u).logTail` is `logTarget`, searched from `from`.
 * The error of u is the tail's own error divided by its slope; where the tail is NaN, so is u.
 */
export function searchQuantile(logTarget: number, from: number, tail: (u: number) => TailPoint): number {
  let u = from;
  let low = Number.NEGATIVE_INFINITY;
  let high = Number.POSITIVE_INFINITY;
  for (let count = 0; count < MOST_STEPS; count += 1) {
    const { logTail, slope, bend } = tail(u);
    const miss = logTail - logTarget;
    const step = halleyStep(miss, slope, bend);
    if (!(Math.abs(step) > LAST_STEP * (1 + Math.abs(u)))) return u + step;
    if (step < 0) high = u;
    else low = u;
    const longest = 10 + Math.abs(u);
    const next = u + Math.min(longest, Math.max(-longest, step));
    u = next > low && next < high ? next : low / 2 + high / 2;
  }
  return u;
}
