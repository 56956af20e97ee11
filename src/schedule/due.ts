/**
 * What is due now, from dates alone: which firings are to be worked on, which were missed, which are skipped. Every
 * firing comes out of here until the ledger accounts for it, so that none is lost, and never afterwards, so that none is
 * done twice.
 */
import type { Timetable } from '../model/timetable.js';
import { type Firing, firingsBetween, nextFiring, startOf, type Work } from './firings.js';
import { type Account, accountOf, firingId, type LedgerRow } from './ledger.js';

/** Work that begins later than this was missed. `--due` may be called every quarter of an hour. */
const LATE_MS = 15 * 60_000;

export interface Batch {
  readonly work: Work;
  /** UTC ms. For `look` one analysis stands for all of them; for `pace` each is worth its blocks. */
  readonly firings: readonly number[];
  /** How many of them nobody was there for. */
  readonly missed: number;
  /** How many of them an execution before had begun. */
  readonly cutOff: number;
}

export type Due =
  /** To be written to the ledger first: nothing before now counts. */
  | { readonly kind: 'enrol' }
  | { readonly kind: 'disable' }
  | { readonly kind: 'work'; readonly batches: readonly Batch[]; readonly skipped: readonly Batch[] };

/** Where both fire at once, there is more to look at after the blocks. */
const WORKS = ['pace', 'look'] as const satisfies readonly Work[];

const only = (timetable: Timetable, work: Work): Timetable => ({
  ...timetable,
  look: work === 'look' ? timetable.look : null,
  pace: work === 'pace' ? timetable.pace : null,
});

const NOTHING: Due = { kind: 'work', batches: [], skipped: [] };

export function due(
  experiment: string,
  timetable: Timetable,
  rows: readonly LedgerRow[],
  nowMs: number,
): Due {
  if (timetable.disabled) return isSettled(rows) ? NOTHING : { kind: 'disable' };
  const account = accountOf(rows, timetable);
  if (account === null) return { kind: 'enrol' };
  const batches: Batch[] = [];
  const skipped: Batch[] = [];
  for (const work of WORKS) {
    const fired = openFirings(timetable, work, account, nowMs);
    const open = startable(experiment, timetable, fired, nowMs);
    const newest = open.at(-1);
    if (newest === undefined) continue;
    const begun = ({ at }: Firing): boolean => account.begun.has(firingId(work, at));
    const missed = (firing: Firing): boolean =>
      !begun(firing) && (firing !== newest || nowMs - startOf(experiment, firing, timetable) > LATE_MS);
    const batch = (firings: readonly Firing[]): Batch => ({
      work,
      firings: firings.map(({ at }) => at),
      missed: firings.filter(missed).length,
      cutOff: firings.filter(begun).length,
    });
    const skips = timetable.missed === 'skip' ? open.filter(missed) : [];
    const works = timetable.missed === 'skip' ? open.filter((firing) => !missed(firing)) : open;
    if (skips.length > 0) skipped.push(batch(skips));
    if (works.length > 0) batches.push(batch(works));
  }
  return { kind: 'work', batches, skipped };
}

/** Nothing is left to write down of a disabled timetable. */
const isSettled = (rows: readonly LedgerRow[]): boolean =>
  rows.length === 0 || rows.at(-1)?.step === 'disabled';

/** Not accounted for: those since the last that is, and before it those that were begun while others were skipped. */
function openFirings(timetable: Timetable, work: Work, account: Account, nowMs: number): readonly Firing[] {
  const until = account.until[work];
  const begun = [...account.begun.values()].filter((firing) => firing.work === work && firing.at <= until);
  return [...begun.sort((a, b) => a.at - b.at), ...firingsBetween(only(timetable, work), until, nowMs)];
}

/** In order, up to the first that has still to wait for its jitter: a later one does not overtake it. */
function startable(
  experiment: string,
  timetable: Timetable,
  firings: readonly Firing[],
  nowMs: number,
): readonly Firing[] {
  const waits = firings.findIndex((firing) => startOf(experiment, firing, timetable) > nowMs);
  return waits === -1 ? firings : firings.slice(0, waits);
}

/** UTC ms at which something may be due next; null: nothing ever. */
export function nextDue(
  experiment: string,
  timetable: Timetable,
  rows: readonly LedgerRow[],
  nowMs: number,
): number | null {
  if (timetable.disabled) return isSettled(rows) ? null : nowMs;
  const account = accountOf(rows, timetable);
  if (account === null) return nowMs;
  const next = WORKS.flatMap((work) => {
    const first = nextFiring(only(timetable, work), account.until[work]);
    return first === null ? [] : [startOf(experiment, first, timetable)];
  });
  return next.length === 0 ? null : Math.min(...next);
}
