/**
 * Live traffic, divided for a while: the schedule is stored and the lease taken before the tap is read, the tap is read
 * before it is touched, and whatever happens it is given back as it was. What went wrong first is what is told.
 */
import type { ExecutedSlot, Request, RunInfo, Schedule, Slot, WatchRow } from '../model/evidence.js';
import type { Experiment, Window } from '../model/experiment.js';
import type { Io, RequestListener, Tap, TapContext } from '../model/ports.js';
import { slotAt } from '../model/slot-at.js';
import { slotsOf } from '../model/slots.js';
import type { TapSetting } from '../model/tap.js';
import {
  countExposure,
  giveBack,
  type HeldTap,
  holdTap,
  openChange,
  runCommands,
  runSlots,
  type Stop,
  startTimeOf,
} from '../split/index.js';
import type { RunFolder } from '../store/index.js';
import { takeLease } from '../store/index.js';
import { hiddenJournal } from './hidden.js';

export interface TurnTap {
  readonly experiment: Experiment;
  readonly run: RunInfo;
  readonly folder: RunFolder;
  readonly tap: Tap;
  readonly schedule: Schedule;
  readonly io: Io;
  /** Folder of the leases of this machine. */
  readonly leases: string;
  /** Looks at caps and guardrails; its row is kept. null: nothing can be said at this poll. */
  look(at: LookAt): Promise<WatchRow | null>;
}

export interface LookAt {
  readonly slot: Slot;
  readonly appliedAt: number;
  /** Served so far by arms other than the baseline; null where the tap sees no requests. */
  readonly units: number | null;
  readonly executed: readonly ExecutedSlot[];
}

export interface Turned {
  /** The time in which traffic was divided; null: it never was. */
  readonly window: Window | null;
  readonly stop: WatchRow['stop'];
  /** The tap could not be given back; said when all that was measured is safe. */
  readonly left: unknown;
}

/** Lines about the last requests arrive when these have ended. */
const LAST_LINES_MS = 2_000;

export async function turnTap(request: TurnTap): Promise<Turned> {
  const { experiment, tap, folder, io, run } = request;
  const { options } = experiment.driver as NonNullable<Experiment['driver']>;
  const context = tapContext(request);
  const resource = tap.resource(options, io.folder);
  const lease = await takeLease(
    request.leases,
    { resource, experiment: experiment.name, run: folder.path, since: io.now() },
    startTimeOf,
  );
  const afterwards = () => rollbackCommands(experiment, context, run.id);
  // What an execution that was killed left turned would else be taken for the state before.
  const open = openChange(await folder.journaled());
  if (open !== null && !open.taken) await giveBack(tap, options, open.saved, context, afterwards);

  let listener: RequestListener | null = null;
  let held: HeldTap | null = null;
  let stop: WatchRow['stop'] = null;
  let failure: { readonly error: unknown } | null = null;
  try {
    listener = (await tap.listen?.(options, context)) ?? null;
    held = await holdTap(tap, options, context, resource, afterwards);
    stop = (await runSlots(slots(request, held, listener)))?.row.stop ?? null;
  } catch (error) {
    failure = { error };
  }
  const left = held === null ? null : await handBack(held, request, stop, failure?.error ?? null);
  // Somebody else's hand, or ours that failed: only a tap that stands as before is free for others, or one that a person set.
  if (left === null) await lease.release();
  try {
    await lastRequests(listener, request);
  } catch (error) {
    failure ??= { error };
  }
  if (failure !== null) {
    if (left !== null) io.log.warn(shout(left, folder.path));
    throw failure.error;
  }
  return { window: await measuredWindow(request), stop, left };
}

const isTaken = (error: unknown): boolean => (error as { code?: string } | null)?.code === 'tap-taken';

/** null: it stands as before, or as somebody else wants it. */
async function handBack(
  held: HeldTap,
  request: TurnTap,
  stop: WatchRow['stop'],
  failure: unknown,
): Promise<unknown> {
  const { io, experiment } = request;
  if (isTaken(failure)) {
    io.log.warn(
      `the tap is left as somebody else set it; stacktrial revert ${request.folder.path} would undo that, too`,
    );
    return null;
  }
  if (failure !== null || stop !== null)
    io.log.info('giving the tap back … (a second Ctrl-C would leave it turned)');
  try {
    if (stop !== null) await held.retreat(experiment.treatments, allToBaseline(experiment));
  } catch (error) {
    io.log.warn(`the tap could not be turned back gently, it is restored at once: ${messageOf(error)}`);
  }
  try {
    await held.giveBack();
    return null;
  } catch (error) {
    return error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const shout = (error: unknown, folder: string): string =>
  `${messageOf(error)}\n  ${(error as { hint?: string | null }).hint ?? ''}\n  Give it back with: stacktrial revert ${folder}`;

const tapContext = ({ experiment, io, folder, run }: TurnTap): TapContext => ({
  ...io,
  arms: experiment.arms,
  baseline: experiment.baseline,
  journal: hiddenJournal(experiment, io, folder.journal),
  runId: run.id,
});

const hashOf = ({ name, design }: Experiment): NonNullable<TapSetting['keys']['hash']> => ({
  name: design.hash ?? 'fnv1a',
  seed: design.seed,
  experiment: name,
});

function allToBaseline(experiment: Experiment): TapSetting {
  const { arms, baseline, design } = experiment;
  return {
    slot: -1,
    stage: null,
    shares: Object.fromEntries(arms.map(({ name }) => [name, name === baseline ? 1 : 0])),
    keys: {
      coverage: 0,
      shares: arms.map(({ name }) => ({ arm: name, share: design.shares[name] ?? 0 })),
      hash: hashOf(experiment),
    },
  };
}

/** How the tap stands in a slot. By key the division of what takes part never changes: only coverage does. */
export function settingOf(experiment: Experiment, slot: Slot): TapSetting {
  const { arms, design } = experiment;
  const whole = design.kind === 'switchback';
  return {
    slot: slot.index,
    stage: slot.stage,
    shares: slot.shares,
    keys: {
      coverage: whole ? 1 : (slot.coverage ?? 1),
      shares: arms.map(({ name }) => ({
        arm: name,
        share: (whole ? slot.shares[name] : design.shares[name]) ?? 0,
      })),
      hash: hashOf(experiment),
    },
  };
}

interface WatchStop extends Stop {
  readonly row: WatchRow;
}

function slots(request: TurnTap, held: HeldTap, listener: RequestListener | null) {
  const { experiment, folder, io, schedule } = request;
  const executed: ExecutedSlot[] = [];
  let units = listener === null ? null : 0;
  const planned = schedule.slots ?? [];
  const end = planned[planned.length - 1]?.endMs ?? io.now();
  const started = io.now();
  return {
    slots: planned,
    executed,
    tap: held,
    settingOf: (slot: Slot) => settingOf(experiment, slot),
    pollMs: experiment.watch?.everyMs ?? 30_000,
    now: io.now,
    sleep: (ms: number) => sleepWith(io, ms),
    async onSlot(row: ExecutedSlot) {
      await folder.appendSlot(row);
      executed.push(row);
    },
    async onPoll(slot: Slot, appliedAt: number): Promise<WatchStop | null> {
      const heard = listener?.take() ?? [];
      await folder.appendRequests(heard);
      if (units !== null)
        units += heard.filter(({ served }) => served !== null && served !== experiment.baseline).length;
      const row = await request.look({ slot, appliedAt, units, executed });
      if (row === null) return null;
      await folder.appendWatch(row);
      return row.stop === null ? null : { why: row.stop.why, row };
    },
    onProgress: () =>
      io.log.progress(
        'traffic is divided, s',
        Math.round((io.now() - started) / 1000),
        Math.round((end - started) / 1000),
        Math.max(0, end - io.now()),
      ),
  };
}

const sleepWith = (io: Io, ms: number): Promise<void> =>
  io.sleep === undefined ? realSleep(ms, io.signal) : io.sleep(ms, io.signal);

const realSleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });

/** After the tap is given back: what was under way is heard to its end, and counted. */
async function lastRequests(
  listener: RequestListener | null,
  { folder, io, experiment }: TurnTap,
): Promise<void> {
  if (listener === null) return;
  try {
    if (!io.signal.aborted) await sleepWith(io, LAST_LINES_MS).catch(() => undefined);
    await folder.appendRequests(listener.take());
    const { lines, example } = listener.unread();
    if (lines > 0)
      io.log.warn(
        `${lines} lines of the request log could not be understood and are not counted, e.g. ${example}`,
      );
  } finally {
    await listener.close();
  }
  const executed = await folder.loadSlots();
  await folder.saveExposure(await countExposure(folder.requests(), executed, experiment));
}

/** From the first time the split was on to the last. */
async function measuredWindow({ experiment, folder }: TurnTap): Promise<Window | null> {
  const rows = (await folder.loadSlots()).filter(({ appliedAt }) => appliedAt !== null);
  if (rows.length === 0) return null;
  const { warmupMs = 0, settleMs = 0 } = experiment.window ?? {};
  return {
    fromMs: Math.min(...rows.map(({ appliedAt }) => appliedAt as number)) - warmupMs,
    toMs: Math.max(...rows.map(({ endedAt }) => endedAt ?? 0)),
    warmupMs,
    settleMs,
  };
}

/** Also after the state is restored: what `rollback:` lists. */
export function rollbackCommands(
  { rollback }: Experiment,
  context: TapContext,
  runId: string,
): Promise<void> {
  return rollback === undefined || rollback === 'none'
    ? Promise.resolve()
    : runCommands(rollback.commands, context, runId);
}

/**
 * Those of times at which the split was as planned and burnt in: what came while it was lost or not yet set says nothing.
 * Left out request by request, so that a key whose first request came too early keeps its others.
 */
export async function* requestsIn(
  all: AsyncIterable<Request>,
  { slots }: Pick<Schedule, 'slots'>,
  executed: readonly ExecutedSlot[],
): AsyncGenerator<Request> {
  const held = slotsOf({ slots: slots ?? [] }, executed)?.held ?? [];
  for await (const request of all) {
    const index = slotAt(request.at, executed);
    if (index === null) continue;
    if (held.some((slot) => slot.index === index && request.at >= slot.fromMs && request.at < slot.toMs))
      yield request;
  }
}
