/**
 * A ratio of sums ΣM/ΣD as a sum of contributions, one per row, whose spread is the spread of the ratio.
 *
 * Answers: how much does each row move the ratio. Applies: ΣD > 0; rows are independent. Formula, delta method: c_i = (M_i − R·D_i)/ΣD. Jackknife:
 * c_i = (m−1)/m·(R − R without row i), which weighs rows with a large denominator more; with dM, dD the row's
 * deviations from its stratum's means of m rows (deleting a row gives its weight to the stratum's others) that is
 * (dM − R·dD)/(ΣD − m/(m−1)·dD). In both, n/(n−1)·Σ(c − c̄)² is the variance of R.
 * Where denominators differ much the delta variance is too small, because the ratio follows its largest rows.
 * Measured, two arms of n = 10 / 30, lognormal σ = 1 denominators, false claims at 5 %: delta 11.2 % / 8.1 %; jackknife
 * with measured degrees of freedom (variance-component.ts) 4.9 % / 4.4 %. So ratios are decided by the latter, except
 * within strata, where denominators are alike.
 * Source: delta: Cochran 1977 §6; Deng, Knoblich and Lu 2018 (KDD). Jackknife: Efron and Stein 1981; strata:
 * Jones 1974 (Biometrika 61:343).
 */
import { type Precise, preciseQuotient, preciseSum, twoProduct } from './double-double.js';
import { checkColumns } from './sample-problem.js';
import { membersOf, pick } from './strata.js';
import { centred } from './sum-spread.js';

export interface RatioContributions {
  readonly ratio: Precise;
  readonly contributions: Float64Array;
}

/**
 * Null where ΣD is not positive, or not positive without one of its rows (jackknife), or a value is not finite.
 *
 * @param numerator @param denominator rows of ΣM and ΣD, same length, finite
 * @param stratum of each row; null: all rows are alike
 * @param kind 'delta', or 'jackknife', which weighs rows with a large denominator more
 * @returns ratio and one contribution per row
 * @throws RangeError where lengths differ
 * @example
 * ```ts
 * ratioContributions(Float64Array.of(2, 4, 7), Float64Array.of(1, 2, 3), null, 'jackknife')?.ratio.high; // → 2.16667
 * ```
 */
export function ratioContributions(
  numerator: Float64Array,
  denominator: Float64Array,
  stratum: readonly string[] | null,
  kind: 'delta' | 'jackknife',
): RatioContributions | null {
  checkColumns([numerator, denominator]);
  const total = preciseSum(denominator);
  if (!(total.high > 0)) return null;
  const ratio = preciseQuotient(preciseSum(numerator), total);
  if (!Number.isFinite(ratio.high)) return null;
  /** M − R·D with the rounding of the product given back. */
  const gap = (m: number, d: number) => {
    const product = twoProduct(ratio.high, d);
    return m - product.high - product.low - ratio.low * d;
  };
  if (kind === 'delta') {
    return { ratio, contributions: numerator.map((m, i) => gap(m, denominator[i]) / total.high) };
  }
  const dM = new Float64Array(numerator.length);
  const dD = new Float64Array(numerator.length);
  const stretch = new Float64Array(numerator.length);
  for (const indices of membersOf(stratum, numerator.length)) {
    const m = centred(pick(numerator, indices));
    const d = centred(pick(denominator, indices));
    indices.forEach((row, k) => {
      dM[row] = m[k];
      dD[row] = d[k];
      stretch[row] = indices.length / (indices.length - 1);
    });
  }
  const left = dD.map((d, i) => total.high - stretch[i] * d);
  if (!left.every((rest) => rest > 0)) return null;
  return { ratio, contributions: dM.map((m, i) => gap(m, dD[i]) / left[i]) };
}
