/**
 * The sizes of numbers that can be computed with: beyond them products of spreads are Infinity or 0, and what follows is no
 * number. No quantity of this world is there; a wrong unit, or a number that stands for "none" (1.8e308), is.
 */
export const LARGEST = 1e60;
const SMALLEST = 1e-60;

/** The largest of the finite values, where they cannot be computed with; null where all is well. */
export function outOfRange(values: Float64Array): number | null {
  let largest = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
  }
  return largest > LARGEST || (largest > 0 && largest < SMALLEST) ? largest : null;
}
