/*
 * Drawing with replacement, fast.
 *
 * Answers: n whole numbers below `range`, each equally likely. Applies: bootstraps, where a million draws are the cost.
 * Formula: the stream's xoshiro128** with its state in local variables. Up to 16,384 values a 32-bit word gives two
 * draws: of 16 bits v the draw is ⌊v·range/2^16⌋, rejected where v·range mod 2^16 < 2^16 mod range, which leaves all
 * draws equally likely; above, the same with 32 bits.
 * Source: Lemire 2019 (ACM TOMACS 29:3); Blackman and Vigna 2021 (`xoshiro.ts`).
 */
import type { Random } from './random.js';

export interface Resampler {
  /** Fills `into` with `source` values drawn with replacement. */
  values(source: Float64Array, into: Float64Array): void;
  /** Fills `into` with whole numbers 0 … range − 1. */
  indices(range: number, into: Uint32Array): void;
}

const TWO_32 = 4294967296;
/** Draws of 16 bits are used up to here: at most one in four is rejected. */
const NARROW = 16384;
/** v·range stays exact below 2^53. */
const WIDEST = 2097152;
/** Numbers that are drawn in one go. */
const CHUNK = 4096;

/** Its draws depend only on the stream. */
export function createResampler(random: Random): Resampler {
  const state = new Uint32Array(4);
  for (let word = 0; word < 4; word++) state[word] = random.uint32();
  if (state.every((word) => word === 0)) state[0] = 1;
  const drawn = new Uint32Array(CHUNK);
  const draw = (range: number, into: Uint32Array, count: number) => {
    if (!(Number.isInteger(range) && range >= 1 && range <= WIDEST)) {
      throw new RangeError(`resampling needs 1 to ${WIDEST} values, got ${range}`);
    }
    if (range <= NARROW) drawNarrow(state, range, into, count);
    else drawWide(state, range, into, count);
  };
  return {
    indices(range, into) {
      draw(range, into, into.length);
    },
    values(source, into) {
      for (let start = 0; start < into.length; start += CHUNK) {
        const count = Math.min(CHUNK, into.length - start);
        draw(source.length, drawn, count);
        for (let k = 0; k < count; k++) into[start + k] = source[drawn[k]];
      }
    },
  };
}

function drawNarrow(state: Uint32Array, range: number, into: Uint32Array, count: number): void {
  let a = state[0] | 0;
  let b = state[1] | 0;
  let c = state[2] | 0;
  let d = state[3] | 0;
  const unfair = 65536 % range;
  let k = 0;
  while (k < count) {
    const five = Math.imul(b, 5);
    const word = Math.imul((five << 7) | (five >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    const first = Math.imul(word >>> 16, range);
    if ((first & 0xffff) >= unfair) into[k++] = first >>> 16;
    const second = Math.imul(word & 0xffff, range);
    if ((second & 0xffff) >= unfair && k < count) into[k++] = second >>> 16;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}

function drawWide(state: Uint32Array, range: number, into: Uint32Array, count: number): void {
  let a = state[0] | 0;
  let b = state[1] | 0;
  let c = state[2] | 0;
  let d = state[3] | 0;
  const unfair = TWO_32 % range;
  let k = 0;
  while (k < count) {
    const five = Math.imul(b, 5);
    const word = Math.imul((five << 7) | (five >>> 25), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    const product = word * range;
    const index = Math.floor(product / TWO_32);
    if (product - index * TWO_32 >= unfair) into[k++] = index;
  }
  state[0] = a;
  state[1] = b;
  state[2] = c;
  state[3] = d;
}
