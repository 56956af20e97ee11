/** `stacktrial schedule`: whatever is due, once (`--due`) or for as long as it lives. */

import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ExitCode, KnownError } from '../errors.js';
import { tapOf } from '../pipeline.js';
import { plugins } from '../plugins.js';
import { harmless } from '../progress.js';
import { expositionText, reportFamilies } from '../report/index.js';
import type { LedgerRow } from '../schedule/index.js';
import { readLedger } from '../store/index.js';
import type { Context } from './context.js';
import { experimentFiles } from './experiment-files.js';
import { loadExperiment } from './load.js';
import { workInChild } from './schedule/child.js';
import { createCounters } from './schedule/counters.js';
import { eventText, type ScheduleEvent } from './schedule/events.js';
import { fireDue } from './schedule/fire.js';
import { createScheduleLog, logEvent } from './schedule/log.js';
import { type Next, reside, type Scheduled } from './schedule/resident.js';
import { openWatchPort } from './schedule/watch-port.js';
import { standingsOf, writeTextfile } from './status.js';

export interface ScheduleOptions {
  readonly due?: boolean;
  readonly reports: string;
  readonly parallel: string;
  readonly listen?: string;
  readonly textfile?: string;
  readonly json?: boolean;
}

export async function schedule(
  given: readonly string[],
  options: ScheduleOptions,
  context: Context,
): Promise<ExitCode> {
  if (options.due === true) return once(given, options, context);
  return resident(given, options, context);
}

const whole = (text: string, option: string, least: number, most: number): number => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new KnownError('usage', `${option} ${text} is not a number from ${least} to ${most}`, {
    hint: `Write it as ${option} ${Math.max(least, 1)}`,
  });
};

/** For cron, systemd timers, CronJobs and the schedules of CI servers: one experiment after the other. */
async function once(given: readonly string[], options: ScheduleOptions, context: Context): Promise<ExitCode> {
  const quiet: Context = { ...context, out: () => undefined };
  const emit = (event: ScheduleEvent): void =>
    context.out(options.json === true ? `${JSON.stringify(event)}\n` : `${harmless(eventText(event))}\n`);
  let worst: ExitCode = 0;
  const files = await experimentFiles(given, context);
  const without: string[] = [];
  const unscheduled = (file: string): void => void without.push(file);
  for (const file of files) {
    const exit = await fireDue(file, { reports: options.reports, emit, unscheduled }, quiet).catch(
      (error: unknown) => {
        // A ledger that was edited, a full disk: the other experiments are done all the same.
        if (!isOfTheWorld(error) || context.signal.aborted) throw error;
        emit({ event: 'unreadable', experiment: file, why: error.message });
        return error instanceof KnownError ? error.exit : 69;
      },
    );
    if (exit !== 0) worst = exit;
    if (context.signal.aborted) break;
  }
  if (without.length === files.length)
    context.log.warn(`nothing is ever due in ${given.join(', ')}: no experiment there declares \`schedule\``);
  if (options.textfile !== undefined)
    await writeTextfile(options.textfile, await standingsOf(given, options.reports, context), context);
  return worst;
}

const RESCAN_MS = 30_000;
/** The loop looks at what is due at least every 30 s; when it has not for three times that, it hangs. */
const HUNG_MS = 3 * RESCAN_MS;

async function resident(
  given: readonly string[],
  options: ScheduleOptions,
  context: Context,
): Promise<ExitCode> {
  const parallel = whole(options.parallel, '--parallel', 1, 64);
  const listen = options.listen === undefined ? null : whole(options.listen, '--listen', 0, 65_535);
  await experimentFiles(given, context); // a folder that is not there is said before it is watched
  const log = await createScheduleLog('info');
  const counters = createCounters();
  const root = resolve(context.workingFolder, options.reports);
  const state = { seenAt: Date.now(), next: [] as readonly Next[], active: new Set() as ReadonlySet<string> };
  const textfile = async (): Promise<void> => {
    if (options.textfile === undefined) return;
    await writeTextfile(options.textfile, await standingsOf(given, options.reports, context), context);
  };
  const port =
    listen === null
      ? null
      : await openWatchPort(
          listen,
          () => ({
            ok: Date.now() - state.seenAt < HUNG_MS && !context.signal.aborted,
            detail: { active: [...state.active], seen: new Date(state.seenAt).toISOString() },
          }),
          async () => {
            const all = await standingsOf(given, options.reports, context);
            return expositionText([
              ...reportFamilies(all.flatMap(({ report }) => report ?? [])),
              ...counters.families(state.next, state.active),
            ]);
          },
        );
  const onEvent = (event: ScheduleEvent): void => {
    counters.count(event);
    logEvent(log, event, eventText(event));
  };
  const unreadable = saidOnce(onEvent);
  log.info(
    { folders: given, reports: options.reports, parallel, port: port?.port ?? null },
    'scheduler started',
  );
  try {
    await reside(
      {
        now: Date.now,
        signal: context.signal,
        sleep: (ms, wake) => sleepUntil(ms, wake, context.signal),
        scheduled: reader(given, context, unreadable),
        ledger: (experiment) =>
          readLedger<LedgerRow>(root, experiment).then(
            (rows) => {
              unreadable.gone(`ledger ${experiment}`);
              return rows;
            },
            (error: unknown) => {
              unreadable.say(`ledger ${experiment}`, experiment, error);
              return null;
            },
          ),
        async work({ file, experiment }) {
          let busy = false;
          const code = await workInChild({
            file,
            reports: options.reports,
            workingFolder: context.workingFolder,
            variables: context.variables,
            signal: context.signal,
            onEvent(event) {
              busy ||= event.event === 'busy' || event.ended === 'busy';
              onEvent(event);
            },
            onLine: (text) => log.info({ experiment }, text),
          }).catch((error: unknown) => {
            log.error({ experiment }, `its process could not be started: ${String(error)}`);
            return null;
          });
          await textfile().catch((error: unknown) =>
            log.error(`the textfile cannot be written: ${error instanceof Error ? error.message : error}`),
          );
          // Whatever ended it without a row in the ledger would end it again at once.
          return busy || code === null || code === 64 || code === 70 ? 'again' : 'done';
        },
        seen(next, active) {
          state.seenAt = Date.now();
          state.next = next;
          state.active = active;
        },
      },
      { parallel, rescanMs: RESCAN_MS },
    );
  } finally {
    await port?.close();
  }
  log.info('scheduler stopped; what was under way goes on at the next start');
  return 0;
}

async function sleepUntil(ms: number, wake: Promise<unknown>, signal: AbortSignal): Promise<void> {
  const own = new AbortController();
  const either = AbortSignal.any([signal, own.signal]);
  const slept = pause(ms, undefined, { signal: either }).catch((error: unknown) => {
    if (!either.aborted) throw error;
  });
  await Promise.race([slept, wake]);
  own.abort();
}

interface Unreadable {
  say(what: string, experiment: string, error: unknown): void;
  gone(what: string): void;
}

/**
 * What cannot be read, of whichever experiment, is said once, until it says something else; it ends no scheduler.
 * @throws what is neither a known failure nor one of the file system: a bug
 */
function saidOnce(onEvent: (event: ScheduleEvent) => void): Unreadable {
  const told = new Map<string, string>();
  return {
    gone: (what) => void told.delete(what),
    say(what, experiment, error) {
      if (!isOfTheWorld(error)) throw error;
      if (told.get(what) === error.message) return;
      told.set(what, error.message);
      onEvent({ event: 'unreadable', experiment, why: error.message });
    },
  };
}

const isOfTheWorld = (error: unknown): error is Error =>
  error instanceof KnownError || (error instanceof Error && 'syscall' in error);

/** Files as they are now. A folder that is away for a moment (a network, a new version of it) comes back. */
function reader(
  given: readonly string[],
  context: Context,
  unreadable: Unreadable,
): () => Promise<readonly Scheduled[]> {
  return async () => {
    const all: Scheduled[] = [];
    const files = await experimentFiles(given, context).catch((error: unknown) => {
      unreadable.say('files', given.join(' '), error);
      return null;
    });
    if (files === null) return [];
    unreadable.gone('files');
    for (const file of files) {
      try {
        const { experiment } = await loadExperiment(file, context);
        unreadable.gone(file);
        const { name, timetable } = experiment;
        if (timetable === undefined) continue;
        all.push({ file, experiment: name, timetable, apart: tapOf(experiment, plugins) !== null });
      } catch (error) {
        unreadable.say(file, file, error);
      }
    }
    return all;
  };
}
