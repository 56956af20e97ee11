/**
 * xxHash, 32 bit, of bytes: the hash that HAProxy has as `xxh32(seed)`, so that the proxy and this tool send the same
 * key to the same arm. Source: Collet, xxHash fast digest algorithm, specification 0.1.1, §XXH32.
 */
const PRIME_1 = 0x9e3779b1;
const PRIME_2 = 0x85ebca77;
const PRIME_3 = 0xc2b2ae3d;
const PRIME_4 = 0x27d4eb2f;
const PRIME_5 = 0x165667b1;

const rotated = (value: number, by: number): number => (value << by) | (value >>> (32 - by));

const round = (lane: number, input: number): number =>
  Math.imul(rotated((lane + Math.imul(input, PRIME_2)) | 0, 13), PRIME_1);

/** 32-bit unsigned hash; `seed` is an unsigned 32-bit integer. */
export function xxh32(bytes: Uint8Array, seed: number): number {
  const word = (at: number): number =>
    bytes[at] | (bytes[at + 1] << 8) | (bytes[at + 2] << 16) | (bytes[at + 3] << 24);
  let at = 0;
  let hash = (seed + PRIME_5) | 0;
  if (bytes.length >= 16) {
    let a = (seed + PRIME_1 + PRIME_2) | 0;
    let b = (seed + PRIME_2) | 0;
    let c = seed | 0;
    let d = (seed - PRIME_1) | 0;
    for (; at <= bytes.length - 16; at += 16) {
      a = round(a, word(at));
      b = round(b, word(at + 4));
      c = round(c, word(at + 8));
      d = round(d, word(at + 12));
    }
    hash = (rotated(a, 1) + rotated(b, 7) + rotated(c, 12) + rotated(d, 18)) | 0;
  }
  hash = (hash + bytes.length) | 0;
  for (; at <= bytes.length - 4; at += 4)
    hash = Math.imul(rotated((hash + Math.imul(word(at), PRIME_3)) | 0, 17), PRIME_4);
  for (; at < bytes.length; at++)
    hash = Math.imul(rotated((hash + Math.imul(bytes[at], PRIME_5)) | 0, 11), PRIME_1);
  hash = Math.imul(hash ^ (hash >>> 15), PRIME_2);
  hash = Math.imul(hash ^ (hash >>> 13), PRIME_3);
  return (hash ^ (hash >>> 16)) >>> 0;
}
