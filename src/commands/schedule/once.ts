/** `stacktrial schedule --due`: whatever is due, one after the other, and back. */

import type { ExitCode } from '../../errors.js';
import { KnownError } from '../../errors.js';
import { harmless } from '../../progress.js';
import type { Context } from '../context.js';
import { experimentFiles } from '../experiment-files.js';
import { inOneLine } from '../in-one-line.js';
import type { ScheduleOptions } from '../schedule.js';
import { standingsOf, writeTextfile } from '../status.js';
import { eventText, type ScheduleEvent } from './events.js';
import { fireDue } from './fire.js';
import { isOfTheWorld } from './unreadable.js';

/** For cron, systemd timers, CronJobs and the schedules of CI servers: one experiment after the other. */
export async function once(
  given: readonly string[],
  options: ScheduleOptions,
  context: Context,
): Promise<ExitCode> {
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
        emit({ event: 'unreadable', experiment: file, why: inOneLine(error) });
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
