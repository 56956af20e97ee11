/*
 * A hash of text.
 *
 * Answers: 32 bits that look random, the same for the same text and seed on every machine.
 * Applies: turning names (seed, arm, metric, method) into the state of a random generator, and keys into a
 * place. Not for secrets: it is easily inverted.
 * Formula: each four bytes are multiplied and rotated into the state; a final avalanche spreads every bit.
 * Source: A. Appleby, MurmurHash3, x86 32-bit variant (public domain, 2011).
 */

const encoder = new TextEncoder();

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function scramble(block: number): number {
  return Math.imul(rotate(Math.imul(block, 0xcc9e2d51), 15), 0x1b873593);
}

function avalanche(hash: number): number {
  let mixed = hash;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return (mixed ^ (mixed >>> 16)) >>> 0;
}

/** MurmurHash3 (x86, 32 bits) of the text's UTF-8 bytes: a whole number in [0, 2^32). */
export function murmur3(text: string, seed: number): number {
  const bytes = encoder.encode(text);
  const whole = bytes.length - (bytes.length % 4);
  let hash = seed | 0;
  for (let i = 0; i < whole; i += 4) {
    const block = bytes[i] | (bytes[i + 1] << 8) | (bytes[i + 2] << 16) | (bytes[i + 3] << 24);
    hash = (Math.imul(rotate(hash ^ scramble(block), 13), 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let i = bytes.length - 1; i >= whole; i -= 1) rest = (rest << 8) | bytes[i];
  return avalanche(hash ^ scramble(rest) ^ bytes.length);
}
