/** `schedule:`: expressions of cron that fire, a zone that exists, and nothing that another key makes impossible. */
import type { Window } from '../../model/experiment.js';
import type { Timetable } from '../../model/timetable.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';
import { scheduleShape } from '../shape/timetable.js';
import { rightParts } from '../shape/walk.js';

const zoneExists = (timezone: string): boolean => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: timezone });
    return true;
  } catch {
    return false;
  }
};

/** Why this expression cannot be used; null: it can. */
async function cronProblem(expression: string): Promise<string | null> {
  const { Cron } = await import('croner');
  try {
    const fields = expression.trim().split(/\s+/).length;
    if (fields !== 5 && !expression.trim().startsWith('@')) return `it has ${fields} fields`;
    return new Cron(expression, { paused: true }).nextRun() === null ? 'it never fires' : null;
  } catch (error) {
    return error instanceof Error ? error.message.replace(/^CronPattern: /, '') : String(error);
  }
}

export async function readTimetable(
  root: Located,
  window: Window | null,
  problems: Problems,
): Promise<{ readonly timetable?: Timetable; readonly window: Window | null }> {
  const at = child(root, 'schedule');
  if (at === null) return { window };
  const parts = rightParts(scheduleShape, at.value);
  if (child(at, 'look') === null && child(at, 'pace') === null)
    problems.atKey(at, 'nothing is scheduled', 'Write look: "30 0 * * *" or pace: "0 2 * * *".');
  for (const key of ['look', 'pace'] as const) {
    const expression = parts[key];
    const why = expression === undefined ? null : await cronProblem(expression);
    if (why !== null)
      problems.atValue(
        child(at, key) as Located,
        `"${expression}" is not a time of cron: ${why}`,
        'Five fields: minute, hour, day of month, month, day of week; "30 0 * * *" is every day at 00:30.',
      );
  }
  const zone = child(at, 'timezone');
  if (zone !== null && parts.timezone !== undefined && !zoneExists(parts.timezone))
    problems.atValue(
      zone,
      `there is no time zone "${parts.timezone}"`,
      'Write it like Europe/Berlin, or UTC.',
    );
  checkPace(root, at, problems);
  return {
    window: settled(at, window, parts.settle, problems),
    timetable: {
      look: parts.look ?? null,
      pace: parts.pace ?? null,
      blocks: parts.blocks ?? 1,
      timezone: parts.timezone ?? 'UTC',
      missed: parts.missed ?? 'make-up',
      disabled: parts.disabled ?? false,
      jitterMs: parts.jitter ?? 0,
    },
  };
}

function checkPace(root: Located, at: Located, problems: Problems): void {
  const [pace, blocks] = [child(at, 'pace'), child(at, 'blocks')];
  if (pace !== null && child(root, 'driver') === null)
    problems.atKey(pace, 'pace needs a driver: there are no blocks to do', 'Use look, or declare "driver:".');
  if (blocks !== null && pace === null)
    problems.atKey(blocks, 'blocks says how many one firing of pace does', 'Write pace: "0 2 * * *" too.');
}

/** The same declared in two places would be two truths. */
function settled(
  at: Located,
  window: Window | null,
  settleMs: number | undefined,
  problems: Problems,
): Window | null {
  const settle = child(at, 'settle');
  if (settle === null || settleMs === undefined) return window;
  if (window === null) {
    problems.atKey(
      settle,
      'settle needs a window: it begins at its end',
      'Declare "window:" with from and to.',
    );
    return window;
  }
  if (window.settleMs !== 0 && window.settleMs !== settleMs)
    problems.atValue(settle, 'the window declares another time to settle', 'Keep one of the two.');
  return { ...window, settleMs };
}
