/*
 * Random numbers that can be repeated.
 *
 * Answers: draws that depend only on a seed and the names of a stream, so the same evidence, seed and version
 * give the same bytes.
 * Applies: resampling, randomisation tests, schedules, simulation. Each use takes a stream of its own, named
 * after what it is for (arm, metric, method): adding a metric leaves the draws of all others as they were.
 * Formula: seed and names, written as JSON so that no two lists read alike, are hashed four times into the
 * 128-bit state of a generator. A whole number below n is a remainder, after draws from the incomplete last
 * round are rejected; a normal deviate is the normal quantile of a uniform one, so there is no Math.sin.
 * Source: STATISTICS 9; `murmur.ts`, `xoshiro.ts`, `normal.ts`; shuffle: D. Knuth, TAOCP 2, 3.4.2, P.
 */

import { murmur3 } from './murmur.js';
import { normalQuantile } from './normal.js';
import { type XoshiroState, xoshiro128 } from './xoshiro.js';

const TWO_32 = 4294967296;
const TWO_26 = 67108864;
const TWO_52 = 4503599627370496;
const TWO_53 = 9007199254740992;

export interface Random {
  /** A whole number in [0, 2^32). */
  uint32(): number;
  /** A multiple of 2^-53 in [0, 1). */
  uniform(): number;
  /** A whole number in [0, n), each equally likely; n a whole number from 1 to 2^53, else a RangeError. */
  integer(n: number): number;
  /** A standard normal deviate, between -8.3 and 8.3. */
  normal(): number;
  /** Puts the array into random order, in place; each order is equally likely. */
  shuffle(array: unknown[]): void;
  /** An independent generator named below this one; the draws made so far have no influence on it. */
  stream(...names: string[]): Random;
}

function stateOf(seed: number | string, names: readonly string[]): XoshiroState {
  const text = JSON.stringify([typeof seed, String(seed), ...names]);
  const state: XoshiroState = [murmur3(text, 0), murmur3(text, 1), murmur3(text, 2), murmur3(text, 3)];
  return state.every((word) => word === 0) ? [1, 0, 0, 0] : state;
}

/**
 * The generator of the stream with these names under this seed. A number and its text are different seeds.
 *
 * @param seed any number or text
 * @param names of the stream: what the draws are for
 * @returns a generator; the same seed and names give the same draws on every machine; never throws
 * @example
 * ```ts
 * createRandom(20191104, 'order').integer(6); // → 5
 * ```
 */
export function createRandom(seed: number | string, ...names: string[]): Random {
  const uint32 = xoshiro128(stateOf(seed, names));
  const whole53 = () => (uint32() >>> 5) * TWO_26 + (uint32() >>> 6);

  function integer(n: number): number {
    if (!(Number.isInteger(n) && n >= 1 && n <= TWO_53)) {
      throw new RangeError(`integer(n) needs a whole number from 1 to 2^53, got ${n}`);
    }
    return n < TWO_32 ? narrow(n >>> 0) : wide(n);
  }

  /** In unsigned 32-bit arithmetic: the remainder of doubles takes many times as long. */
  function narrow(n: number): number {
    const unfair = (((0xffffffff % n) >>> 0) + 1) % n; // 2^32 mod n
    const last = (0xffffffff - unfair) >>> 0;
    let drawn = uint32() >>> 0;
    while (drawn > last) drawn = uint32() >>> 0;
    return (drawn % n) >>> 0;
  }

  function wide(n: number): number {
    const [range, draw] = n === TWO_32 ? [TWO_32, uint32] : [TWO_53, whole53];
    const fair = range - (range % n);
    let drawn = draw();
    while (drawn >= fair) drawn = draw();
    return drawn % n;
  }

  return {
    uint32,
    integer,
    uniform: () => whole53() / TWO_53,
    // The middle of one of 2^52 equal cells: never 0 or 1, and as often below one half as above.
    normal: () => normalQuantile(((uint32() >>> 6) * TWO_26 + (uint32() >>> 6) + 0.5) / TWO_52),
    shuffle(array) {
      for (let last = array.length - 1; last > 0; last -= 1) {
        const chosen = integer(last + 1);
        [array[last], array[chosen]] = [array[chosen], array[last]];
      }
    },
    stream: (...more) => createRandom(seed, ...names, ...more),
  };
}
