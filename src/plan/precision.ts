/**
 * How well n units would know the test of a claim.
 *
 * From evidence: the statistic that the same evidence would have given, had the expected effect been true. Scaling the
 * treatment so that its ratio moves from r̂ to r₁ leaves x·r₁ − r₀·y·r̂, so T at r₁ against r₀ is T of the evidence against
 * r₀·r̂/r₁ (differences: shifted). It comes from the method that will decide, whichever that is, and grows with √n.
 * From a declared coefficient of variation v: paired SE/ȳ = r₁·v/√n; keys √((r₁v)²/n_x + (r₀v)²/n_y); in time n ÷ τ.
 * The widest of three measures of a series' error decides (STATISTICS.md §3): 7 % more than the true one. (Simulated,
 * ρ 0 to .8, T = 336 and 1000, power .69–.85: within 2 points of it.)
 */
import type { Estimate, Inference } from '../model/effect.js';
import { studentTQuantile } from '../stats/student-t.js';
import type { Grain } from './grain.js';

export interface Precision {
  /** (truth − threshold) ÷ standard error with n units; places on the axis of the test. */
  distance(n: number, threshold: number, truth: number): number;
  df(n: number): number;
  readonly tau: number | null;
  /** Standard deviation of one unit on the axis, at this place of the truth; null where it has none. */
  spread(truth: number): number | null;
}

/** Three measures of the error of a series, the widest of which decides. */
const widestOfThree = 1.07;

const seriesDf = (n: number, tau: number): number =>
  Math.max(1, Math.min(Math.floor(0.4 * Math.cbrt(n) * Math.cbrt(n) + 1e-9), n / tau - 1));

export interface Declared {
  readonly variation: number;
  readonly typical: boolean;
  /** τ, units in time only. */
  readonly tau: number | null;
  readonly grain: Grain;
}

/** On the axis of ratios. */
export function declaredPrecision({ variation, typical, tau, grain }: Declared): Precision {
  const memory = tau ?? 1;
  const factor = grain.inTime ? widestOfThree : 1;
  const { treatment, baseline } = grain.unit === 'keys' ? grain.shares : { treatment: 1, baseline: 1 };
  const cv = typical ? Math.sqrt(Math.log1p(variation * variation)) : variation;
  /** Of one unit: variance of the treatment's part, and of the baseline's. */
  const parts = (threshold: number, truth: number) => {
    const [x, y] = typical ? [cv, cv] : [truth * cv, threshold * cv];
    return { ofX: (x * x) / treatment, ofY: grain.paired ? 0 : (y * y) / baseline };
  };
  return {
    tau,
    spread: (truth) => truth * variation,
    distance(n, threshold, truth) {
      const { ofX, ofY } = parts(threshold, truth);
      const gap = typical ? Math.log(truth / threshold) : truth - threshold;
      return gap / factor / Math.sqrt(((ofX + ofY) * memory) / n);
    },
    df(n) {
      if (grain.inTime) return seriesDf(n, memory) * (grain.paired ? 1 : 2);
      if (grain.unit !== 'keys') return n - grain.fitted;
      // Welch at equal ratios: near enough, since degrees of freedom move slowly.
      const { ofX, ofY } = parts(1, 1);
      const both = ofX + ofY;
      return (both * both) / ((ofX * ofX) / (n * treatment - 1) + (ofY * ofY) / (n * baseline - 1));
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
  grain.unit === 'keys' || (grain.inTime && !grain.paired)
    ? 1 / (1 / treatment + 1 / baseline)
    : Math.min(treatment, baseline);

export function measuredPrecision({ estimate, inference, ratio, n, grain }: Measured): Precision {
  const tau = grain.inTime ? memoryOf(inference.details) : null;
  const had = worth(grain, n.treatment, n.baseline);
  const given = (units: number): number => {
    if (grain.unit === 'keys')
      return worth(grain, units * grain.shares.treatment, units * grain.shares.baseline);
    return worth(grain, units, units);
  };
  const moved = (threshold: number, truth: number) =>
    ratio && estimate.estimate > 0
      ? (threshold * estimate.estimate) / truth
      : estimate.estimate - (truth - threshold);
  const statistic = (threshold: number, truth: number) => {
    if (truth === threshold) return 0;
    const { above, below } = estimate.test(moved(threshold, truth));
    const [tail, sign] = above < below ? [above, 1] : [below, -1];
    return -sign * studentTQuantile(Math.max(tail, Number.MIN_VALUE), inference.df);
  };
  const count = (units: number) =>
    grain.unit === 'keys' ? units * (grain.shares.treatment + grain.shares.baseline) : units;
  const hadAll = grain.unit === 'keys' ? n.treatment + n.baseline : had;
  return {
    tau,
    spread(truth) {
      const near = truth * (1 + 1e-3);
      const perUnit = ratio ? (near - truth) / statistic(truth, near) : Number.NaN;
      return Number.isFinite(perUnit) ? perUnit * Math.sqrt(hadAll / (tau ?? 1)) : null;
    },
    distance: (units, threshold, truth) => statistic(threshold, truth) * Math.sqrt(given(units) / had),
    df(units) {
      if (inference.df === Number.POSITIVE_INFINITY) return inference.df;
      if (grain.inTime) return seriesDf(units, tau ?? 1) * (grain.paired ? 1 : 2);
      const left = Math.max(1, hadAll - grain.fitted);
      return (inference.df * (count(units) - grain.fitted)) / left;
    },
  };
}

/** τ as the method printed it; of two series the longer. */
function memoryOf(details: Inference['details']): number {
  const found = ['tau', 'treatment tau', 'baseline tau'].map((name) => details[name]);
  return Math.max(1, ...found.filter((value): value is number => typeof value === 'number'));
}
