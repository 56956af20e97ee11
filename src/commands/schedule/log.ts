/** Structured log of a resident scheduler: one line of JSON each, on standard error. */
import type { Logger } from 'pino';
import type { ScheduleEvent } from './events.js';

const LOUD: ReadonlySet<ScheduleEvent['event']> = new Set(['unreadable', 'skipped', 'missed']);

export async function createScheduleLog(level: 'info' | 'debug' | 'warn'): Promise<Logger> {
  const { pino } = await import('pino');
  return pino(
    { base: null, level, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ dest: 2, sync: true }),
  );
}

export function logEvent(log: Logger, event: ScheduleEvent, text: string): void {
  if (event.event === 'ended' && event.ended === 'failed') log.error(event, text);
  else if (LOUD.has(event.event)) log.warn(event, text);
  else log.info(event, text);
}
