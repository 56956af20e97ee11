/**
 * The sizes of numbers that can be squared and added up: beyond them a variance is Infinity, below it is 0, and what follows
 * is no number. No quantity of this world is there; a wrong unit, or a number that stands for "none", is.
 */
const LARGEST = 1e150;
const SMALLEST = 1e-150;

/** Of what is measured: ratios and sums of it are squared and multiplied further, in checks and pictures as well. */
export const LARGEST_MEASURED = 1e60;

/** The largest of the finite values, where its square would be no number; null where all is well. */
export function outOfRange(values: Float64Array): number | null {
  let largest = 0;
  for (const value of values) {
    const size = Math.abs(value);
    if (size > largest && size < Number.POSITIVE_INFINITY) largest = size;
  }
  return largest > LARGEST || (largest > 0 && largest < SMALLEST) ? largest : null;
}
