/*
 * p-values of several hypotheses, corrected for their number.
 *
 * Answers: which p-values hold although many were looked at. Applies: Holm where no false claim may be made at all,
 * Benjamini–Hochberg where a share of false ones is tolerable (exploratory metrics).
 * Formula: with p ascending, Holm max_{j≤i} min(1, (m−j+1)·p_j); Benjamini–Hochberg min_{j≥i} min(1, m·p_j/j). A NaN
 * counts as a hypothesis that was looked at (as p = 1) and stays NaN: no answer is not a smaller family.
 * Source: Holm 1979 (Scandinavian J. Statistics 6:65); Benjamini and Hochberg 1995 (JRSS B 57:289).
 */

/**
 * p-values corrected for the family-wise error.
 *
 * @param p each 0 … 1
 * @returns in the order given
 * @throws RangeError where a p is not within [0, 1]
 * @example
 * ```ts
 * holm([0.01, 0.02, 0.03]); // → [0.03, 0.04, 0.04]
 * ```
 */
export function holm(p: ArrayLike<number>): Float64Array {
  const order = ascending(p);
  const adjusted = new Float64Array(p.length).fill(Number.NaN);
  let most = 0;
  order.forEach((index, rank) => {
    most = Math.max(most, Math.min(1, (p.length - rank) * p[index]));
    adjusted[index] = most;
  });
  return adjusted;
}

/**
 * p-values corrected for the false discovery rate.
 *
 * @param p each 0 … 1
 * @returns in the order given
 * @throws RangeError where a p is not within [0, 1]
 * @example
 * ```ts
 * benjaminiHochberg([0.01, 0.02, 0.03]); // → [0.03, 0.03, 0.03]
 * ```
 */
export function benjaminiHochberg(p: ArrayLike<number>): Float64Array {
  const order = ascending(p);
  const adjusted = new Float64Array(p.length).fill(Number.NaN);
  let least = 1;
  for (let rank = order.length - 1; rank >= 0; rank--) {
    least = Math.min(least, (p.length * p[order[rank]]) / (rank + 1));
    adjusted[order[rank]] = least;
  }
  return adjusted;
}

/** Positions of the p-values, smallest first, without NaN. */
function ascending(p: ArrayLike<number>): Uint32Array {
  const found: number[] = [];
  for (let i = 0; i < p.length; i++) {
    if (Number.isNaN(p[i])) continue;
    if (!(p[i] >= 0 && p[i] <= 1)) throw new RangeError(`a p-value lies between 0 and 1, got ${p[i]}`);
    found.push(i);
  }
  return Uint32Array.from(found).sort((a, b) => p[a] - p[b] || a - b);
}
