/**
 * How well n units would know the test of a claim.
 *
 * From evidence: the statistic that the same evidence would have given, had the expected effect been true. Scaling the
 * treatment so that its ratio moves from r̂ to r₁ leaves x·r₁ − r₀·y·r̂, so T at r₁ against r₀ is T of the evidence against
 * r₀·r̂/r₁ (differences: shifted). It comes from the method that will decide, whichever that is, and grows with √n.
 * From a declared coefficient of variation v: paired SE/ȳ = r₁·v/√n; keys √((r₁v)²/n_x + (r₀v)²/n_y); in time n ÷ τ.
 * Totals follow their large items: with sizes m the variance is that of equal items times Σm²·n/(Σm)², and a fixed
 * workload has the degrees of freedom of (Σm²)²/Σm⁴ items.
 * The widest of three measures of a series' error decides (STATISTICS.md §3): 7 % more than the true one. (Simulated,
 * ρ 0 to .8, T = 336 and 1000, power .69–.85: within 2 points of it.)
 */
import type { Estimate, Inference } from '../model/effect.js';
import { studentTQuantile } from '../stats/student-t.js';
import { type Grain, hasOwnUnits } from './grain.js';

export interface Precision {
  /** (truth − threshold) ÷ standard error with n units, and its degrees of freedom; places on the axis of the test. */
  at(n: number, threshold: number, truth: number): { readonly distance: number; readonly df: number };
  readonly tau: number | null;
  /** Level at which the test of a claim at `alpha` really rejects, where its p comes in steps. Absent: `alpha`. */
  level?(n: number, alpha: number): number;
  /** Standard deviation of one unit on the axis, at this place of the truth; null where it has none. */
  spread(truth: number): number | null;
}

/** Three measures of the error of a series, the widest of which decides. */
export const widestOfThree = 1.07;

const seriesDf = (n: number, tau: number): number =>
  Math.max(1, Math.min(Math.floor(0.4 * Math.cbrt(n) * Math.cbrt(n) + 1e-9), n / tau - 1));

export interface Declared {
  readonly variation: number;
  readonly typical: boolean;
  /** τ, units in time only. */
  readonly tau: number | null;
  readonly grain: Grain;
  /** Sizes of the items, where it is their total that counts; empty: taken as equal. */
  readonly sizes: readonly number[];
  /** One measure of a series' error decides, not the widest of three. */
  readonly anytime?: boolean;
}

/** Variance of a total against that of as many equal items, and the share of items that carries it. */
function weightOf(sizes: readonly number[]): { readonly variance: number; readonly carrying: number } {
  const sum = (power: (size: number) => number) => sizes.reduce((all, size) => all + power(size), 0);
  const first = sum((m) => m);
  const second = sum((m) => m * m);
  if (!(first > 0)) return { variance: 1, carrying: 1 };
  const fourth = sum((m) => m * m * (m * m));
  return {
    variance: (second * sizes.length) / (first * first),
    carrying: (second * second) / fourth / sizes.length,
  };
}

/** On the axis of ratios. */
export function declaredPrecision({
  variation,
  typical,
  tau,
  grain,
  sizes,
  anytime = false,
}: Declared): Precision {
  const memory = tau ?? 1;
  const byItem = !typical && (grain.unit === 'blocks' || grain.unit === 'items');
  const weight = weightOf(byItem ? sizes : []);
  const factor = (grain.inTime && !anytime ? widestOfThree : 1) * Math.sqrt(weight.variance);
  const { treatment, baseline } = hasOwnUnits(grain) ? grain.shares : { treatment: 1, baseline: 1 };
  const cv = typical ? Math.sqrt(Math.log1p(variation * variation)) : variation;
  /** Of one unit: variance of the treatment's part, and of the baseline's. */
  const parts = (threshold: number, truth: number) => {
    const [x, y] = typical ? [cv, cv] : [truth * cv, threshold * cv];
    return { ofX: (x * x) / treatment, ofY: grain.paired ? 0 : (y * y) / baseline };
  };
  return {
    tau,
    spread: (truth) => truth * variation * Math.sqrt(weight.variance),
    at(n, threshold, truth) {
      const { ofX, ofY } = parts(threshold, truth);
      const both = ofX + ofY;
      const gap = typical ? Math.log(truth / threshold) : truth - threshold;
      const distance = gap / factor / Math.sqrt((both * memory) / (n * (grain.worth ?? 1)));
      if (grain.inTime) return { distance, df: seriesDf(n, memory) * (grain.paired ? 1 : 2) };
      if (!hasOwnUnits(grain))
        return { distance, df: (n - grain.fitted) * (grain.items === null ? 1 : weight.carrying) };
      const penalty = (ofX * ofX) / (n * treatment - 1) + (ofY * ofY) / (n * baseline - 1);
      return { distance, df: (both * both) / penalty };
    },
  };
}

export interface Measured {
  readonly estimate: Estimate;
  readonly inference: Pick<Inference, 'df' | 'details' | 'baselineValue'>;
  /** A ratio is moved by a factor, a difference by a shift. */
  readonly ratio: boolean;
  /** Units behind it: pairs, or the two arms' own. */
  readonly n: { readonly treatment: number; readonly baseline: number };
  readonly grain: Grain;
}

/** As many units of equal weight as both arms are worth together: for keys, 1/(1/n_x + 1/n_y). */
const worth = (grain: Grain, treatment: number, baseline: number): number =>
  !grain.paired ? 1 / (1 / treatment + 1 / baseline) : Math.min(treatment, baseline);

/** T of the evidence at a threshold, had `truth` been what it saw. */
export function statisticAt(
  { estimate, inference, ratio }: Pick<Measured, 'estimate' | 'inference' | 'ratio'>,
  threshold: number,
  truth: number,
): { readonly t: number; readonly df: number } {
  const place =
    ratio && estimate.estimate > 0
      ? (threshold * estimate.estimate) / truth
      : estimate.estimate - (truth - threshold);
  if (estimate.statistic !== undefined) return estimate.statistic(place);
  // Several tests in one, or none of Student's: the t that has the same p.
  const { above, below } = estimate.test(place);
  const [tail, sign] = above < below ? [above, 1] : [below, -1];
  return {
    t: -sign * studentTQuantile(Math.min(0.5, Math.max(tail, Number.MIN_VALUE)), inference.df),
    df: inference.df,
  };
}

/** How many times what the evidence was worth so many units are. */
export function growth({ n, grain }: Pick<Measured, 'n' | 'grain'>, units: number): number {
  const { treatment, baseline } = hasOwnUnits(grain) ? grain.shares : { treatment: 1, baseline: 1 };
  return worth(grain, units * treatment, units * baseline) / worth(grain, n.treatment, n.baseline);
}

export function measuredPrecision(measured: Measured): Precision {
  const { inference, ratio, n, grain } = measured;
  const tau = grain.inTime ? memoryOf(inference.details) : null;
  const count = (units: number) =>
    hasOwnUnits(grain) ? units * (grain.shares.treatment + grain.shares.baseline) : units;
  const hadAll = hasOwnUnits(grain) ? n.treatment + n.baseline : worth(grain, n.treatment, n.baseline);
  return {
    tau,
    spread(truth) {
      const near = truth * (1 + 1e-3);
      const perUnit = ratio ? (near - truth) / statisticAt(measured, truth, near).t : Number.NaN;
      return Number.isFinite(perUnit) ? perUnit * Math.sqrt(hadAll / (tau ?? 1)) : null;
    },
    at(units, threshold, truth) {
      const { t, df } = statisticAt(measured, threshold, truth);
      const distance = t * Math.sqrt(growth(measured, units));
      if (df === Number.POSITIVE_INFINITY) return { distance, df };
      if (grain.inTime) return { distance, df: seriesDf(units, tau ?? 1) * (grain.paired ? 1 : 2) };
      const left = Math.max(1, hadAll - grain.fitted);
      return { distance, df: (df * (count(units) - grain.fitted)) / left };
    },
  };
}

/** τ as the method printed it; of two series the longer; of batches a third of their length. */
function memoryOf(details: Inference['details']): number {
  const found = ['tau', 'treatment tau', 'baseline tau'].map((name) => details[name]);
  const batch = details['units per batch'];
  const known = typeof batch === 'number' ? [...found, batch / 3] : found;
  return Math.max(1, ...known.filter((value): value is number => typeof value === 'number'));
}
