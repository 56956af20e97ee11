/*
 * The t statistic when there is an effect.
 *
 * Answers: how likely is t above (or below) a limit when the true effect is δ standard errors; how likely is it that
 * two one-sided tests both reject. Applies: an estimate that is normal around δ, divided by an independent estimate of
 * its standard error with df degrees of freedom.
 * Formula: T = (Z + δ)/u, u = √(χ²/df), so P(T > t) = E[Φ(δ − t·u)], the mean over the density of u. Both of two
 * tests, δ₁ above the lower and δ₂ below the upper edge: E[(Φ(δ₂ − t·u) − Φ(t·u − δ₁))₊] (Owen's Q). In w = ln u the
 * density is exp(df·(w − (e²ʷ − 1)/2)) up to a factor, smooth for every df; Gauss–Legendre panels narrower than its
 * peak and than the step of Φ; the factor is the same sum without Φ, so that nothing large cancels.
 * Source: Johnson and Welch 1940 (Biometrika 31:362); Owen 1965 (Biometrika 52:437); Phillips 1990 for equivalence.
 * Measured against mpmath at 30 digits (`test/stats/reference/noncentral-t.py`): 1e-12 absolute.
 */
import { normalCdf } from './normal.js';
import { panelNodes } from './panel-nodes.js';

/** Exponent below which the density of u adds nothing: e⁻⁴². */
const furthest = -42;

/**
 * The probability above t: the power of a t test.
 *
 * @param t the quantile
 * @param df degrees of freedom, > 0
 * @param noncentrality the mean of the numerator
 * @returns 0 … 1; never throws
 * @example
 * ```ts
 * noncentralTSurvival(1.734, 18, 2.5); // → 0.77623
 * ```
 */
export function noncentralTSurvival(t: number, df: number, noncentrality: number): number {
  if (Number.isNaN(t) || Number.isNaN(noncentrality) || !(df > 0)) return Number.NaN;
  if (t === Number.POSITIVE_INFINITY) return 0;
  if (t === Number.NEGATIVE_INFINITY) return 1;
  return meanOverScale(df, noncentrality, (u) => normalCdf(noncentrality - t * u));
}

/**
 * The probability below t.
 *
 * @param t the quantile
 * @param df degrees of freedom, > 0
 * @param noncentrality the mean of the numerator
 * @returns 0 … 1; never throws
 * @example
 * ```ts
 * noncentralTCdf(1.8, 18, 2.5); // → 0.243527
 * ```
 */
export const noncentralTCdf = (t: number, df: number, noncentrality: number): number =>
  noncentralTSurvival(-t, df, -noncentrality);

/**
 * P of both one-sided tests rejecting at critical value t > 0: the truth lies `above` standard errors above the lower
 * and `below` standard errors below the upper edge.
 */
export function bothTestsReject(t: number, df: number, above: number, below: number): number {
  if (!(t > 0 && df > 0) || Number.isNaN(above) || Number.isNaN(below)) return Number.NaN;
  const room = (above + below) / (2 * t);
  if (!(room > 0)) return 0;
  const steep = Math.max(Math.abs(above), Math.abs(below));
  return meanOverScale(
    df,
    steep,
    (u) => Math.max(0, normalCdf(below - t * u) - normalCdf(t * u - above)),
    room,
  );
}

/** E f(u) of f ≥ 0 that changes within 1/`steep` of ln u, and is 0 beyond `most`. */
function meanOverScale(
  df: number,
  steep: number,
  f: (u: number) => number,
  most = Number.POSITIVE_INFINITY,
): number {
  if (df === Number.POSITIVE_INFINITY) return most < 1 ? 0 : f(1);
  const log = (w: number) => df * (w - Math.expm1(2 * w) / 2);
  const [low, high] = [edge(log, -1), edge(log, 1)];
  const width = Math.min(1 / Math.sqrt(df), 2 / (1 + Math.abs(steep)));
  const sum = (to: number, weigh: (u: number) => number): number => {
    if (!(to > low)) return 0;
    const { at, weight } = panelNodes(low, to, width);
    let total = 0;
    for (let i = 0; i < at.length; i++) total += weight[i] * Math.exp(log(at[i])) * weigh(Math.exp(at[i]));
    return total;
  };
  return sum(Math.min(high, Math.log(most)), f) / sum(high, () => 1);
}

/** Where the exponent, 0 at w = 0, has fallen to `furthest` on one side. */
function edge(log: (w: number) => number, side: 1 | -1): number {
  let outside: number = side;
  while (log(outside) > furthest) outside *= 2;
  let inside = 0;
  for (let round = 0; round < 30; round++) {
    const middle = (inside + outside) / 2;
    if (log(middle) > furthest) inside = middle;
    else outside = middle;
  }
  return outside;
}
