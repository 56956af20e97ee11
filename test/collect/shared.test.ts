/** Costs that the arms share, price scenarios: what becomes of them in the tables. */
import { describe, expect, test } from 'vitest';
import { computed, deriveTables, priceScenarios, unmovedTables } from '../../src/collect/index.js';
import type { Observation } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import {
  card,
  collectedFrom,
  experiment,
  metric,
  observedDesign,
  point,
  rate,
  ratio,
  said,
} from './fixtures.js';

const DAY = 86_400_000;
const bill = metric('bill', { unit: 'USD', byMs: DAY, fold: { kind: 'sum' } });
const records = metric('records', { unit: 'records', byMs: DAY, fold: { kind: 'sum' } });
const about = experiment({
  design: observedDesign,
  window: { fromMs: 0, toMs: 2 * DAY, warmupMs: 0, settleMs: 0 },
  metrics: [bill, records],
});

const day = (i: number, labels: Record<string, string> = {}): Partial<Observation> => ({
  start: i * DAY,
  end: (i + 1) * DAY,
  labels,
});
/** Each arm has 10 USD a day of its own; the whole of the shared 8 a day is reported for each. */
const bills = (labels: Record<string, string>): Observation[] =>
  ['a', 'b'].flatMap((arm) =>
    [0, 1].flatMap((i) => [
      point('bill', arm, `d${i}`, 10, day(i)),
      point('bill', arm, `d${i}`, 8, day(i, labels)),
    ]),
  );
const traffic = (a: number, b: number): Observation[] =>
  [0, 1].flatMap((i) => [
    point('records', 'a', `d${i}`, a * (i + 1), day(i)),
    point('records', 'b', `d${i}`, b * (i + 1), day(i)),
  ]);

const tablesOf = (observations: readonly Observation[], of: Experiment = about) =>
  deriveTables(of, null, [], collectedFrom(observations), []);
const perDay = (observations: readonly Observation[], arm: string): readonly number[] =>
  Array.from(tablesOf(observations).get('bill')?.arms.get(arm)?.value ?? []);

describe('a shared cost', () => {
  test('in equal parts: each arm bears half of it, and the parts add up to what was billed', () => {
    const observations = bills({ shared: 'SERVICE = Amazon MSK', split: 'equal' });
    expect(perDay(observations, 'a')).toEqual([14, 14]);
    expect(perDay(observations, 'b')).toEqual([14, 14]);
  });

  test('by records: in proportion to what each arm did over the window', () => {
    const observations = [...bills({ shared: 'SERVICE = Amazon MSK', by: 'records' }), ...traffic(300, 100)];
    expect(perDay(observations, 'a')).toEqual([16, 16]);
    expect(perDay(observations, 'b')).toEqual([12, 12]);
  });

  test('what is not labelled is the arm’s own', () => {
    expect(perDay(bills({ service: 'AWS Lambda' }), 'a')).toEqual([18, 18]);
  });

  test.each([
    ['nothing', 'adds up to 0', traffic(0, 0)],
    ['words', 'no measured metric that adds up', traffic(1, 1)],
  ])('by what cannot divide it (%s) leaves the bill unmeasured, with the reason', (_, expected, work) => {
    const by = expected.startsWith('adds') ? 'records' : 'words';
    const table = tablesOf([...bills({ shared: 'MSK', by }), ...work]).get('bill');
    expect(said(table?.unmeasured ?? null)).toContain(expected);
    expect(table?.arms.get('a')?.n).toBe(0);
  });
});

describe('price ranges', () => {
  const cost = (rates: Parameters<typeof card>[0], uses: readonly string[]) =>
    experiment({
      metrics: [
        metric('seconds'),
        metric('cost', {
          unit: 'USD',
          input: {
            kind: 'rate',
            card: card(rates),
            cardPath: 'c.yaml',
            arms: {
              a: uses.map((name) => ({ rate: name, usage: 'seconds', utilisation: null })),
              b: [{ rate: 'flat', usage: 'seconds', utilisation: null }],
            },
          },
        }),
      ],
    });
  const ranged = rate({ title: 'Spot', price: 2, range: { low: 1, high: 4 } });

  test('each end of each range that is used is a scenario; the experiment itself stays as it is', () => {
    const base = cost({ spot: ranged, flat: rate(), unused: ranged }, ['spot']);
    const scenarios = priceScenarios(base);
    expect(scenarios.map(({ rate: name, end, price, typical }) => [name, end, price, typical])).toEqual([
      ['spot', 'low', 1, 2],
      ['spot', 'high', 4, 2],
    ]);
    const prices = scenarios.map(({ experiment: { metrics } }) =>
      metrics.flatMap(({ input }) => (input.kind === 'rate' ? [input.card.rates.spot.price] : [])),
    );
    expect(prices).toEqual([[1], [4]]);
    expect(base.metrics[1].input.kind === 'rate' && base.metrics[1].input.card.rates.spot.price).toBe(2);
  });

  test('there are none without a range, and one where the typical price is an end of it', () => {
    expect(priceScenarios(cost({ spot: rate(), flat: rate() }, ['spot']))).toEqual([]);
    const atEnd = rate({ price: 1, range: { low: 1, high: 4 } });
    expect(priceScenarios(cost({ spot: atEnd, flat: rate() }, ['spot'])).map(({ end }) => end)).toEqual([
      'high',
    ]);
  });

  test('the cost of a scenario is that of its price', () => {
    const base = cost({ spot: ranged, flat: rate() }, ['spot']);
    const observations = [point('seconds', 'a', 'u', 3), point('seconds', 'b', 'u', 3)];
    const totals = [base, ...priceScenarios(base).map((one) => one.experiment)].map(
      (one) => tablesOf(observations, one).get('cost')?.arms.get('a')?.value[0],
    );
    expect(totals).toEqual([6, 3, 12]);
  });

  test('what no price moves stays as it was derived; the cost and what is made of it are derived again', () => {
    const spot = cost({ spot: ranged, flat: rate() }, ['spot']);
    const base = {
      ...spot,
      metrics: [
        ...spot.metrics,
        metric('work'),
        metric('cost_per_work', { input: ratio('cost', 'work') }),
        metric('pace', { input: ratio('work', 'seconds') }),
      ],
    };
    const observations = ['a', 'b'].flatMap((arm) => [
      point('seconds', arm, 'u', 3),
      point('work', arm, 'u', 5),
    ]);
    const tables = tablesOf(observations, base);
    const [{ experiment: low }] = priceScenarios(base);
    const known = unmovedTables(low, { experiment: base, tables });
    expect([...known.keys()]).toEqual(['seconds', 'work', 'pace']);
    const again = deriveTables(low, null, [], collectedFrom(observations), [], undefined, known);
    expect(again).toEqual(tablesOf(observations, low));
    expect(again.get('cost_per_work')).not.toEqual(tables.get('cost_per_work'));
    expect(again.get('pace')).toBe(tables.get('pace'));
  });
});

describe('how a cost is computed, in words', () => {
  test('steps, free tier, count, ranges and fixed costs are all told', () => {
    const about = experiment({
      metrics: [
        metric('seconds'),
        metric('cost', {
          unit: 'USD',
          input: {
            kind: 'rate',
            card: card({
              stepped: rate({
                tiers: [
                  { upTo: 100, price: 3 },
                  { upTo: null, price: 1 },
                ],
                freeTier: 10,
              }),
              spot: rate({ price: 2, range: { low: 1, high: 4 }, resident: true }),
              fee: rate({ usage: 'hour', fixed: 'hour', price: 0.1 }),
            }),
            cardPath: 'c.yaml',
            arms: {
              a: [
                { rate: 'stepped', usage: 'seconds', utilisation: null, monthly: 200, freeTier: true },
                { rate: 'fee', usage: 'seconds', utilisation: null, monthly: 200, share: 0.5 },
              ],
              b: [
                { rate: 'spot', usage: 'seconds', utilisation: 0.4, count: 3 },
                { rate: 'fee', usage: 'seconds', utilisation: null, share: 0.5 },
              ],
            },
          },
        }),
      ],
    });
    const text = said(computed(about.metrics[1], about));
    // (90 × 3 + 100 × 1) ÷ 200
    expect(text).toContain(
      '× 1.85 USD (average of the price steps at 200 s a month) (free tier of 10 deducted at 200 s a month)',
    );
    expect(text).toContain('× 3 × 2 USD (declared range 1 to 4) ÷ 40% utilisation');
    expect(text).toContain(
      'a, fee: 0.1 USD per hour, of which 50% is borne, spread over 200 of seconds a month',
    );
    expect(text).toContain('b, fee: 0.1 USD per hour, of which 50% is borne, by the time of each bucket');
  });
});
