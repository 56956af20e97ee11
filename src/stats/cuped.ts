/*
 * CUPED: what was known of a unit before it was assigned explains part of how it differs.
 *
 * Answers: difference and ratio of two arms' means with the share of a covariate removed; the interval is narrower by
 * √(1 − ρ²). Applies: by-key designs with a covariate that the arm cannot have touched (bytes of a batch, the same
 * metric before the start). Formula: θ = Σ(Y−Ȳ)(X−X̄)/Σ(X−X̄)² with both sums pooled over deviations within arms. Each
 * arm's mean is moved to a common covariate mean X̄₀ = w·X̄_t + (1−w)·X̄_b: Y_t' = Ȳ_t − θ(1−w)(X̄_t − X̄_b),
 * Y_b' = Ȳ_b + θw(X̄_t − X̄_b). Their linear form is, arm by arm, a mean of unit values,
 * Y_t' − r·Y_b' = mean(Y − θcX)_t − mean(rY − θcX)_b with c = 1 − w + r·w, so Fieller's set and Welch's test follow.
 * 'pooled': w = n_t/N, which turns round exactly with the arms. 'baseline': w = 0, the denominator is the unadjusted
 * baseline mean, whose delta variance is the published gradient. The difference is the same in both.
 * Fitting θ costs a degree of freedom, (N−2)/(N−3), and its error matters where covariates differ: both variances grow
 * by the factor 1 + (X̄_t − X̄_b)²/(Σ(X−X̄)²·(1/n_t + 1/n_b)), exact for one common slope and variance.
 * Source: Deng, Xu, Kohavi and Walker 2013 (WSDM); θ's error: analysis of covariance, Cochran 1957; relative form:
 * reference/statistics.md §3.
 */
import { type Reason, reason } from '../model/reason.js';
import { linearForm, preciseQuotient, preciseSum } from './double-double.js';
import { type LinearInference, linearInference } from './linear-inference.js';
import { squareProblem } from './sample-problem.js';
import { centred } from './sum-spread.js';
import { jointComponent, square, sumOver } from './variance-component.js';

export interface CupedArm {
  readonly value: Float64Array;
  /** Known before assignment; row by row. */
  readonly covariate: Float64Array;
}

export interface CupedInference extends LinearInference {
  readonly details: {
    readonly theta: number;
    /** 1 − ρ²: variance that is left. */
    readonly 'variance left': number;
    readonly 'covariate difference': number;
  };
}

/**
 * Welch's comparison after a covariate from before the assignment has explained what it can.
 *
 * @param treatment @param baseline `value` and `covariate` of each unit, same length, at least 3 units an arm.
 *   A covariate that does not vary explains nothing: θ is 0 and the answer is Welch's
 * @param center whose mean the covariate is centred on
 * @returns or a Reason `{ code, values }`
 * @throws RangeError where an arm has not one covariate per value
 * @example
 * ```ts
 * const random = createRandom(1);
 * const arm = (mean: number) => {
 *   const covariate = Float64Array.from({ length: 50 }, () => random.normal());
 *   return { covariate, value: covariate.map((z) => mean + 2 * z + 0.5 * random.normal()) };
 * };
 * const found = cuped(arm(10), arm(11));
 * if ('code' in found) throw new Error(found.code);
 * found.details['variance left'] < 0.1; // → true
 * found.difference.test(0).below < 0.001; // → true
 * ```
 */
export function cuped(
  treatment: CupedArm,
  baseline: CupedArm,
  center: 'pooled' | 'baseline' = 'pooled',
): CupedInference | Reason {
  for (const arm of [treatment, baseline]) {
    if (arm.value.length !== arm.covariate.length) throw new RangeError('cuped needs a covariate per value');
  }
  const samples = [treatment.value, treatment.covariate, baseline.value, baseline.covariate];
  const problem = squareProblem(samples, 3);
  if (problem !== null) return problem;
  const [t, b] = [prepared(treatment), prepared(baseline)];
  const squares = sumOver(t.x, square) + sumOver(b.x, square);
  const negligible = square(2 ** -50 * Math.max(Math.abs(t.meanX.high), Math.abs(b.meanX.high)));
  const theta = squares > negligible * (t.n + b.n) ? (products(t) + products(b)) / squares : 0;
  const gap = linearForm(t.meanX, 1, b.meanX, 0);
  const w = center === 'pooled' ? t.n / (t.n + b.n) : 0;

  const growth = theta === 0 ? 1 : 1 + (gap * gap) / squares / (1 / t.n + 1 / b.n);
  const fitted = theta === 0 ? 1 : (t.n + b.n - 2) / (t.n + b.n - 3);
  const weight = (n: number) => (growth * fitted) / (n * (n - 1));
  const shifted = (y: Float64Array, x: Float64Array, by: number) => y.map((value, i) => value - by * x[i]);
  const times = (x: Float64Array, by: number) => x.map((value) => value * by);
  const inference = linearInference({
    treatment: moved(t.meanY, -theta * (1 - w) * gap),
    baseline: moved(b.meanY, theta * w * gap),
    components: [
      jointComponent(shifted(t.y, t.x, theta * (1 - w)), times(t.x, theta * w), weight(t.n), t.n - 1),
      jointComponent(times(b.x, theta * (1 - w)), shifted(b.y, b.x, theta * w), weight(b.n), b.n - 1),
    ],
    satterthwaite: 'plain',
  });
  if (inference === null) return reason('constant-data', { n: Math.min(t.n, b.n) });
  const whole = sumOver(t.y, square) + sumOver(b.y, square);
  const left = sumOver(shifted(t.y, t.x, theta), square) + sumOver(shifted(b.y, b.x, theta), square);
  const details = { theta, 'variance left': left / whole, 'covariate difference': gap };
  return { ...inference, details };
}

function prepared({ value, covariate }: CupedArm) {
  const n = value.length;
  const mean = (values: Float64Array) => preciseQuotient(preciseSum(values), { high: n, low: 0 });
  return { n, meanY: mean(value), meanX: mean(covariate), y: centred(value), x: centred(covariate) };
}

const products = ({ x, y }: { x: Float64Array; y: Float64Array }): number =>
  sumOver(x, (value, i) => value * y[i]);

const moved = (mean: { high: number; low: number }, by: number) => preciseSum([mean.high, mean.low, by]);
