/**
 * The loop of a resident scheduler: it looks at what is due, starts a process of its own for each experiment, and sleeps.
 * It holds no state that the ledgers do not hold too, so that it may be killed at any moment. Clock, files and processes
 * are given to it.
 */
import type { Timetable } from '../../model/timetable.js';
import { type LedgerRow, nextDue } from '../../schedule/index.js';

export interface Scheduled {
  readonly file: string;
  readonly experiment: string;
  readonly timetable: Timetable;
  /** It turns a tap for days and measures nothing here: it takes no place among those that work at the same time. */
  readonly apart?: boolean;
}

export interface World {
  now(): number;
  /** Until so much time is over, or `wake` resolves, or the signal is aborted; never rejects. */
  sleep(ms: number, wake: Promise<unknown>): Promise<void>;
  /** All experiments with a timetable, as their files are now. */
  scheduled(): Promise<readonly Scheduled[]>;
  /** null: it cannot be read now, which was said; the other experiments go on. */
  ledger(experiment: string): Promise<readonly LedgerRow[] | null>;
  /** Does what is due; `again`: some of it could not be done now. Never rejects. */
  work(one: Scheduled): Promise<'done' | 'again'>;
  /** After each look at what is due, for /healthz and /metrics. */
  seen?(next: readonly Next[], active: ReadonlySet<string>): void;
  readonly signal: AbortSignal;
}

export interface Next {
  readonly experiment: string;
  /** UTC ms. */
  readonly at: number;
}

export interface Limits {
  /** Experiments at work at the same time. */
  readonly parallel: number;
  /** Files are read again and the clock is looked at, at least this often: a machine may have slept. */
  readonly rescanMs: number;
}

/** What is busy is tried again after this. */
const AGAIN_MS = 30_000;

/** Ends when the signal is aborted and all work under way has ended. */
export async function reside(world: World, limits: Limits): Promise<void> {
  const active = new Map<string, Promise<void>>();
  const places = new Set<string>();
  const notBefore = new Map<string, number>();
  let wake = signalled();
  const begin = (one: Scheduled): void => {
    const work = world.work(one).then((how) => {
      if (how === 'again') notBefore.set(one.experiment, world.now() + AGAIN_MS);
      active.delete(one.experiment);
      places.delete(one.experiment);
      wake.resolve();
    });
    active.set(one.experiment, work);
    if (one.apart !== true) places.add(one.experiment);
  };
  while (!world.signal.aborted) {
    wake = signalled();
    const next = await nextOf(world);
    const now = world.now();
    const earliest = ({ experiment, at }: Next): number => Math.max(at, notBefore.get(experiment) ?? 0);
    for (const { one, ...when } of next) {
      if (world.signal.aborted) break;
      if (places.size >= limits.parallel && one.apart !== true) continue;
      if (!active.has(one.experiment) && earliest(when) <= now) begin(one);
    }
    world.seen?.(next, new Set(active.keys()));
    const full = places.size >= limits.parallel;
    const waiting = next
      .filter(({ experiment, one }) => !active.has(experiment) && !(full && one.apart !== true))
      .map(earliest);
    const ms = Math.min(limits.rescanMs, ...waiting.map((at) => at - now));
    await world.sleep(Math.max(0, ms), wake.promise);
  }
  await Promise.all(active.values());
}

/** A promise and the way to resolve it (Promise.withResolvers came with Node 22). */
function signalled(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  let resolve = (): void => undefined;
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

/** Soonest first, so that none waits for ever behind those that are always due. */
async function nextOf(world: World): Promise<readonly (Next & { readonly one: Scheduled })[]> {
  const all: (Next & { one: Scheduled })[] = [];
  for (const one of await world.scheduled()) {
    const rows = await world.ledger(one.experiment);
    if (rows === null) continue;
    const at = nextDue(one.experiment, one.timetable, rows, world.now());
    if (at !== null) all.push({ experiment: one.experiment, at, one });
  }
  return all.sort((a, b) => a.at - b.at || (a.experiment < b.experiment ? -1 : 1));
}
