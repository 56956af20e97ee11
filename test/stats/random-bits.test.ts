import { describe, expect, test } from 'vitest';
import { murmur3 } from '../../src/stats/murmur.ts';
import { xoshiro128 } from '../../src/stats/xoshiro.ts';

describe('the generator of bits', () => {
  test('gives the values of the published xoshiro128** 1.1', () => {
    // The reference C code with state 1, 2, 3, 4 (also the test vector of rand_xoshiro).
    const draw = xoshiro128([1, 2, 3, 4]);
    expect(Array.from({ length: 10 }, draw)).toEqual([
      11520, 0, 5927040, 70819200, 2031721883, 1637235492, 1287239034, 3734860849, 3729100597, 4258142804,
    ]);
  });
});

describe('the hash of names', () => {
  test.each([
    ['', 0, 0],
    ['', 1, 0x514e28b7],
    ['', 0xffffffff, 0x81f16f39],
    ['a', 0, 0x3c2569b2],
    ['ab', 0, 0x9bbfd75f],
    ['abc', 0, 0xb3dd93fa],
    ['test', 0, 0xba6bd213],
    ['aaaaa', 0, 0xe9ca302b],
    ['Hello, 世界', 0, 0xe2a131eb],
    ['The quick brown fox jumps over the lazy dog', 0x9747b28c, 0x2fa826cd],
  ])('of %j with seed %i is the published MurmurHash3', (text, seed, hash) => {
    expect(murmur3(text, seed)).toBe(hash);
  });
});
