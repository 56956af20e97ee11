import { describe, expect, test } from 'vitest';
import { netOfPairs, rareEvents } from '../../src/stats/event-clusters.js';

const counts = (length: number, at: Readonly<Record<number, number>>, attempts = 100) => ({
  events: Float64Array.from({ length }, (_, t) => at[t] ?? 0),
  attempts: new Float64Array(length).fill(attempts),
});

describe('rare events in a series', () => {
  test('neighbours are one outage, and attempts are divided by the events that come at once (by hand)', () => {
    // 4 of 48 units: those at most 48/16 = 3 apart belong together, {3, 4, 6} with 12 events, {20} with 4.
    const found = rareEvents([counts(48, { 3: 5, 4: 5, 6: 2, 20: 4 })]);
    expect(found).toEqual({
      arms: [{ p: 16 / 4800, n: 4800 / 10 }], // (144 + 16)/16
      clusters: 2,
      designEffect: 10,
      df: 1,
    });
  });

  test('an arm without any takes the design effect of the other; one event a cluster counts as it is', () => {
    const both = rareEvents([counts(240, {}), counts(240, { 7: 6, 100: 6, 200: 6 })]);
    expect(both).toMatchObject({ clusters: 3, designEffect: 6, df: 2, arms: [{ p: 0, n: 4000 }, {}] });
    expect(rareEvents([counts(240, { 7: 1, 100: 1 })])).toMatchObject({ clusters: 2, designEffect: 1 });
  });

  test('what rarely succeeds is clustered by its successes, what rarely fails by its failures', () => {
    const { events, attempts } = counts(48, { 3: 5, 4: 5, 6: 2, 20: 4 });
    const mostly = rareEvents([{ events: attempts.map((all, t) => all - events[t]), attempts }]);
    expect(mostly).toMatchObject({ clusters: 2, designEffect: 10 });
    expect(mostly?.arms[0].p).toBeCloseTo(1 - 16 / 4800, 15);
  });

  test('nothing is said where there is no event, where events are common, or without attempts', () => {
    expect(rareEvents([counts(48, {}), counts(48, {})])).toBeNull();
    const common = Object.fromEntries(Array.from({ length: 13 }, (_, i) => [3 * i, 1]));
    expect(rareEvents([counts(48, common)])).toBeNull();
    expect(rareEvents([counts(48, { 1: 1 }, 0)])).toBeNull();
    expect(rareEvents([counts(48, { 1: 1 }), counts(48, {}, 0)])).toBeNull();
  });

  test('strata: an attempt that counts twice is worth as much as its weight says (by hand)', () => {
    // Weights 2 and 1 over 24 units each: Σwa = 7,200, Σw²a = 12,000, so 4,320 alike attempts.
    const weight = Float64Array.from({ length: 48 }, (_, t) => (t < 24 ? 2 : 1));
    const found = rareEvents([{ ...counts(48, { 3: 5, 4: 5, 40: 6 }), weight }]);
    // Clusters of 20 and 6 weighted events: 436/26 at once, where single ones are 12,000/7,200.
    const designEffect = 436 / 26 / (12_000 / 7200);
    expect(found?.designEffect).toBeCloseTo(designEffect, 12);
    expect(found?.arms[0].p).toBeCloseTo(26 / 7200, 15);
    expect(found?.arms[0].n).toBeCloseTo(4320 / designEffect, 9);
    expect(found?.clusters).toBe(2);
  });

  test('pairs that did the same work count what one arm had more of, over the same independent attempts (by hand)', () => {
    const [x, y] = [counts(48, { 3: 5, 20: 4 }), counts(48, { 3: 3, 20: 5 })];
    const rare = rareEvents([x, y]);
    if (rare === null) throw new Error('two of 48 units are few');
    const net = netOfPairs(rare, x, y);
    expect(net?.arms.map(({ p }) => p)).toEqual([2 / 4800, 1 / 4800]);
    expect(net?.arms.map(({ n }) => n)).toEqual(rare.arms.map(({ n }) => n));
    expect(netOfPairs(rare, x, counts(48, { 3: 3, 20: 5 }, 99))).toBeNull();
  });
});
