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
    const [code] = (await once(child, 'close')) as [number | null];
    return code;
  } finally {
    work.signal.removeEventListener('abort', stop);
  }
}
