/**
 * Deterministic bucketing: which arm does a key belong to?
 *
 * FNV-1a, 32 bit, over UTF-16 code units; a key's place is
 *   n = fnv1a32(decimal(fnv1a32(seed + key))) mod 10000 ÷ 10000
 * Hashing twice removes the bias that a single pass has on keys that differ in their last characters.
 * Source: Fowler, Noll, Vo (RFC draft eastlake-fnv); the double hash is version 2 of GrowthBook's SDK
 * specification, whose published vectors are the tests here.
 */
import { KnownError } from '../errors.js';

/** Half-open [from, to) within [0, 1]. */
export type BucketRange = readonly [from: number, to: number];

const OFFSET = 0x811c9dc5;
const PRIME = 0x01000193;

/** 32-bit unsigned hash of the text's UTF-16 code units. */
export function fnv1a32(text: string): number {
  let hash = OFFSET;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), PRIME);
  return hash >>> 0;
}

/** The key's place in [0, 1), a multiple of 1/10000. Keys that look the same are the same: NFC first. */
export function bucket(seed: string, key: string): number {
  return (fnv1a32(String(fnv1a32(seed + key.normalize('NFC')))) % 10_000) / 10_000;
}

/**
 * One range per arm. An arm's range starts where the shares before it end, and coverage only moves its
 * end: growing coverage adds keys to arms and moves none between them.
 * Bad shares are an error; to repair them silently would be another experiment than the declared one.
 */
export function bucketRanges(shares: readonly number[], coverage: number): readonly BucketRange[] {
  if (!(coverage >= 0 && coverage <= 1)) {
    throw new KnownError('bad-coverage', `Coverage is ${coverage}; it must lie between 0 and 1.`);
  }
  let sum = 0;
  for (const share of shares) sum += share;
  if (shares.some((share) => !(share > 0)) || Math.abs(sum - 1) > 1e-6) {
    throw new KnownError('bad-shares', `The shares ${shares.join(', ')} are not positive parts of 1.`, {
      hint: 'Give every arm a share above 0; together they must make 100%.',
    });
  }
  let from = 0;
  return shares.map((share) => {
    const range: BucketRange = [from, from + coverage * share];
    from += share;
    return range;
  });
}

/** Index of the range that holds n; −1: the key takes no part. */
export function chooseRange(n: number, ranges: readonly BucketRange[]): number {
  return ranges.findIndex(([from, to]) => n >= from && n < to);
}
