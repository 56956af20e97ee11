/**
 * How much the logarithm of a ratio of sums owes to each row.
 *
 * Answers: ln(ΣA/ΣB) and its jackknife contributions c_i = (n−1)/n·(ln ratio − ln ratio without row i); n/(n−1)·
 * Σ(c − c̄)² is its variance. Applies: sums that stay positive without any one row.
 * Formula: with a, b the row's shares of ΣA and ΣB, ln ratio without row i − ln ratio = ln((1−a)/(1−b)) =
 * log1p((b − a)/(1 − b)), and b − a = (B_i·ΣA − A_i·ΣB)/(ΣA·ΣB) from exact products, so nothing cancels.
 * Source: Efron and Stein 1981 (Annals of Statistics 9:586).
 */
import { type Precise, preciseScale, preciseSum } from './double-double.js';
import { checkColumns, rangeProblem } from './sample-problem.js';

export interface LogContributions {
  readonly logRatio: number;
  readonly contributions: Float64Array;
}

/**
 * Null where a sum is not positive, or not without one of its rows, or a value is not finite.
 *
 * @param above @param below rows of ΣA and ΣB, same length, at least 2
 * @returns ln(ΣA/ΣB) and one contribution per row
 * @throws RangeError where lengths differ
 * @example
 * ```ts
 * logContributions(Float64Array.of(2, 4, 6), Float64Array.of(1, 2, 3))?.logRatio; // → 0.693147
 * ```
 */
export function logContributions(above: Float64Array, below: Float64Array): LogContributions | null {
  checkColumns([above, below]);
  const n = above.length;
  const a = preciseSum(above);
  const b = preciseSum(below);
  const alone = (values: Float64Array, sum: number) => sum > 0 && values.every((value) => value < sum);
  if (rangeProblem([above, below]) !== null) return null;
  if (n < 2 || !alone(above, a.high) || !alone(below, b.high)) return null;
  const contributions = above.map((value, i) => {
    const gap = minus(preciseScale(a, below[i]), preciseScale(b, value));
    return (-(n - 1) / n) * Math.log1p(gap / a.high / (b.high - below[i]));
  });
  return { logRatio: Math.log(a.high / b.high), contributions };
}

const minus = (x: Precise, y: Precise): number => x.high - y.high + (x.low - y.low);
