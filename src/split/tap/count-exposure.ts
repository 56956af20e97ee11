/** Requests → what went where, slot by slot: counts, so that millions of requests are judged from a handful of rows. */
import type { ExecutedSlot, ExposureRow, Request } from '../../model/evidence.js';
import type { Experiment } from '../../model/experiment.js';
import { slotAt } from '../../model/slot-at.js';

/** Served by none: no arm can have this name. */
export const NOBODY = '(none)';

interface Cell {
  readonly slot: number;
  readonly assigned: string;
  readonly served: string;
  count: number;
  redispatched: number;
  readonly keys: Map<string, number>;
  withKey: number;
}

export async function countExposure(
  requests: AsyncIterable<Request>,
  executed: readonly ExecutedSlot[],
  { arms }: Pick<Experiment, 'arms'>,
  withRest = false,
): Promise<readonly ExposureRow[]> {
  const names = new Set(arms.map(({ name }) => name));
  const cells = new Map<string, Cell>();
  const armsOfKeys = new Map<number, Map<string, Set<string>>>();
  for await (const request of requests) {
    const slot = slotAt(request.at, executed);
    const { assigned, key } = request;
    if (slot === null || assigned === null || !names.has(assigned)) continue;
    const served = request.served ?? NOBODY;
    const id = JSON.stringify([slot, assigned, served]);
    const cell = cells.get(id) ?? {
      slot,
      assigned,
      served,
      count: 0,
      redispatched: 0,
      keys: new Map(),
      withKey: 0,
    };
    cells.set(id, cell);
    cell.count += 1;
    if (request.redispatched) cell.redispatched += 1;
    if (key === null) continue;
    cell.withKey += 1;
    cell.keys.set(key, (cell.keys.get(key) ?? 0) + 1);
    if (request.served !== null) servedBy(armsOfKeys, slot, key).add(request.served);
  }
  return [
    ...[...cells.values()].map((cell) => trafficRow(cell, withRest)),
    ...[...armsOfKeys].map(
      ([slot, keys]): ExposureRow => ({
        what: 'keys',
        slot,
        keys: keys.size,
        onSeveralArms: [...keys.values()].filter((seen) => seen.size > 1).length,
      }),
    ),
  ];
}

function servedBy(all: Map<number, Map<string, Set<string>>>, slot: number, key: string): Set<string> {
  const keys = all.get(slot) ?? new Map<string, Set<string>>();
  all.set(slot, keys);
  const seen = keys.get(key) ?? new Set<string>();
  keys.set(key, seen);
  return seen;
}

function trafficRow(
  { slot, assigned, served, count, redispatched, keys, withKey }: Cell,
  withRest: boolean,
): ExposureRow {
  const keyed = withKey === count;
  return {
    what: 'traffic',
    slot,
    assigned,
    served,
    count,
    redispatched,
    keys: keyed ? keys.size : null,
    squares: keyed ? [...keys.values()].reduce((sum, n) => sum + n * n, 0) : null,
    ...(withRest ? { withRest } : {}),
  };
}
