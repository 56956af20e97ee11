/** Rate cards in full, terms of use, agreement with a bill, shared costs: what is read and what is refused, where. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { declare } from '../../src/declare/index.js';
import { FileProblems } from '../../src/errors.js';
import type { RateInput } from '../../src/model/experiment.js';
import { COMMANDS, edited, marked, PIPELINES, plugins, problemsOf, read } from './fixtures.js';

const FULL = `card: full
currency: USD
date: 2026-08-21
source: https://aws.amazon.com/pricing/
rates:
  lambda:   { title: Lambda, usage: seconds, price: 0.00001, freeTier: 400000 }
  stepped:  { title: Lambda, usage: s, times: 2, tiers: [{ upTo: 100, price: 3 }, { upTo: 200, price: 2 }, { price: 1 }] }
  m5-large: { title: EC2, usage: s, per: 3600, price: { low: 0.05, typical: 0.096, high: 0.12 }, resident: true }
  fee:      { title: Cluster, fixed: hour, price: 0.10 }
  disk:     { title: Disk, fixed: month, price: 20 }
`;
const USES = 'engine:    { m5-large: seconds, utilisation: 40% }\n        functions: { lambda: seconds }';
const using = (engine: string, functions = '{ lambda: seconds }', file = COMMANDS): string =>
  edited(file, USES, `engine: ${engine}\n        functions: ${functions}`);
const inputOf = async (text: string, card = FULL): Promise<RateInput> => {
  const input = (await read(text, card)).metrics.find(({ name }) => name === 'cost')?.input;
  if (input?.kind !== 'rate') throw new Error('cost is no rate');
  return input;
};
const said = async (text: string, card = FULL): Promise<string[]> =>
  (await problemsOf(text, card)).map((problem) => `${marked(problem)} — ${problem.message}`);

describe('a rate card', () => {
  test('holds steps, free tiers, ranges and fixed costs; the typical price is what is reckoned with', async () => {
    const { card } = await inputOf(using('{ m5-large: seconds, utilisation: 40% }'));
    expect(card.rates.stepped).toMatchObject({
      price: 3,
      tiers: [
        { upTo: 100, price: 3 },
        { upTo: 200, price: 2 },
        { upTo: null, price: 1 },
      ],
    });
    expect(card.rates['m5-large']).toMatchObject({ price: 0.096, range: { low: 0.05, high: 0.12 } });
    expect(card.rates.fee).toMatchObject({ fixed: 'hour', usage: 'hour', price: 0.1, resident: false });
    expect(card.rates.lambda).toMatchObject({ freeTier: 400000 });
    expect(card.rates.lambda).not.toHaveProperty('tiers');
  });

  test.each([
    ['fixed: hour, price', 'fixed: hour, usage: s, price', 'fixed — fee has both "usage" and "fixed"'],
    ['fixed: hour, price: 0.10', 'price: 0.10', 'fee — key "usage" is missing in rates.fee'],
    ['fixed: hour, price: 0.10', 'fixed: hour', 'fee — key "price" is missing in rates.fee'],
    ['fixed: hour, price', 'fixed: day, price', 'day — "day" is not one of the values allowed here'],
    [
      'fixed: hour, price',
      'fixed: hour, minimum: 60, price',
      'minimum — fee is paid by the hour: it has no "minimum"',
    ],
    ['times: 2, tiers', 'price: 2, tiers', 'tiers — stepped has both "price" and "tiers"'],
    ['{ price: 1 }', '{ upTo: 300, price: 1 }', 'upTo — the last price step has no end'],
    ['{ upTo: 200, price: 2 }', '{ upTo: 50, price: 2 }', '50 — price steps ascend: 50 is not above 100'],
    ['{ upTo: 200, price: 2 }', '{ price: 2 }', '{ — this price step needs an end: "upTo"'],
    ['low: 0.05', 'low: 0.10', 'price — a price range goes from low over typical to high'],
    ['low: 0.05, ', '', 'price — key "low" is missing in rates.m5-large.price'],
    ['high: 0.12', 'hihg: 0.12', 'hihg — unknown key "hihg" in rates.m5-large.price'],
    [
      'price: { low: 0.05, typical: 0.096, high: 0.12 }',
      'price: cheap',
      'cheap — expected a number or a map of keys, found "cheap"',
    ],
    ['fixed: hour', 'fixd: hour', 'fixd — unknown key "fixd" in rates.fee'],
  ])('%j → %j', async (from, to, message) => {
    expect(await said(COMMANDS, edited(FULL, from, to))).toContain(message);
  });
});

describe('the terms on which an arm uses a rate', () => {
  test('are read beside the metric; the short form stays what it was', async () => {
    const { arms } = await inputOf(
      using(
        '{ m5-large: { of: seconds, count: 3, utilisation: 60% }, fee: { of: seconds, monthly: 900000, share: equal } }',
        '{ lambda: { of: seconds, monthly: 500000, freeTier: true }, fee: { of: seconds, monthly: 5.0e+5, share: 30% } }',
      ),
    );
    expect(arms).toEqual({
      engine: [
        { rate: 'm5-large', usage: 'seconds', utilisation: 0.6, count: 3 },
        { rate: 'fee', usage: 'seconds', utilisation: null, monthly: 900000, share: 0.5 },
      ],
      functions: [
        { rate: 'lambda', usage: 'seconds', utilisation: null, monthly: 500000, freeTier: true },
        { rate: 'fee', usage: 'seconds', utilisation: null, monthly: 500000, share: 0.3 },
      ],
    });
  });

  test('the utilisation of what is resident follows from a declared monthly volume', async () => {
    // 262,800 s of 730 h = 2,628,000 s a month: 10 %
    const { arms } = await inputOf(using('{ m5-large: { of: seconds, monthly: 262800 } }'));
    expect(arms.engine).toEqual([{ rate: 'm5-large', usage: 'seconds', utilisation: 0.1, monthly: 262800 }]);
  });

  test('a fixed cost of time buckets needs no volume', async () => {
    const text = edited(
      using('{ m5-large: seconds, utilisation: 40% }', '{ fee: seconds }'),
      'field: wallSeconds }',
      'field: wallSeconds }, by: 5m, fold: sum',
    );
    expect((await inputOf(text)).arms.functions).toEqual([
      { rate: 'fee', usage: 'seconds', utilisation: null },
    ]);
  });

  test.each([
    [
      '{ stepped: seconds }',
      'stepped — rate stepped has price steps: the monthly volume decides which holds',
    ],
    [
      '{ fee: records }',
      'fee — rate fee is paid by the hour: nothing says what part of it a unit of records bears',
    ],
    [
      '{ m5-large: seconds }',
      'm5-large — rate m5-large is resident: without utilisation the cost of engine is a lower bound and decides nothing',
    ],
    [
      '{ m5-large: { of: seconds, monthly: 3000000 } }',
      '3000000 — 3000000 s are more than the 730 hours of a month that one m5-large works',
    ],
    [
      '{ m5-large: { of: seconds, monthly: 30000, utilisation: 5% } }',
      'utilisation — utilisation follows from the monthly volume',
    ],
    [
      '{ lambda: { of: seconds, utilisation: 5% } }',
      'utilisation — rate lambda is not resident: utilisation has no effect',
    ],
    [
      '{ lambda: { of: seconds, monthly: 5 } }',
      'monthly — rate lambda costs the same at any volume: monthly has no effect',
    ],
    [
      '{ lambda: { of: seconds, freeTier: true } }',
      'lambda — what part of the usage is free depends on the monthly volume',
    ],
    ['{ stepped: { of: seconds, monthly: 5, freeTier: true } }', 'freeTier — rate stepped has no free tier'],
    [
      '{ lambda: { of: seconds, share: 50% } }',
      'share — rate lambda is paid by use: nothing of it is shared',
    ],
    ['{ lambda: { of: second } }', 'second — there is no metric "second"'],
    ['{ lambda: { of: records } }', 'records — rate lambda prices seconds; records is measured in records'],
    ['{ lambda: { off: seconds } }', 'off — unknown key "off" in metrics.cost.rate.arms.engine.lambda'],
    ['{ lambda: { of: seconds, count: 0 } }', '0 — expected more than 0, found the number 0'],
    ['{ fee: { of: seconds, monthly: 9, share: half } }', 'half — "half" is not a percentage'],
  ])('engine: %s', async (engine, message) => {
    expect(await said(using(engine))).toContain(message);
  });

  test('a shared cost is in all arms or in none, and is charged once at most', async () => {
    const fee = (share: string): string => `{ fee: { of: seconds, monthly: 9${share} } }`;
    expect(await said(using(fee(', share: 50%')))).toContain(
      'share — fee is shared, but functions bears no share of it',
    );
    expect(await said(using(fee(', share: 50%'), fee('')))).toContain(
      'share — fee is shared, but functions bears no share of it',
    );
    expect(await said(using(fee(', share: 60%'), fee(', share: 60%')))).toContain(
      '60% — the shares of fee add up to 120%',
    );
    expect((await inputOf(using(fee(', share: 60%'), fee(', share: 40%')))).arms.engine[0]?.share).toBe(0.6);
  });
});

describe('agrees-with', () => {
  const bill = (rest: string): string =>
    edited(
      PIPELINES,
      '  error_rate:',
      `  billed: { from: pipeline, query: { bucket: b, measurement: m, field: f }, by: 1d, fold: sum, in: USD${rest} }\n  error_rate:`,
    );

  test('names the computed cost that a bill confirms, and how closely', async () => {
    const { metrics } = await read(bill(', agrees-with: cost, tolerance: 10%'));
    expect(metrics.find(({ name }) => name === 'billed')?.agreesWith).toEqual({
      metric: 'cost',
      tolerance: 0.1,
    });
    expect(metrics.find(({ name }) => name === 'cost')).not.toHaveProperty('agreesWith');
  });

  test.each([
    [', agrees-with: cost', 'agrees-with — key "tolerance" is missing in metrics.billed'],
    [', tolerance: 5%', 'tolerance — tolerance belongs to "agrees-with"'],
    [', agrees-with: coss, tolerance: 5%', 'coss — there is no metric "coss"'],
    [', agrees-with: records, tolerance: 5%', 'records — records is not computed from a rate card'],
    [', agrees-with: cost, tolerance: lots', 'lots — "lots" is not a percentage'],
    [', agrees-wiht: cost', 'agrees-wiht — unknown key "agrees-wiht" in metrics.billed'],
  ])('%s', async (rest, message) => {
    const problems = (await problemsOf(bill(rest))).map((one) => `${marked(one)} — ${one.message}`);
    expect(problems).toContain(message);
  });

  test('a bill in another currency than the card is refused', async () => {
    const text = edited(bill(', agrees-with: cost, tolerance: 5%'), 'in: USD, agrees', 'in: EUR, agrees');
    const problems = (await problemsOf(text)).map(({ message }) => message);
    expect(problems).toContain('billed is in EUR, cost in USD');
  });

  test('a computed cost is no bill', async () => {
    const text = edited(COMMANDS, '    in: USD\n', '    in: USD\n    agrees-with: cost\n    tolerance: 5%\n');
    expect((await problemsOf(text)).map(({ message }) => message)).toContain(
      'cost is computed; a bill is measured',
    );
  });
});

describe('shared costs of a bill', () => {
  const bills = {
    ...plugins,
    sources: {
      ...plugins.sources,
      bill: {
        ...plugins.sources.file,
        options: z.strictObject({ shared: z.array(z.strictObject({ by: z.string().optional() })) }),
      } as (typeof plugins.sources)[string],
    },
  };
  const problems = async (by: string): Promise<string[]> => {
    const text = edited(
      COMMANDS,
      'metrics:\n',
      `sources: { b: { type: bill, shared: [{ by: ${by} }] } }\nmetrics:\n`,
    );
    try {
      await declare({ text, file: 'exp.yaml' }, bills, async () => new TextEncoder().encode(FULL));
      return [];
    } catch (error) {
      if (error instanceof FileProblems)
        return error.problems.map((one) => `${marked(one)} — ${one.message}`);
      throw error;
    }
  };

  test('are divided by a metric that is measured', async () => {
    expect(await problems('records')).toEqual([]);
    expect(await problems('record')).toEqual(['record — there is no metric "record"']);
    expect(await problems('cost')).toEqual([
      'cost — cost is computed; costs are divided by what is measured',
    ]);
  });
});
