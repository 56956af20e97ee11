/**
 * What a tap would have counted: requests of keys divided in slots, slots that are lost, connections that outlive a change.
 */
import type { Evidence, ExecutedSlot, ExposureRow, Slot } from '../../src/model/evidence.js';
import { createRandom, type Random } from '../../src/stats/random.js';
import { healthy, simulate } from './simulate.js';

export interface Tap {
  readonly kind: 'by-key' | 'ramp' | 'switchback';
  readonly slots: number;
  readonly keysPerSlot: number;
  /** Chance that a slot of the arm is lost. */
  readonly lost: (arm: string) => number;
  /** Connections, of a few requests each, that go on where they were: share of all connections, and by the split itself. */
  readonly elsewhere: number;
  readonly stray: number;
  /** Requests are routed by key, and the tap says how many keys there were. */
  readonly keyed: boolean;
  /** Share of the keys that both arms served. */
  readonly twice: number;
  /** Share of the treatment's requests that a proxy sent on to the other arm. */
  readonly redispatched: number;
}

/** 2 % of the slots lost, one connection of 10,000 where it should not be, one key of 1,000 on both arms. */
export const healthyTap: Tap = {
  kind: 'by-key',
  slots: 1,
  keysPerSlot: 2000,
  lost: () => 0.02,
  elsewhere: 1e-4,
  stray: 1e-4,
  keyed: true,
  twice: 1e-3,
  redispatched: 0,
};

const hour = 3_600_000;
const [treatment, baseline] = ['engine', 'functions'];

export function tapped(tap: Tap, seed: number): Evidence {
  const random = createRandom(seed, 'tap');
  const base = simulate({ ...healthy, kind: 'by-key', units: 60, repeats: 1 }, seed);
  const slots = planned(tap, random);
  const { design } = base.experiment;
  const executed = slots.map((slot) => held(slot, tap, random));
  const lost = new Set(executed.filter(({ outcome }) => outcome !== 'ok').map(({ index }) => index));
  const inSlots = tap.kind !== 'by-key';
  return {
    ...base,
    experiment: { ...base.experiment, design: { ...design, kind: tap.kind } },
    schedule: base.schedule === null || !inSlots ? base.schedule : { ...base.schedule, slots },
    exposure: slots.flatMap((slot) => (lost.has(slot.index) ? [] : counted(slot, tap, inSlots, random))),
    ...(inSlots ? { executed } : {}),
  };
}

function planned({ kind, slots }: Tap, random: Random): readonly Slot[] {
  const orders = Array.from({ length: slots }, (_, i) => i % 2);
  random.shuffle(orders);
  return orders.map((first, index) => {
    const share = kind === 'switchback' ? first : kind === 'ramp' ? (index + 1) / (2 * slots) : 0.5;
    return {
      index,
      startMs: index * hour,
      endMs: (index + 1) * hour,
      shares: { [treatment]: share, [baseline]: 1 - share },
      burnInMs: 0,
      burnOutMs: 0,
      stage: kind === 'ramp' ? index : null,
    };
  });
}

function held({ index, startMs, endMs, shares }: Slot, { lost }: Tap, random: Random): ExecutedSlot {
  const arm = shares[treatment] === 1 ? treatment : baseline;
  const isLost = random.uniform() < lost(arm);
  return {
    index,
    attempt: 0,
    appliedAt: isLost ? null : startMs,
    endedAt: isLost ? null : endMs,
    outcome: isLost ? 'failed' : 'ok',
  };
}

/** Requests of a key: geometric, five on average. */
const sizeOf = (random: Random): number => 1 + Math.floor(Math.log(1 - random.uniform()) / Math.log(0.8));

function counted({ index, shares }: Slot, tap: Tap, inSlots: boolean, random: Random): ExposureRow[] {
  const rows = new Map<string, { count: number; redispatched: number; keys: number; squares: number }>();
  let twice = 0;
  const add = (assigned: string, served: string, size: number, redispatched = 0) => {
    const name = `${assigned}/${served}`;
    const row = rows.get(name) ?? { count: 0, redispatched: 0, keys: 0, squares: 0 };
    row.count += size;
    row.redispatched += redispatched;
    row.keys += 1;
    row.squares += size * size;
    rows.set(name, row);
  };
  const other = (arm: string) => (arm === treatment ? baseline : treatment);
  for (let key = 0; key < tap.keysPerSlot; key++) {
    const size = sizeOf(random);
    const given = random.uniform() < shares[treatment] ? treatment : baseline;
    const assigned = random.uniform() < tap.stray ? other(given) : given;
    if (random.uniform() < tap.twice) twice += 1;
    const sent = assigned === treatment && random.uniform() < tap.redispatched ? size : 0;
    const served = sent > 0 || random.uniform() < tap.elsewhere ? other(assigned) : assigned;
    add(assigned, served, size, sent);
  }
  const slot = inSlots ? index : null;
  return [
    ...[...rows].map(([name, row]): ExposureRow => {
      const [assigned, served] = name.split('/');
      const known = tap.keyed ? {} : { keys: null, squares: null };
      return { what: 'traffic', slot, assigned, served, ...row, ...known };
    }),
    ...(tap.keyed ? [{ what: 'keys', slot, keys: tap.keysPerSlot, onSeveralArms: twice } as const] : []),
  ];
}
