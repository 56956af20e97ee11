/**
 * The linear test of x − r·y, and the intervals that invert it.
 *
 * Answers: is the treatment's value x above r times the baseline's value y, for any r; between which ratios and
 * differences does the truth lie. Applies: x and y estimated with a joint variance, roughly normal.
 * Formula: L(r) = x − r·y, T(r) = L(r)/√V(r), Student t with df(r) degrees. The ratio interval is Fieller's set
 * {r : |T(r)| ≤ t}; with δ = r − x/y, V = V(x/y), C = Cov(x − (x/y)·y, y) its ends solve
 * (y² − t²·Var y)·δ² + 2t²C·δ − t²V = 0, where nothing cancels; it is bounded when y² > t²·Var y.
 * The difference interval is x − y ± t·√V(1). Ends are then moved to the very number at which the test turns.
 * Source: Fieller 1954 (JRSS B 16:175); Welch 1947 for df; STATISTICS.md §2.
 */
import { linearForm, type Precise, preciseQuotient } from './double-double.js';
import { type Estimate, type Interval, tailOutside } from './estimate.js';
import { invert, type Spread, studentInterval, studentTest } from './student-estimate.js';
import { studentTSurvivalQuantile } from './student-t.js';
import { type Satterthwaite, satterthwaite, type VarianceComponent } from './variance-component.js';

export interface LinearEstimates {
  readonly treatment: Precise;
  readonly baseline: Precise;
  readonly components: readonly VarianceComponent[];
  readonly satterthwaite: Satterthwaite;
}

export interface LinearInference {
  /** Null where the baseline is not positive. */
  readonly ratio: Estimate | null;
  readonly difference: Estimate;
  readonly treatmentValue: number;
  readonly baselineValue: number;
  /** Of the difference, with its degrees of freedom. */
  readonly standardError: number;
  readonly df: number;
}

/** Nothing but rounding: a standard error below this share of the value. */
const roundingShare = 2 ** -50;

/**
 * The test of x − r·y for any r, and the difference and ratio whose intervals invert it. `welch` is the common
 * case.
 *
 * @param estimates both arms' values as `{ high, low }` double-doubles, the parts of their joint variance, and
 *   how degrees are combined
 * @returns difference, ratio (null where the baseline is not positive), standard error, df; null where nothing
 *   varies; never throws
 * @example
 * ```ts
 * const found = linearInference({
 *   treatment: { high: 41.2, low: 0 },
 *   baseline: { high: 44, low: 0 },
 *   components: [treatmentComponent(9.1 / 30, 29), baselineComponent(12.3 / 40, 39)],
 *   satterthwaite: 'plain',
 * });
 * found?.df; // → 66.66
 * ```
 */
export function linearInference(estimates: LinearEstimates): LinearInference | null {
  const { treatment, baseline } = estimates;
  const x = treatment.high;
  const y = baseline.high;
  const at = spread(estimates);
  const atOne = at(1);
  const size = Math.max(Math.abs(x), Math.abs(y));
  if (!(atOne.standardError > roundingShare * size)) return null;
  const center = y > 0 ? preciseQuotient(treatment, baseline).high : null;
  if (center !== null && !(at(center).standardError > roundingShare * Math.abs(x))) return null;
  return {
    ratio: center === null ? null : ratioEstimate(estimates, center),
    difference: differenceEstimate(estimates),
    treatmentValue: x,
    baselineValue: y,
    standardError: atOne.standardError,
    df: atOne.df,
  };
}

function spread({ components, satterthwaite: kind }: LinearEstimates): (r: number) => Spread {
  return (r) => {
    const variances = components.map((component) => component.at(r));
    const degrees = components.map((component) => component.df(r));
    const standardError = Math.sqrt(variances.reduce((total, v) => total + v, 0));
    return { standardError, df: satterthwaite(variances, degrees, kind) };
  };
}

function differenceEstimate(estimates: LinearEstimates): Estimate {
  const { treatment, baseline } = estimates;
  const atOne = spread(estimates)(1);
  const estimate = linearForm(treatment, 1, baseline, 0);
  const form = (threshold: number) => linearForm(treatment, 1, baseline, threshold);
  const test = (threshold: number) => studentTest(form(threshold), atOne);
  return {
    estimate,
    test,
    interval: (confidence) => studentInterval(estimate, atOne, confidence, test),
    statistic: (threshold) => ({ t: form(threshold) / atOne.standardError, df: atOne.df }),
  };
}

function ratioEstimate(estimates: LinearEstimates, center: number): Estimate {
  const { treatment, baseline } = estimates;
  const at = spread(estimates);
  const form = (r: number) => linearForm(treatment, r, baseline, 0);
  const test = (r: number) => studentTest(form(r), at(r));
  return {
    estimate: center,
    test,
    interval: (confidence) => fieller(estimates, center, confidence, test),
    statistic: (r) => ({ t: form(r) / at(r).standardError, df: at(r).df }),
  };
}

function fieller(
  estimates: LinearEstimates,
  center: number,
  confidence: number,
  test: Estimate['test'],
): Interval {
  const { components, satterthwaite: kind } = estimates;
  const tail = tailOutside(confidence);
  const y = estimates.baseline.high;
  const far = components.map((component) => component.baseline);
  const varianceOfBaseline = far.reduce((total, v) => total + v, 0);
  const degrees = components.map((component) => component.df(Number.POSITIVE_INFINITY));
  const beyond = studentTSurvivalQuantile(tail, satterthwaite(far, degrees, kind));
  if (!(y > beyond * Math.sqrt(varianceOfBaseline))) return { kind: 'unbounded' };

  const at = spread(estimates);
  const { standardError } = at(center);
  const variance = standardError * standardError;
  const covariance = components.reduce((total, component) => total + component.covariance(center), 0);
  /** Distance from the estimate to the end on one side, at critical value t. */
  const reach = (side: 1 | -1, t: number): number => {
    const q = t * t;
    const a = y * y - q * varianceOfBaseline;
    if (!(a > 0)) return Number.POSITIVE_INFINITY;
    const lean = q * Math.abs(covariance);
    const root = lean + Math.sqrt(lean * lean + a * q * variance);
    return side * covariance >= 0 ? (q * variance) / root : root / a;
  };
  /** The end with the degrees of freedom that hold at the end, found by repetition. */
  const end = (side: 1 | -1): number => {
    let r = center;
    for (let round = 0; round < 40; round++) {
      const next = center + side * reach(side, studentTSurvivalQuantile(tail, at(r).df));
      if (!Number.isFinite(next)) return r;
      if (Math.abs(next - r) <= Math.abs(next) * 2 ** -51) return next;
      r = next;
    }
    return r;
  };
  const scale = standardError / y;
  const interval = invert(test, tail, end(-1), end(1), scale);
  return isWholeSet(interval, test, tail, scale) ? interval : { kind: 'unbounded' };
}

/**
 * Where degrees of freedom change with r, the set of ratios that are not rejected could have a second piece far
 * out. It is looked for on both sides; where there is one, the set is no interval and is not drawn as one.
 */
function isWholeSet(interval: Interval, test: Estimate['test'], tail: number, scale: number): boolean {
  if (interval.kind === 'unbounded') return false;
  if (!Number.isFinite(interval.low) || !Number.isFinite(interval.high)) return false;
  const width = Math.max(interval.high - interval.low, scale);
  for (let step = 2 ** -6; step <= 2 ** 24; step *= 2) {
    if (test(interval.low - width * step).above > tail) return false;
    if (test(interval.high + width * step).below > tail) return false;
  }
  return true;
}
