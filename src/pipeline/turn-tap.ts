/**
 * Live traffic, divided for a while: the schedule is stored and the lease taken before the tap is read, the tap is read
 * before it is touched, and whatever happens it is given back as it was. What went wrong first is what is told.
 */
import type { ExecutedSlot, RunInfo, Schedule, Slot, WatchRow } from '../model/evidence.js';
import type { Experiment, Window } from '../model/experiment.js';
import type { Io, RequestListener, Tap, TapContext } from '../model/ports.js';
import {
  countExposure,
  endCommands,
  exposedSoFar,
  giveBack,
  type HeldTap,
  holdTap,
  openChange,
  runSlots,
  startTimeOf,
  tapMeans,
} from '../split/index.js';
import { type RunFolder, takeLease } from '../store/index.js';
import { hiddenJournal } from './hidden.js';
import { handBack, rollbackCommands, shout } from './turn-tap/hand-back.js';
import { elsewhere, isSameTap, orLeftOpen } from './turn-tap/left-turned.js';
import { countLines } from './turn-tap/line-counts.js';
import { sleepWith } from './turn-tap/sleep.js';
import { type DoneBefore, isExposed, watchedSlots } from './turn-tap/watched-slots.js';

export { rollbackCommands, shout } from './turn-tap/hand-back.js';
export { requestsIn } from './turn-tap/requests-in.js';
export { settingOf } from './turn-tap/setting.js';

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
  /** How long arms other than the baseline have had traffic, over all executions of the run. */
  readonly exposedMs: number;
  /** The last slot in which they have is at its end. */
  readonly isOver: boolean;
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
  // What an execution that was killed left turned would else be taken for the state before.
  const open = openChange(await folder.journaled());
  const lease = await takeLease(
    request.leases,
    { resource, experiment: experiment.name, run: folder.path, since: io.now() },
    startTimeOf,
  ).catch((error: unknown) => {
    throw open === null ? error : orLeftOpen(error, folder.path);
  });
  const afterwards = () => rollbackCommands(experiment, context, run.id);
  if (open !== null && !isSameTap(open, resource, experiment)) throw elsewhere(open.resource, folder.path);
  if (open !== null) await endCommands(await folder.journaled(), run.id, io.log);
  if (open !== null && !open.taken) await giveBack(tap, options, open.saved, context, afterwards);

  let listener: RequestListener | null = null;
  let held: HeldTap | null = null;
  let stop: WatchRow['stop'] = null;
  let failure: { readonly error: unknown } | null = null;
  try {
    const before = await doneBefore(request);
    stop = before.stop;
    listener = (await tap.listen?.(options, context)) ?? null;
    held = await holdTap(tap, options, context, resource, afterwards, tapMeans(experiment, run.id));
    const { count } = tap;
    const lines = countLines(listener, count === undefined ? null : () => count(options, context), (error) =>
      io.log.detail(`the proxy did not say what it counted: ${String(error)}`),
    );
    // Harm that was seen before the run was cut off is not done again.
    if (stop === null)
      stop = (await runSlots(watchedSlots(request, held, listener, lines, before)))?.row.stop ?? null;
  } catch (error) {
    failure = { error };
  }
  const left =
    held === null
      ? null
      : await handBack(held, request, stop?.why === 'end' ? null : stop, failure?.error ?? null);
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

const tapContext = ({ experiment, io, folder, run }: TurnTap): TapContext => ({
  ...io,
  arms: experiment.arms,
  baseline: experiment.baseline,
  journal: hiddenJournal(experiment, io, folder.journal),
  journaled: folder.journaled,
  runId: run.id,
});

async function doneBefore({ experiment, folder, io }: TurnTap): Promise<DoneBefore> {
  let units = 0;
  for await (const one of folder.requests()) if (isExposed(one, experiment)) units += 1;
  return {
    executed: await folder.loadSlots(),
    units,
    stop: (await folder.loadWatch()).at(-1)?.stop ?? null,
    exposedMs: exposedSoFar(await folder.journaled(), experiment.treatments, io.now()),
  };
}

/** After the tap is given back: what was under way is heard to its end, and counted. */
async function lastRequests(
  listener: RequestListener | null,
  { folder, io, experiment, tap }: TurnTap,
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
  const withRest = tap.hearsRest?.(experiment.driver?.options) ?? false;
  await folder.saveExposure(await countExposure(folder.requests(), executed, experiment, withRest));
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
