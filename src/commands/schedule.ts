/** `stacktrial schedule`: whatever is due, once (`--due`) or for as long as it lives. */

import { resolve } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type ExitCode, KnownError } from '../errors.js';
import { expositionText, reportFamilies } from '../report/index.js';
import type { LedgerRow } from '../schedule/index.js';
import { readLedger } from '../store/index.js';
import type { Context } from './context.js';
import { experimentFiles } from './experiment-files.js';
import { refuseAhead } from './schedule/ahead.js';
import { workInChild } from './schedule/child.js';
import { createCounters } from './schedule/counters.js';
import { eventText, type ScheduleEvent } from './schedule/events.js';
import { createScheduleLog, logEvent } from './schedule/log.js';
import { once } from './schedule/once.js';
import { reader } from './schedule/reader.js';
import { type Next, reside } from './schedule/resident.js';
import { saidOnce } from './schedule/unreadable.js';
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
          readLedger<LedgerRow>(root, experiment)
            .then((rows) => {
              refuseAhead(rows, Date.now());
              unreadable.gone(`ledger ${experiment}`);
              return rows;
            })
            .catch((error: unknown) => {
              unreadable.say(`ledger ${experiment}`, experiment, error);
              return null;
            }),
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
            onBroken: (how) => log.error({ experiment }, `${experiment}: ${how}`),
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
