/**
 * Which arm does a key belong to? One answer for everybody who asks: the design by-key, `stacktrial assign`, a proxy.
 *
 * A key's place is one of 10,000 buckets; each arm owns a range of them (./fnv1a.ts). The hash is
 *   fnv1a   FNV-1a twice, salted with experiment and seed; keys that look the same are the same (NFC)
 *   xxh32   of the key's UTF-8 bytes as they are, seeded with the seed: HAProxy's `xxh32(seed),mod(10000)`, which cannot
 *           normalise; experiments with the same seed assign alike, so give each a seed of its own (the default does)
 */
import { KnownError } from '../errors.js';
import type { ArmName, Design, Experiment, HashName } from '../model/experiment.js';
import { bucket, bucketRanges, chooseRange } from './fnv1a.js';
import { xxh32 } from './xxh32.js';

export const BUCKETS = 10_000;

export interface Assigned {
  /** 0 … 9999. */
  readonly bucket: number;
  /** null: outside the coverage. */
  readonly arm: ArmName | null;
}

type Assigning = Pick<Experiment, 'name' | 'arms'> & {
  readonly design: Pick<Design, 'seed' | 'shares' | 'coverage' | 'hash'>;
};

/** The bucket of a key; the key must not be empty: all keyless units would share one arm. */
const bucketOf: Record<HashName, (experiment: Assigning) => (key: string) => number> = {
  fnv1a: ({ name, design }) => {
    const salt = `${name}:${design.seed}`;
    return (key) => Math.round(bucket(salt, key) * BUCKETS);
  },
  xxh32: ({ design }) => {
    const encoder = new TextEncoder();
    return (key) => xxh32(encoder.encode(key), design.seed) % BUCKETS;
  },
};

/** The arm of every bucket; null where it takes no part: what a proxy's map is filled with. */
export function bucketArms({ arms, design }: Assigning): readonly (ArmName | null)[] {
  const names = arms.map((arm) => arm.name);
  const strangers = Object.keys(design.shares).filter((name) => !names.includes(name));
  if (strangers.length > 0)
    throw new KnownError('bad-shares', `There is a share for ${strangers.join(', ')}, but no such arm.`);
  const ranges = bucketRanges(
    names.map((name) => design.shares[name] ?? 0),
    design.coverage,
  );
  return Array.from({ length: BUCKETS }, (_, i) => names[chooseRange(i / BUCKETS, ranges)] ?? null);
}

/** Pure, and the same for ever: growing `coverage` adds keys to arms and moves none between them. */
export function assigner(experiment: Assigning): (key: string) => Assigned {
  const arms = bucketArms(experiment);
  const place = bucketOf[experiment.design.hash ?? 'fnv1a'](experiment);
  return (key) => {
    const at = place(key);
    return { bucket: at, arm: arms[at] };
  };
}
