/*
 * A source of random bits.
 *
 * Answers: a sequence of 32-bit whole numbers that repeats only after 2^128 - 1 of them.
 * Applies: simulation, resampling, random order; every draw is fixed by the state it starts from. Not for
 * secrets.
 * Formula: four 32-bit words, mixed by shifts and exclusive or; the second word is scrambled into the output.
 * Source: D. Blackman and S. Vigna, Scrambled Linear Pseudorandom Number Generators, ACM TOMS 47 (2021),
 * xoshiro128** 1.1.
 */

export type XoshiroState = readonly [number, number, number, number];

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

/** The generator that starts at `state` (not all zero); each call gives a whole number in [0, 2^32). */
export function xoshiro128(state: XoshiroState): () => number {
  let [a, b, c, d] = state;
  return () => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
}
