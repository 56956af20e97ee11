/** Properties of methods that have no spine test of their own. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import type { Inference, Samples } from '../../src/model/effect.js';
import { createRandom } from '../../src/stats/random.js';
import { column, keySamples, pairedSamples, plan } from './samples.js';

const value = fc.double({ min: 0.5, max: 20, noNaN: true });
const rows = fc.array(fc.tuple(value, value, value, value), { minLength: 6, maxLength: 15 });
type Rows = readonly (readonly [number, number, number, number])[];

const places = (of: Rows, first: number) => of.map((_, i) => (i + first) % 2);
function arms(of: Rows, kind: 'paired' | 'by-key', swap: boolean, fixed: boolean): Samples {
  const item = of.map((_, i) => (fixed ? `i${Math.floor(i / 2)}` : `i${i}`));
  const x = column(
    'x',
    of.map(([m]) => m),
    { per: of.map(([, d]) => d), order: places(of, 0), item },
  );
  const y = column(
    'y',
    of.map(([, , m]) => m),
    { per: of.map(([, , , d]) => d), order: places(of, 1), item },
  );
  const pair = kind === 'paired' ? pairedSamples : keySamples;
  return swap ? pair(y, x) : pair(x, y);
}

describe('swapping the arms turns r into 1/r', () => {
  const cells = [
    ['paired-ratio', 'paired', null],
    ['paired-ratio-stratified', 'paired', 'fixed'],
    ['paired-items', 'paired', 'sample'],
    ['typical', 'paired', null],
    ['typical', 'paired', 'fixed'],
    ['typical', 'by-key', null],
    ['welch-ratio', 'by-key', null],
    ['delta', 'paired', null],
    ['jackknife', 'paired', 'fixed'],
  ] as const;
  test.each(cells)('%s, %s, workload %s', (id, kind, workload) => {
    fc.assert(
      fc.property(rows, (of) => {
        const even = workload === 'fixed' ? of.slice(0, of.length - (of.length % 2)) : of;
        const ask = (swap: boolean): Inference | null => {
          const samples = arms(even, kind, swap, workload === 'fixed');
          const found = methods[id].compare(samples, plan({ workload }), createRandom(1));
          return 'code' in found ? null : found;
        };
        const [one, other] = [ask(false), ask(true)];
        fc.pre(one?.ratio != null && other?.ratio != null);
        expect(one.ratio.estimate * other.ratio.estimate).toBeCloseTo(1, 12);
        expect(other.difference.estimate).toBeCloseTo(-one.difference.estimate, 10);
        const [p, q] = [one.ratio.test(0.8), other.ratio.test(1 / 0.8)];
        expect(q.below).toBeCloseTo(p.above, 9);
      }),
    );
  });
});

describe('the same work in other units', () => {
  test('a ratio with the same denominators in both arms is the ratio of totals: log jackknife over items', () => {
    fc.assert(
      fc.property(rows, (of) => {
        const per = of.map(([, d]) => d);
        const at = (options: { per?: number[] }) =>
          pairedSamples(
            column(
              'x',
              of.map(([m]) => m),
              options,
            ),
            column(
              'y',
              of.map(([, , m]) => m),
              options,
            ),
          );
        const ask = (samples: Samples) =>
          methods['paired-items'].compare(samples, plan({ workload: 'sample' }), createRandom(1));
        const [totals, ratios] = [ask(at({})), ask(at({ per }))];
        if ('code' in totals || 'code' in ratios || totals.ratio === null || ratios.ratio === null) return;
        expect(ratios.ratio.estimate).toBeCloseTo(totals.ratio.estimate, 10);
        expect(ratios.ratio.test(0.8).above).toBeCloseTo(totals.ratio.test(0.8).above, 8);
      }),
    );
  });
});
