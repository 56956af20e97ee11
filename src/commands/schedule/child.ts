/**
 * The work of one experiment in a process of its own: its analysis does not disturb what is measured beside it, and
 * whatever it does the scheduler lives on. It says what happens as lines of JSON.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { ScheduleEvent } from './events.js';

const CLI = fileURLToPath(new URL('../../cli.js', import.meta.url));

export interface ChildWork {
  readonly file: string;
  readonly reports: string;
  readonly workingFolder: string;
  readonly variables: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
  onEvent(event: ScheduleEvent): void;
  onLine(text: string): void;
  /** It was killed, or there is a bug. */
  onBroken(how: string): void;
}

/** null: half a line of one that was killed, or something that a library says to everybody. */
function eventIn(line: string): ScheduleEvent | null {
  try {
    const said = JSON.parse(line) as Partial<ScheduleEvent> | null;
    return typeof said?.event === 'string' && typeof said.experiment === 'string'
      ? (said as ScheduleEvent)
      : null;
  } catch {
    return null;
  }
}

/** How a process ended that did not end by itself with a code of ours, in words; null: it did. */
export function endText(code: number | null, signal: string | null, stopping: boolean): string | null {
  if (stopping || (code !== null && code !== 1 && code !== 70)) return null;
  const how = code === null ? `was ended by ${signal ?? 'a signal'}` : `ended with ${code}`;
  return `its process ${how}; what was under way goes on in half a minute`;
}

/** @returns its exit code; null: a signal ended it */
export async function workInChild(work: ChildWork): Promise<number | null> {
  const child = spawn(
    process.execPath,
    [CLI, 'schedule', work.file, '--due', '--json', '--reports', work.reports],
    {
      cwd: work.workingFolder,
      env: { ...work.variables },
      stdio: ['ignore', 'pipe', 'pipe'],
      // Ctrl-C on a terminal reaches a whole group: the child is told once, by us.
      detached: true,
    },
  );
  const stop = () => child.kill('SIGTERM');
  work.signal.addEventListener('abort', stop, { once: true });
  if (work.signal.aborted) stop();
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = eventIn(line);
    if (event === null) work.onLine(line);
    else work.onEvent(event);
  });
  createInterface({ input: child.stderr }).on('line', (line) => work.onLine(line));
  try {
    const [code, by] = (await once(child, 'close')) as [number | null, string | null];
    const ended = endText(code, by, work.signal.aborted);
    if (ended !== null) work.onBroken(ended);
    return code;
  } finally {
    work.signal.removeEventListener('abort', stop);
  }
}
