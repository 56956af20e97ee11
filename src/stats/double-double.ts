/**
 * Sums and products that keep what ordinary rounding throws away.
 *
 * Answers: a sum, mean or product to about 32 digits, as an unevaluated pair high + low. It is needed where two
 * large, nearly equal numbers are subtracted: totals of 10⁹ whose difference is 1. Applies: finite numbers; products
 * below 1e300 in size.
 * Formula: error-free transformations. twoSum gives s = fl(a+b) and the exact error; twoProduct splits both factors
 * into halves of 26 bits, so that all partial products are exact.
 * Source: Dekker 1971 (Numerische Mathematik 18:224); Knuth TAOCP 2, 4.2.2; Ogita, Rump and Oishi 2005.
 */

/** The value high + low, |low| at most half a unit in the last place of high. */
export interface Precise {
  readonly high: number;
  readonly low: number;
}

const splitter = 134217729; // 2^27 + 1

export function twoSum(a: number, b: number): Precise {
  const high = a + b;
  const part = high - a;
  return { high, low: a - (high - part) + (b - part) };
}

/** Exact below 1e300 in size; beyond, the error term is left out. */
export function twoProduct(a: number, b: number): Precise {
  const high = a * b;
  const [a1, a2] = halves(a);
  const [b1, b2] = halves(b);
  const low = a2 * b2 - (high - a1 * b1 - a2 * b1 - a1 * b2);
  return { high, low: Number.isFinite(low) ? low : 0 };
}

function halves(a: number): [number, number] {
  const c = splitter * a;
  const high = c - (c - a);
  return [high, a - high];
}

export function preciseSum(values: Iterable<number>): Precise {
  let high = 0;
  let low = 0;
  for (const value of values) {
    const next = twoSum(high, value);
    high = next.high;
    low += next.low;
  }
  return twoSum(high, low);
}

/** a ÷ b to about 32 digits; b not zero. */
export function preciseQuotient(a: Precise, b: Precise): Precise {
  const high = a.high / b.high;
  if (!Number.isFinite(high)) return { high, low: 0 };
  const product = twoProduct(high, b.high);
  return twoSum(high, (a.high - product.high - product.low + a.low - high * b.low) / b.high);
}

/** a·b for an ordinary factor b. */
export function preciseScale(a: Precise, b: number): Precise {
  const product = twoProduct(a.high, b);
  return twoSum(product.high, product.low + a.low * b);
}

/** x − r·y − d, rounded once at the end as far as the pairs go. */
export function linearForm(x: Precise, r: number, y: Precise, d: number): number {
  const product = twoProduct(r, y.high);
  const first = twoSum(x.high, -product.high);
  const second = twoSum(first.high, -d);
  return second.high + (second.low + first.low - product.low + x.low - r * y.low);
}

export function preciseAdd(a: Precise, b: number): Precise {
  const sum = twoSum(a.high, b);
  return twoSum(sum.high, sum.low + a.low);
}
