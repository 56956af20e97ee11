/** What cannot be read ends no scheduler, and is said once. */

import { KnownError } from '../../errors.js';
import { inOneLine } from '../in-one-line.js';
import type { ScheduleEvent } from './events.js';

export interface Unreadable {
  say(what: string, experiment: string, error: unknown): void;
  gone(what: string): void;
}

/**
 * What cannot be read, of whichever experiment, is said once, until it says something else; it ends no scheduler.
 * @throws what is neither a known failure nor one of the file system: a bug
 */
export function saidOnce(onEvent: (event: ScheduleEvent) => void): Unreadable {
  const told = new Map<string, string>();
  return {
    gone: (what) => void told.delete(what),
    say(what, experiment, error) {
      if (!isOfTheWorld(error)) throw error;
      const why = inOneLine(error);
      if (told.get(what) === why) return;
      told.set(what, why);
      onEvent({ event: 'unreadable', experiment, why });
    },
  };
}

export const isOfTheWorld = (error: unknown): error is Error =>
  error instanceof KnownError || (error instanceof Error && 'syscall' in error);
