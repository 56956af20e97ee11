/** decide.hourValue and decide.volume: what is read, and what is refused where it stands. */
import { describe, expect, test } from 'vitest';
import { COMMANDS, marked, PIPELINES, problemsOf, read } from './fixtures.js';

const decided = (file: string, keys: string): string =>
  file.replace('decide: { confidence: 95% }', `decide: { ${keys} }`);
const said = async (file: string, keys: string) =>
  (await problemsOf(decided(file, keys))).map((problem) => `${marked(problem)} — ${problem.message}`);

describe('what an hour is worth, and how much work a month holds', () => {
  test('are amounts with their unit', async () => {
    const { decide } = await read(decided(PIPELINES, 'hourValue: 40 USD, volume: 41e6 records a month'));
    expect(decide.hourValue).toEqual({ value: 40, currency: 'USD' });
    expect(decide.volume).toEqual({ value: 41e6, unit: 'records' });
    for (const written of ['5 records per month', '5 records/month'])
      expect((await read(decided(PIPELINES, `volume: ${written}`))).decide.volume?.value).toBe(5);
  });

  test.each([
    ['hourValue: 40', '40 — "40" is not an amount of money'],
    ['hourValue: 40 s', '40 s — "40 s" is not an amount of money'],
    ['hourValue: 40 EUR', '40 EUR — the cost is in USD'],
    ['volume: 41e6 records', '41e6 records — "41e6 records" is not a volume of a month'],
    ['volume: 5 batches a month', '5 batches a month — the cost is per records, not per batches'],
  ])('%s is refused where it stands', async (keys, problem) => {
    expect(await said(PIPELINES, keys)).toContain(problem);
  });

  test('need a cost and a time to weigh, and a cost per unit of work to reckon a month from', async () => {
    const bare = COMMANDS.replaceAll(/, role: cost/g, '');
    expect(await said(bare, 'hourValue: 40 USD')).toContain(
      'hourValue — hourValue weighs cost against time: no metric has role: cost',
    );
    expect(await said(bare, 'volume: 5 records a month')).toContain(
      'volume — volume needs a cost that is per unit of work',
    );
  });
});
