/**
 * When a timetable fires. croner only computes dates: expressions of cron in a time zone. An hour that daylight saving
 * leaves out fires at its end, one that comes twice fires once; a test says so for both.
 */
import { Cron } from 'croner';
import type { Timetable } from '../model/timetable.js';

export type Work = 'look' | 'pace';

export interface Firing {
  readonly work: Work;
  /** UTC ms, as the expression says; with `jitter` it starts later. */
  readonly at: number;
}

const expressions = (timetable: Timetable): readonly (readonly [Work, string])[] =>
  (['look', 'pace'] as const).flatMap((work) => {
    const expression = timetable[work];
    return expression === null ? [] : [[work, expression] as const];
  });

/** Older ones are counted, not listed: a folder that was forgotten for a year does not fill the memory. */
const MOST_FIRINGS = 10_000;

/** Firings in (afterMs, toMs], in order of time; the first MOST_FIRINGS of each kind. */
export function firingsBetween(timetable: Timetable, afterMs: number, toMs: number): readonly Firing[] {
  const found: Firing[] = [];
  for (const [work, expression] of expressions(timetable)) {
    const cron = new Cron(expression, { timezone: timetable.timezone, paused: true });
    let at = cron.nextRun(new Date(afterMs));
    for (let n = 0; at !== null && at.getTime() <= toMs && n < MOST_FIRINGS; n++) {
      found.push({ work, at: at.getTime() });
      at = cron.nextRun(at);
    }
  }
  return found.sort((a, b) => a.at - b.at || a.work.localeCompare(b.work));
}

/** The first firing after `afterMs`; null: there is none, or the timetable is disabled. */
export function nextFiring(timetable: Timetable, afterMs: number): Firing | null {
  if (timetable.disabled) return null;
  const next = expressions(timetable).flatMap(([work, expression]) => {
    const at = new Cron(expression, { timezone: timetable.timezone, paused: true }).nextRun(
      new Date(afterMs),
    );
    return at === null ? [] : [{ work, at: at.getTime() }];
  });
  return next.sort((a, b) => a.at - b.at)[0] ?? null;
}

/** FNV-1a of experiment and time: the same delay after a restart, another one for each firing and each experiment. */
function fraction(text: string): number {
  let hash = 0x811c9dc5;
  for (const character of text) hash = Math.imul(hash ^ (character.codePointAt(0) as number), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32;
}

/** When a firing starts: at its time, or up to `jitter` later. UTC ms. */
export const startOf = (experiment: string, firing: Firing, { jitterMs }: Timetable): number =>
  firing.at + Math.floor(fraction(`${experiment} ${firing.work} ${firing.at}`) * jitterMs);
