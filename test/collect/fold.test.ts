import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { increments } from '../../src/collect/derive/counter.js';
import { type FoldPoint, fold } from '../../src/collect/derive/fold.js';
import { sum } from '../../src/collect/derive/sum.js';

const at = (start: number, value: number | null, n = 1, series = ''): FoldPoint => ({
  start,
  end: start,
  value,
  n,
  series,
});
const points = (...values: (number | null)[]) => values.map((value, i) => at(i, value));
const finite = fc.double({ min: -1e12, max: 1e12, noNaN: true });
const kinds = ['only', 'sum', 'mean', 'last', 'max', 'min', 'increase'] as const;

describe('fold', () => {
  test('each fold by hand', () => {
    const three = points(4, 1, 7);
    expect(fold(three, { kind: 'sum' })).toBe(12);
    expect(fold(three, { kind: 'mean' })).toBe(4);
    expect(fold(three, { kind: 'last' })).toBe(7);
    expect(fold(three, { kind: 'max' })).toBe(7);
    expect(fold(three, { kind: 'min' })).toBe(1);
    expect(fold(points(5), { kind: 'only' })).toBe(5);
    expect(fold([at(0, 1, 3), at(1, 5, 1)], { kind: 'mean' })).toBe(2);
  });

  test('the quantile is of type 7, as R, NumPy and spreadsheets have it', () => {
    const five = points(10, 20, 35, 40, 100);
    const q = (p: number) => fold(five, { kind: 'quantile', q: p });
    expect([q(0), q(0.25), q(0.5), q(0.9), q(0.99), q(1)]).toEqual([10, 20, 35, 76, 97.6, 100]);
    expect(fold([at(0, 1, 5)], { kind: 'quantile', q: 0.5 })).toMatchObject({
      code: 'fold-quantile-of-aggregates',
    });
  });

  test('a counter that restarts adds what it shows since; single points and several counters', () => {
    expect(fold(points(10, 15, 3, 4), { kind: 'increase' })).toBe(5 + 3 + 1);
    expect(fold(points(10), { kind: 'increase' })).toBeNull();
    const two = [at(0, 10, 1, 'x'), at(1, 1000, 1, 'y'), at(2, 12, 1, 'x'), at(3, 1001, 1, 'y')];
    expect(fold(two, { kind: 'increase' })).toBe(3);
  });

  test('one expected, several found: the count is told', () => {
    expect(fold(points(1, 1), { kind: 'only' })).toEqual({ code: 'fold-not-one', values: { count: 2 } });
  });

  test('a missing value makes the unit incomplete under every fold, an infinite one is a problem', () => {
    for (const kind of kinds) {
      const missing = kind === 'only' ? points(null) : points(1, null);
      expect(fold(missing, { kind }), kind).toBeNull();
      expect(
        fold(
          missing.map((one) => ({ ...one, value: one.value ?? Number.NaN })),
          { kind },
        ),
        kind,
      ).toBeNull();
      const infinite = kind === 'only' ? points(Infinity) : points(1, -Infinity);
      expect(fold(infinite, { kind }), kind).toMatchObject({ code: 'fold-infinite' });
      expect(fold([], { kind }), kind).toBeNull();
    }
    expect(fold([at(0, 1, 0)], { kind: 'mean' })).toBeNull();
  });

  test('the order in which points arrive does not matter, to the last bit', () => {
    const one = fc.record({
      start: fc.integer({ min: 0, max: 9 }),
      value: finite,
      n: fc.integer({ min: 1, max: 9 }),
    });
    fc.assert(
      fc.property(
        fc.array(one, { minLength: 1, maxLength: 30 }),
        fc.constantFrom(...kinds.slice(1)),
        fc.nat(),
        (drawn, kind, seed) => {
          const some = drawn.map(({ start, value, n }) => at(start, value, n));
          const shuffled = some
            .map((point, i) => ({ point, key: ((i + 1) * 2654435761 + seed * 40503) % 1009 }))
            .sort((a, b) => a.key - b.key)
            .map(({ point }) => point);
          expect(fold(shuffled, { kind })).toBe(fold(some, { kind }));
        },
      ),
    );
  });

  test('the sum of a split is the sum of the sums', () => {
    fc.assert(
      fc.property(fc.array(finite, { minLength: 2, maxLength: 40 }), fc.nat(), (values, cut) => {
        const middle = 1 + (cut % (values.length - 1));
        const of = (some: number[]) => fold(points(...some), { kind: 'sum' }) as number;
        const whole = of(values);
        const scale = values.reduce((t, v) => t + Math.abs(v), 1);
        expect(Math.abs(of(values.slice(0, middle)) + of(values.slice(middle)) - whole)).toBeLessThanOrEqual(
          1e-15 * scale * 4,
        );
      }),
    );
  });

  test('the compensated sum keeps what a plain sum loses', () => {
    expect(sum([1, 1e100, 1, -1e100])).toBe(2);
    expect(sum(Array.from({ length: 10 }, () => 0.1))).toBe(1);
    expect(sum([])).toBe(0);
    expect(sum([Infinity, 1])).toBe(Infinity);
  });
});

describe('increments of counters over buckets', () => {
  test('their sum is the growth of the whole, over bucket edges', () => {
    const growths = fc.array(fc.integer({ min: 0, max: 1000 }), { minLength: 3, maxLength: 50 });
    fc.assert(
      fc.property(growths, (added) => {
        let shown = 0;
        const counter = added.map((growth, i) => {
          shown += growth;
          return at(i * 10, shown);
        });
        const [first, ...rest] = increments(counter, 30);
        expect(first.value).toBeNull();
        expect(rest.reduce((t, { value }) => t + (value as number), 0)).toBe(
          fold(counter, { kind: 'increase' }),
        );
      }),
    );
  });

  test('what was added during a gap belongs to no bucket', () => {
    expect(increments([at(0, 5), at(10, 6), at(55, 9), at(60, 10)], 10).map(({ value }) => value)).toEqual([
      null,
      1,
      null,
      1,
    ]);
    expect(increments([at(0, 5), at(10, null), at(11, 7)], 10).map(({ value }) => value)).toEqual([
      null,
      null,
      2,
    ]);
  });
});
