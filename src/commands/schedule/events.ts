/** What a scheduler says: one event after the other, for a log of JSON or for a person. */
import type { Work } from '../../schedule/index.js';

export interface ScheduleEvent {
  readonly event:
    | 'enrolled'
    | 'disabled'
    | 'busy'
    | 'unreadable'
    | 'skipped'
    | 'missed'
    | 'started'
    | 'ended';
  readonly experiment: string;
  readonly work?: Work;
  /** ISO 8601, UTC. */
  readonly firings?: readonly string[];
  readonly missed?: number;
  readonly cutOff?: number;
  readonly ended?: string;
  readonly exit?: number;
  readonly run?: string | null;
  readonly outcome?: string | null;
  readonly why?: string | null;
}

const times = ({ firings = [] }: ScheduleEvent): string => {
  const shown = firings.map((at) => `${at.slice(0, 16)}Z`);
  return shown.length > 3 ? `${shown[0]} … ${shown.at(-1)} (${shown.length} firings)` : shown.join(', ');
};

const firingsOf = (n: number): string => `${n} ${n === 1 ? 'firing' : 'firings'}`;

const SAY: Readonly<Record<ScheduleEvent['event'], (event: ScheduleEvent) => string>> = {
  enrolled: () => 'its timetable counts from now on',
  disabled: () => 'disabled',
  busy: ({ why }) => `busy, tried again later: ${why}`,
  unreadable: ({ why }) => `cannot be read: ${why}`,
  skipped: (event) => `${event.work}: skipped ${times(event)}, which nobody was there for`,
  missed: (event) => `${event.work}: ${firingsOf(event.missed ?? 0)} missed; what follows makes up for it`,
  started: (event) =>
    `${event.work} of ${times(event)}${(event.cutOff ?? 0) > 0 ? `, ${event.cutOff} of it begun before` : ''}`,
  ended: (event) =>
    `${event.work} ${event.ended}${event.outcome == null ? '' : `: ${event.outcome}`}${event.run == null ? '' : `, run ${event.run}`}${event.why == null ? '' : `: ${event.why}`}`,
};

export const eventText = (event: ScheduleEvent): string => `${event.experiment}: ${SAY[event.event](event)}`;
