/**
 * Are two heaps of records the same, whatever their order? The sum of the records' sha256 modulo 2²⁵⁶: equal heaps have
 * equal sums, and records that were changed, lost or doubled change it (an exclusive or would not see a pair). Somebody who
 * may choose records could build a collision of sums; chance cannot. Pure.
 */
import { createHash } from 'node:crypto';
import { atPath } from '../../json-path.js';

export interface Written {
  readonly key: Uint8Array | null;
  readonly value: Uint8Array | null;
}

/** `content`: key and value; paths: these parts of the value, which is JSON. */
export type Compared = 'content' | readonly string[];

const MODULUS = 1n << 256n;

export class Checksum {
  #sum = 0n;
  #count = 0;

  add(digest: bigint): void {
    this.#sum = (this.#sum + digest) % MODULUS;
    this.#count++;
  }

  /** `sha256`: 64 hexadecimal digits. */
  output(): { readonly count: number; readonly sha256: string } {
    return { count: this.#count, sha256: this.#sum.toString(16).padStart(64, '0') };
  }
}

export function digestOf({ key, value }: Written, compared: Compared): bigint {
  const hash = createHash('sha256');
  const parts = compared === 'content' ? [key, value] : partsOf(value, compared);
  for (const part of parts) {
    // Its length first, so that no two lists of parts are the same bytes; absent is not empty.
    hash.update(part === null ? '-' : `${part.length}:`);
    if (part !== null) hash.update(part);
  }
  return BigInt(`0x${hash.digest('hex')}`);
}

/** A value that is no JSON is compared whole. */
function partsOf(value: Uint8Array | null, paths: readonly string[]): readonly (Uint8Array | null)[] {
  if (value === null) return [null];
  let document: unknown;
  try {
    document = JSON.parse(Buffer.from(value).toString('utf8'));
  } catch {
    return [value];
  }
  return paths.map((path) => {
    const found = atPath(document, path);
    return found === undefined ? null : Buffer.from(JSON.stringify(found));
  });
}
