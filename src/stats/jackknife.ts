/*
 * How skewed a statistic's dependence on single values is.
 *
 * Answers: the acceleration of BCa. Applies: any statistic of one or several samples.
 * Formula: with t_i the statistic without value i of an arm of n values and u_i = t̄ − t_i, the arms' sums add up:
 * a = Σ_arms(((n−1)/n)³·Σu³) / (6·(Σ_arms ((n−1)/n)²·Σu²)^1.5). Above `GROUPS` values an arm is left out in groups of
 * neighbours, which estimates the same number in linear rather than quadratic time. 0 where no value matters.
 * Source: Efron and Tibshirani 1993, eq. 15.36; several samples as in SciPy's `bootstrap`.
 */

/** Values up to which each one is left out by itself. */
const GROUPS = 2000;

/** `without(arm, from, to)`: the statistic without values from … to − 1 of that arm; NaN is passed on. */
export function acceleration(
  sizes: readonly number[],
  without: (arm: number, from: number, to: number) => number,
): number {
  let cubes = 0;
  let squares = 0;
  let largest = 0;
  const influences = sizes.map((n, arm) => {
    const groups = Math.min(n, GROUPS);
    const found = new Float64Array(groups);
    for (let g = 0; g < groups; g++) {
      found[g] = without(arm, Math.floor((g * n) / groups), Math.floor(((g + 1) * n) / groups));
    }
    let sum = 0;
    for (const value of found) sum += value - found[0];
    const mean = found[0] + sum / groups;
    const scaled = found.map((value) => ((groups - 1) / groups) * (mean - value));
    for (const u of scaled) largest = Math.max(largest, Math.abs(u));
    return scaled;
  });
  if (largest === 0) return 0;
  for (const arm of influences) {
    for (const u of arm) {
      const share = u / largest; // cubes of 1e-200 would vanish
      squares += share * share;
      cubes += share * share * share;
    }
  }
  return cubes / (6 * squares * Math.sqrt(squares));
}
