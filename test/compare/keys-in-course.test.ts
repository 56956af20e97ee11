/** Failures of keys that a tap or a source names, in an outage of one arm. */
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import type { Inference, Samples } from '../../src/model/effect.js';
import type { Method } from '../../src/model/ports.js';
import { createRandom } from '../../src/stats/random.js';
import { keeps, measured } from '../calibrate/cell.js';
import { falseClaims } from '../calibrate/claims.js';
import { keyLifeCells } from '../calibrate/key-life-cells.js';
import { keyLivesCell, MOMENT } from '../calibrate/key-lives.js';
import { stallCells } from '../calibrate/stalls.js';
import { column, infer, keySamples } from './samples.js';

const replicates = Number(process.env.CALIBRATE ?? 100);
const ask = { estimand: 'proportion', proportion: true } as const;
const codes = ({ warnings }: Inference) => warnings.map(({ code }) => code);
const at = (failed: (piece: number) => number) => Float64Array.from({ length: 240 }, (_, i) => failed(i));
const high = ({ difference }: Inference) => (difference.interval(0.95) as { high: number }).high;

/** 24,000 keys an arm, one request each, a hundred in each piece; `failed` of them in each piece. */
function samples(failed: readonly Float64Array[], isTimed = true): Samples {
  const arm = (own: Float64Array, i: number) => ({
    ...column(
      'xy'[i],
      [...own].flatMap((count) => Array.from({ length: 100 }, (_, k) => (k < count ? 1 : 0))),
      { per: new Array<number>(24_000).fill(1), unit: [], item: [] },
    ),
    ...(isTimed ? { course: { value: own, per: at(() => 100), spanMs: HOUR } } : {}),
  });
  return keySamples(arm(failed[0], 0), arm(failed[1], 1));
}

const HOUR = 3_600_000;
const none = at(() => 0);
const by = (x: Float64Array, y = none, isTimed = true) =>
  infer(methods.newcombe, samples([x, y], isTimed), ask);

describe('keys that a tap names', () => {
  test('that fail one after the other are one outage', () => {
    const outage = by(at((i) => (i >= 100 && i < 103 ? 30 : 0)));
    const apart = by(at((i) => (i % 12 === 5 ? 5 : 0)).map((v, i) => (i < 216 ? v : 0)));
    expect(outage.details['clusters of events']).toBe(1);
    expect(outage.details['design effect of events']).toBeCloseTo(90, 9);
    expect(apart.details).toMatchObject({ 'clusters of events': 18 });
    expect(outage.difference.estimate).toBe(apart.difference.estimate);
    expect(outage.difference.test(0.01).below).toBeGreaterThan(0.2);
    expect(apart.difference.test(0.01).below).toBeLessThan(0.001);
    expect(codes(outage)).toContain('few-events-in-time');
  });

  test('that fail one by one cost next to nothing', () => {
    const random = createRandom(5, 'one by one');
    const single = () => at(() => (random.uniform() < 0.15 ? 1 : 0));
    const [x, y] = [single(), single()];
    const [timed, blind] = [by(x, y), by(x, y, false)];
    const width = (one: Inference) => high(one) - one.difference.estimate;
    expect(width(timed) / width(blind)).toBeLessThan(1.25);
  });

  test('a failure or two never leave less open than none at all', () => {
    const ends = [0, 1, 2, 3, 4].map((failures) =>
      high(by(at((i) => (i % 50 === 7 && i < 50 * failures ? 1 : 0)))),
    );
    for (const end of ends.slice(1)) expect(end).toBeGreaterThanOrEqual(ends[0]);
    // The run is worth twelve attempts: an outage of a twelfth of it may not have been seen.
    expect(ends[0]).toBeCloseTo(3.8414588 / (12 + 3.8414588), 6);
    expect(codes(by(none))).toEqual(['no-variation-in-proportion']);
    // An hour holds 720 outages of five seconds.
    const declared = infer(methods.newcombe, samples([none, none]), { ...ask, outageMs: 5000 });
    expect(high(declared)).toBeCloseTo(3.8414588 / (720 + 3.8414588), 6);
  });

  test('frequent failures: what hits both arms alike cancels, what hits one in runs does not', () => {
    const random = createRandom(6, 'frequent');
    const base = () => at(() => 10 + random.integer(5));
    const load = at((i) => (Math.floor(i / 10) % 3 === 0 ? 20 : 0));
    const plus = (one: Float64Array) => one.map((v, i) => v + load[i]);
    const both = by(plus(base()), plus(base()));
    const one = by(plus(base()), base());
    const width = (found: Inference) => high(found) - found.difference.estimate;
    expect(width(one) / width(both)).toBeGreaterThan(1.4);
    expect(codes(both)).not.toContain('failures-in-runs');
    expect(codes(one)).toContain('failures-in-runs');
  });

  test('without their times they count as independent, and that is said', () => {
    const found = by(
      at((i) => (i >= 100 && i < 103 ? 30 : 0)),
      none,
      false,
    );
    expect(codes(found)).toEqual(['keys-independent-in-time']);
    expect(found.details).not.toHaveProperty('clusters of events');
    expect(high(by(none, none, false))).toBeLessThan(0.001);
  });
});

describe('“at most half a point worse” of an arm that is just that much worse', () => {
  const claimed = (cell: (typeof keyLifeCells)[number]) =>
    cell.simulate(replicates, createRandom(20191104, 'calibrate', cell.id))[falseClaims];

  test.each(
    keyLifeCells
      .filter(({ id }) =>
        /(?:all of it|lives|1600) . outages of .* 20 % |moment . outages of 0.5 %.* 20 % .*both arms$/u.test(
          id,
        ),
      )
      .map((cell) => [cell.id, cell] as const),
  )('%s: called harmless in at most 3.25 %%', (_, cell) => {
    const outcome = claimed(cell);
    expect(keeps(outcome, { low: 0, high: 0.0325 }), `${measured(outcome)}`).toBe(true);
  });

  test('and keys taken as independent would be noticed', () => {
    const alone: Method = {
      ...methods.newcombe,
      compare: ({ paired, treatment, baseline }, asked, random) =>
        methods.newcombe.compare(
          {
            paired,
            treatment: { ...treatment, course: undefined },
            baseline: { ...baseline, course: undefined },
          },
          asked,
          random,
        ),
    };
    const world = { ...MOMENT, outage: { lasts: 0.02, severity: 0.2 } };
    const cell = keyLivesCell({ id: 'keys alone', row: '', world, method: alone });
    expect(keeps(claimed(cell), { low: 0, high: 0.0325 })).toBe(false);
  });
});

describe('means of keys that a tap names', () => {
  const slow = (isTimed: boolean) => {
    const arm = (name: string, took: (i: number) => number) => {
      const values = Array.from({ length: 2400 }, (_, i) => took(i) + (i % 7) / 10);
      const value = at((piece) => values.slice(10 * piece, 10 * piece + 10).reduce((sum, v) => sum + v, 0));
      return {
        ...column(name, values),
        ...(isTimed ? { course: { value, per: at(() => 10), spanMs: HOUR } } : {}),
      };
    };
    return infer(
      methods.welch,
      keySamples(
        arm('x', (i) => (i >= 1200 && i < 1260 ? 9 : 1)),
        arm('y', () => 1),
      ),
    );
  };

  test('one stall of one arm is one stall, and no proof that the arm is slower', () => {
    const [timed, blind] = [slow(true), slow(false)];
    expect(timed.difference.estimate).toBe(blind.difference.estimate);
    expect(blind.difference.test(0).above).toBeLessThan(1e-6);
    expect(timed.difference.test(0).above).toBeGreaterThan(0.05);
    expect(codes(timed)).toContain('failures-in-runs');
    expect(codes(blind)).toEqual(['keys-independent-in-time']);
  });

  test.each(
    stallCells
      .filter(({ id }) => /no stalls|1 stalls|10 req/u.test(id))
      .map((cell) => [cell.id, cell] as const),
  )('%s: arms that are alike differ in at most 6.5 %%', (_, cell) => {
    const outcomes = cell.simulate(replicates, createRandom(20191104, 'calibrate', cell.id));
    for (const [measure, band] of Object.entries(cell.owed))
      expect(keeps(outcomes[measure], band), `${measure}: ${measured(outcomes[measure])}`).toBe(true);
  });
});
