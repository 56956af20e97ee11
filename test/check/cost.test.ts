/** The checks on money, on tables derived from what a bill and a rate card say: settled, currency, bill-agrees. */
import { describe, expect, test } from 'vitest';
import { billAgrees } from '../../src/check/bill-agrees.js';
import { currency } from '../../src/check/currency.js';
import { settled } from '../../src/check/settled.js';
import { deriveTables } from '../../src/collect/index.js';
import type { CheckResult } from '../../src/model/decision.js';
import type { Evidence, Observation } from '../../src/model/evidence.js';
import type { Experiment, Metric } from '../../src/model/experiment.js';
import type { Check } from '../../src/model/ports.js';
import { checkWords } from '../../src/report/words/check.js';
import {
  card,
  collectedFrom,
  experiment,
  metric,
  observedDesign,
  point,
  rate,
  ratio,
} from '../collect/fixtures.js';

const DAY = 86_400_000;
const DAYS = 14;
const FROM = Date.UTC(2026, 10, 1);
/** When the sources were asked: long after the window unless a test says so. */
const LATER = FROM + 60 * DAY;

const seconds = metric('seconds', { unit: 's', byMs: DAY, fold: { kind: 'sum' } });
const cost = metric('cost', {
  unit: 'USD',
  role: 'cost',
  input: {
    kind: 'rate',
    card: card({ hour: rate({ per: 3600, price: 0.36 }) }),
    cardPath: 'card.yaml',
    arms: {
      a: [{ rate: 'hour', usage: 'seconds', utilisation: null }],
      b: [{ rate: 'hour', usage: 'seconds', utilisation: null }],
    },
  },
});
const perSecond = metric('cost_per_second', { unit: 'USD/1k s', input: ratio('cost', 'seconds', 1000) });
const billed = metric('billed', {
  unit: 'USD',
  better: null,
  byMs: DAY,
  fold: { kind: 'sum' },
  agreesWith: { metric: 'cost', tolerance: 0.1 },
});

const about = (over: Partial<Experiment> = {}): Experiment =>
  experiment({
    design: observedDesign,
    window: { fromMs: FROM, toMs: FROM + DAYS * DAY, warmupMs: 0, settleMs: 2 * DAY },
    metrics: [seconds, cost, perSecond, billed],
    ...over,
  });

const daily = (
  name: string,
  arm: string,
  amountOf: (day: number) => number | null,
  over: Partial<Observation> = {},
) =>
  Array.from({ length: DAYS }, (_, day) => {
    const start = FROM + day * DAY;
    return point(name, arm, `d${day}`, amountOf(day), { start, end: start + DAY, ...over });
  });

/** 10 h of work a day on each arm, 3.60 USD by the card; the bill says what it says. */
const healthy = (bill: (arm: string, day: number) => number = () => 3.6): Observation[] =>
  ['a', 'b'].flatMap((arm) => [
    ...daily('seconds', arm, () => 36_000),
    ...daily('billed', arm, (day) => bill(arm, day)),
  ]);

const evidence = (observations: readonly Observation[], of = about(), collectedAt = LATER): Evidence => {
  const collected = collectedFrom(observations).map((one) => ({
    ...one,
    meta: { ...one.meta, startedAt: collectedAt, finishedAt: collectedAt },
  }));
  return {
    run: {
      id: 'r',
      stacktrial: '0',
      startedAt: collectedAt,
      finishedAt: collectedAt,
      mode: 'real',
      inject: null,
      environment: {},
      resumed: 0,
    },
    experiment: of,
    schedule: null,
    trials: [],
    collected,
    exclusions: [],
    tables: deriveTables(of, null, [], collected, []),
  };
};

const words: Readonly<Record<string, (values: Record<string, unknown>) => string>> = checkWords;
const say = ({ saw, need }: CheckResult): string => {
  const text = [saw, need].map(({ code, values }) => words[code](values)).join(' | ');
  if (/undefined|NaN|null|\[object/.test(text)) throw new Error(`a hole in: ${text}`);
  return text;
};
const run = (check: Check, of: Evidence): Record<string, string> =>
  Object.fromEntries(
    check.run(of, { index: 1, of: 1 }).map((result) => {
      say(result);
      return [result.scope, result.status];
    }),
  );
const sentence = (check: Check, of: Evidence): string =>
  say(check.run(of, { index: 1, of: 1 })[0] as CheckResult);

describe('bill-agrees', () => {
  test('passes where bill and card are within the tolerance in every arm, for the cost and all that rests on it', () => {
    const fair = evidence(healthy((arm) => (arm === 'a' ? 3.9 : 3.3)));
    expect(run(billAgrees, fair)).toEqual({ cost: 'pass', cost_per_second: 'pass' });
    expect(sentence(billAgrees, fair)).toContain(
      'a billed $54.60, computed $50.40 (+8.33%, over 14 buckets)',
    );
  });

  test('fails where one arm is billed for more than the card knows, and says which', () => {
    const forgotten = evidence(healthy((arm) => (arm === 'b' ? 5.4 : 3.6)));
    expect(run(billAgrees, forgotten)).toEqual({ cost: 'fail', cost_per_second: 'fail' });
    expect(sentence(billAgrees, forgotten)).toContain('b billed $75.60, computed $50.40 (+50%');
  });

  test('the tolerance is met at its edge and broken just beyond it', () => {
    const times = (factor: number) => run(billAgrees, evidence(healthy(() => 3.6 * factor))).cost;
    expect([times(1.0999), times(1.1001), times(0.9001), times(0.8999)]).toEqual([
      'pass',
      'fail',
      'pass',
      'fail',
    ]);
  });

  test('only the same settled days are compared: a day that is not final, or not computed, is in neither total', () => {
    // The last two days are billed at a tenth so far, and were collected a day after the window.
    const early = evidence(
      healthy((_, day) => (day >= 12 ? 0.36 : 3.6)),
      about(),
      FROM + 15 * DAY - 1,
    );
    expect(run(billAgrees, early).cost).toBe('pass');
    expect(sentence(billAgrees, early)).toContain('over 12');
    const gap = evidence([
      ...healthy((_, day) => (day === 3 ? 99 : 3.6)).filter(
        ({ metric: name, unit }) => name !== 'seconds' || unit !== 'd3',
      ),
    ]);
    expect(sentence(billAgrees, gap)).toContain('over 13');
    expect(run(billAgrees, gap).cost).toBe('pass');
  });

  test('says nothing while nothing is settled: the computed cost stands on its own', () => {
    const now = evidence(healthy(), about(), FROM + DAY);
    expect(run(billAgrees, now)).toEqual({ cost: 'skipped', cost_per_second: 'skipped' });
  });

  test('a bill by the day confirms units that have names by the day in which they began', () => {
    const named: Metric = { ...seconds, byMs: null, fold: { kind: 'only' } };
    const batches = ['a', 'b'].flatMap((arm) =>
      Array.from({ length: DAYS * 10 }, (_, i) => {
        const start = FROM + i * (DAY / 10) + 1000;
        return point('seconds', arm, `batch ${i}`, 3600, { start, end: start + 3_600_000 });
      }),
    );
    const of = about({
      metrics: [named, cost, billed],
      window: { ...(about().window as NonNullable<Experiment['window']>), warmupMs: 0 },
    });
    const bills = ['a', 'b'].flatMap((arm) => daily('billed', arm, () => 3.6));
    expect(run(billAgrees, evidence([...batches, ...bills], of))).toEqual({ cost: 'pass' });
    const half = batches.filter((_, i) => i % 2 === 0);
    expect(run(billAgrees, evidence([...half, ...bills], of))).toEqual({ cost: 'fail' });
  });

  test('a bill by the hour fills the days of a cost that is known by the day', () => {
    const hourly: Metric = { ...billed, byMs: DAY / 24 };
    const of = about({ metrics: [seconds, cost, hourly] });
    const hours = ['a', 'b'].flatMap((arm) =>
      Array.from({ length: DAYS * 24 - 5 }, (_, i) => {
        const start = FROM + (i * DAY) / 24;
        return point('billed', arm, `h${i}`, 0.15, { start, end: start + DAY / 24 });
      }),
    );
    const found = evidence([...healthy().filter(({ metric: name }) => name === 'seconds'), ...hours], of);
    expect(run(billAgrees, found).cost).toBe('pass');
    expect(sentence(billAgrees, found)).toContain('over 13');
  });

  test('skips where no bill is declared', () => {
    const none = evidence(healthy(), about({ metrics: [seconds, cost] }));
    expect(run(billAgrees, none)).toEqual({ experiment: 'skipped' });
  });
});

describe('settled', () => {
  const bill = metric('bill', { unit: 'USD', role: 'cost', byMs: DAY, fold: { kind: 'sum' } });
  const of = (over: Partial<Metric> = {}) =>
    about({ metrics: [{ ...bill, ...over }, metric('share', { input: ratio('bill', 'seconds') }), seconds] });
  const bills = [
    ...['a', 'b'].flatMap((arm) => daily('bill', arm, () => 3.6)),
    ...healthy().filter(({ metric: name }) => name === 'seconds'),
  ];

  test('passes when every amount has had its time', () => {
    expect(run(settled, evidence(bills, of(), FROM + 16 * DAY))).toEqual({ bill: 'pass', share: 'pass' });
  });

  test('a millisecond earlier the last day is held back in both arms, and that warns', () => {
    const early = evidence(bills, of(), FROM + 16 * DAY - 1);
    expect(run(settled, early)).toEqual({ bill: 'warn', share: 'warn' });
    const table = early.tables.get('bill');
    expect(table?.coverage).toMatchObject({ expected: 14, complete: 13 });
    expect(table?.warnings.map(({ code }) => code)).toContain('unsettled-held-back');
    expect(sentence(settled, early)).toContain('final on 2026-11-17');
  });

  test('fails when nothing is settled, and for what rests on it too', () => {
    expect(run(settled, evidence(bills, of(), FROM + 2 * DAY))).toEqual({ bill: 'fail', share: 'fail' });
  });

  test('an unsettled amount of a named unit fails: it cannot be held back by the clock', () => {
    const named = of({ byMs: null, fold: { kind: 'only' } });
    expect(run(settled, evidence(bills, named, FROM + 15 * DAY)).bill).toBe('fail');
    expect(run(settled, evidence(bills, named, FROM + 16 * DAY)).bill).toBe('pass');
  });

  test('usage is no bill, and a source with a settle of its own holds back by itself', () => {
    const usage = evidence(bills, about({ metrics: [seconds] }), FROM + DAY);
    expect(run(settled, usage)).toEqual({ experiment: 'skipped' });
    const own = about({ ...of(), sources: { given: { type: 'given', options: { settle: '6h' } } } });
    expect(run(settled, evidence(bills, own, FROM + 14 * DAY))).toEqual({ bill: 'pass', share: 'pass' });
  });

  test('a throughput in TPS is not taken for money', () => {
    const tps = metric('rate', { unit: 'TPS', byMs: DAY, fold: { kind: 'mean' } });
    const now = evidence(
      daily('rate', 'a', () => 5),
      about({ metrics: [tps] }),
      FROM + DAY,
    );
    expect(run(settled, now)).toEqual({ experiment: 'skipped' });
    expect(run(currency, now)).toEqual({ experiment: 'skipped' });
  });

  test('what the provider marks as estimated is counted, and is not by itself unsettled', () => {
    const marked = bills.map((one) => ({ ...one, estimated: one.metric === 'bill' }));
    const found = evidence(marked, of(), FROM + 16 * DAY);
    expect(run(settled, found).bill).toBe('pass');
    expect(sentence(settled, found)).toContain('28 amounts still marked as estimated');
  });
});

describe('currency', () => {
  const inCurrency = (code: (arm: string) => string): Observation[] =>
    healthy().map((one) => (one.metric === 'billed' ? { ...one, labels: { currency: code(one.arm) } } : one));

  test('passes where unit, card and bill agree', () => {
    expect(run(currency, evidence(inCurrency(() => 'USD')))).toEqual({
      cost: 'pass',
      cost_per_second: 'pass',
      billed: 'pass',
    });
  });

  test('fails where one arm is billed in euros', () => {
    const mixed = evidence(inCurrency((arm) => (arm === 'a' ? 'USD' : 'EUR')));
    expect(run(currency, mixed)).toMatchObject({ billed: 'fail', cost: 'pass' });
    const said = say(currency.run(mixed, { index: 1, of: 1 }).at(-1) as CheckResult);
    expect(said).toContain('USD (billed) and EUR (billed of b)');
  });

  test('fails where the unit of a metric is not the currency of its card, and for the ratio made of it', () => {
    const euros = about({ metrics: [seconds, { ...cost, unit: 'EUR' }, perSecond] });
    expect(run(currency, evidence(healthy(), euros))).toEqual({ cost: 'fail', cost_per_second: 'fail' });
    const ratioInEuros = about({ metrics: [seconds, cost, { ...perSecond, unit: 'EUR/1k s' }] });
    expect(run(currency, evidence(healthy(), ratioInEuros))).toEqual({
      cost: 'pass',
      cost_per_second: 'fail',
    });
  });
});
