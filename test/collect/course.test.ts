/** When it was that keys came to their values: the run in pieces, alike for both arms. */
import { describe, expect, test } from 'vitest';
import { deriveTables } from '../../src/collect/index.js';
import type { ArmColumn, Course, Observation } from '../../src/model/evidence.js';
import type { Metric } from '../../src/model/experiment.js';
import { createRandom } from '../../src/stats/random.js';
import { collectedFrom, experiment, metric, point, ratio } from './fixtures.js';

const HOUR = 3_600_000;
const counted = { fold: { kind: 'sum' } } as const;
const metrics: readonly Metric[] = [
  metric('failed', counted),
  metric('served', counted),
  metric('seconds', { fold: { kind: 'mean' } }),
  metric('slowest', { fold: { kind: 'max' } }),
  metric('error_rate', { input: ratio('failed', 'served', 1, true) }),
];

/** Requests of 40 keys an arm over an hour, of which those of b fail for three minutes. */
function requests(times: (i: number) => Partial<Observation>, count = 1200): Observation[] {
  return ['a', 'b'].flatMap((arm) =>
    Array.from({ length: count }, (_, i) => {
      const at = times(i);
      const failed =
        arm === 'b' && (at.start ?? 0) >= HOUR / 2 && (at.start ?? 0) < HOUR / 2 + 179_000 ? 1 : 0;
      const unit = `${arm}${i % 40}`;
      return [
        point('failed', arm, unit, failed, at),
        point('served', arm, unit, 1, at),
        point('seconds', arm, unit, 0.5 + (i % 7), at),
        point('slowest', arm, unit, 0.5 + (i % 7), at),
      ];
    }).flat(),
  );
}

const evenly = (i: number) => ({ start: (i * HOUR) / 1200, end: (i * HOUR) / 1200 });

function columns(observations: readonly Observation[], name: string): readonly [ArmColumn, ArmColumn] {
  const declared = experiment({ metrics, design: { ...experiment().design, kind: 'by-key', unit: 'key' } });
  const { arms } = deriveTables(declared, null, [], collectedFrom(observations), []).get(name) ?? {};
  return [arms?.get('a'), arms?.get('b')] as [ArmColumn, ArmColumn];
}

const total = (values: Float64Array | null) => (values ?? new Float64Array()).reduce((sum, v) => sum + v, 0);

describe('keys of arms that work side by side', () => {
  test('a proportion is cut into 240 pieces of equal traffic in which failures lie where they happened', () => {
    const [a, b] = columns(requests(evenly), 'error_rate');
    const [calm, hit] = [a.course, b.course] as [Course, Course];
    expect([calm.value.length, hit.value.length, total(calm.value)]).toEqual([240, 240, 0]);
    expect([total(hit.value), total(hit.per)]).toEqual([total(b.value), total(b.per)]);
    const failing = [...hit.value.keys()].filter((piece) => hit.value[piece] > 0);
    expect([failing[0], failing.length]).toEqual([120, 12]);
    expect(hit.slot).toBeUndefined();
  });

  test('a night without traffic is no piece of the run', () => {
    const [a] = columns(
      requests((i) => {
        const { start } = evenly(i);
        const at = i < 600 ? start : start + 24 * HOUR;
        return { start: at, end: at };
      }),
      'error_rate',
    );
    expect(a.course?.per.every((attempts) => attempts === 5)).toBe(true);
  });

  test('the order in which points come changes nothing', () => {
    const all = requests(evenly);
    expect(columns(createRandom(1).shuffle([...all]) ?? all, 'error_rate')[1].course).toEqual(
      columns(all, 'error_rate')[1].course,
    );
  });

  test('a mean of keys: each is one unit, divided among the pieces in which its points came', () => {
    const [a] = columns(requests(evenly), 'seconds');
    const { value, per } = a.course as Course;
    expect(total(per)).toBeCloseTo(40, 9);
    expect(total(value)).toBeCloseTo(total(a.value), 9);
  });

  test.each([
    ['of a maximum, to which one point leads', requests(evenly), 'slowest'],
    ['of a table that has one time for all', requests(() => ({ start: 0, end: 0 })), 'error_rate'],
    [
      'of points that last for half of the run',
      requests((i) => ({ ...evenly(i), end: evenly(i).start + HOUR / 2 })),
      'error_rate',
    ],
    ['of a few requests', requests(evenly, 50), 'error_rate'],
  ])('nobody knows the course %s', (_, observations, name) => {
    for (const column of columns(observations, name)) expect(column).not.toHaveProperty('course');
  });
});
