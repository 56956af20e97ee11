/** What a resident scheduler has done since it started, as metrics. */
import type { Family } from '../../report/index.js';
import type { ScheduleEvent } from './events.js';
import type { Next } from './resident.js';

export interface Counters {
  count(event: ScheduleEvent): void;
  families(next: readonly Next[], active: ReadonlySet<string>): readonly Family[];
}

export function createCounters(): Counters {
  const ended = new Map<string, number>();
  const missed = new Map<string, number>();
  const add = (map: Map<string, number>, labels: object, by: number): void => {
    const key = JSON.stringify(labels);
    map.set(key, (map.get(key) ?? 0) + by);
  };
  const samples = (map: ReadonlyMap<string, number>) =>
    [...map].map(([key, value]) => ({ labels: JSON.parse(key) as Record<string, string>, value }));
  return {
    count({ event, experiment, work = 'look', firings = [], missed: late = 0, ended: how = '' }) {
      if (event === 'ended') add(ended, { experiment, work, ended: how }, firings.length);
      if (event === 'missed') add(missed, { experiment, work, became: 'made-up' }, late);
      if (event === 'skipped') add(missed, { experiment, work, became: 'skipped' }, firings.length);
    },
    families: (next, active) => [
      {
        name: 'stacktrial_firings_total',
        type: 'counter',
        help: 'Firings that were worked on since the scheduler started, by how it ended.',
        samples: samples(ended),
      },
      {
        name: 'stacktrial_missed_firings_total',
        type: 'counter',
        help: 'Firings that nobody was there for, by what became of them.',
        samples: samples(missed),
      },
      {
        name: 'stacktrial_firings_running',
        type: 'gauge',
        help: 'Experiments at work.',
        samples: [{ labels: {}, value: active.size }],
      },
      {
        name: 'stacktrial_next_firing_timestamp_seconds',
        type: 'gauge',
        help: 'When the experiment is due next.',
        samples: next.map(({ experiment, at }) => ({ labels: { experiment }, value: at / 1000 })),
      },
    ],
  };
}
