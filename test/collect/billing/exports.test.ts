import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { columnsIn } from '../../../src/collect/sources/billing/columns.js';
import { Decimal } from '../../../src/collect/sources/billing/decimal.js';
import { openExport } from '../../../src/collect/sources/billing/export-files.js';
import { linesOf } from '../../../src/collect/sources/billing/export-lines.js';
import type { ExportOptions } from '../../../src/collect/sources/billing/export-options.js';
import { CUR_FORMAT, cur } from '../../../src/collect/sources/cur.js';
import { FOCUS_FORMAT, focus } from '../../../src/collect/sources/focus.js';
import type { Arm } from '../../../src/model/experiment.js';
import type { Source, SourceContext, Want } from '../../../src/model/ports.js';
import { collectFrom, contextAt, day, HOUR, preflightOf, wanting, window } from './asking.js';
import { type Folder, folder } from './files.js';
import { CUR_SAMPLE, FOCUS_SAMPLE, sampleTest } from './samples.js';

let here: Folder;
beforeEach(async () => {
  here = await folder();
});
afterEach(() => here.remove());

const NOW = day('2026-12-15');
const context = (nowMs = NOW) => contextAt({ ms: nowMs }, {}, { folder: here.path });

const collected = async (source: unknown, options: object, want: Want = wanting(), nowMs = NOW) => {
  const parsed = (source as Source).options.safeParse(options);
  expect(parsed.error?.issues ?? []).toEqual([]);
  return collectFrom(source as never, options, want, context(nowMs));
};

const arm = (name: string, value: string): Arm => ({ name, title: name, match: { stack: value } });
const sums = (got: Awaited<ReturnType<typeof collected>>, arms: readonly string[]): number[] =>
  arms.map((name) => got.values(name).reduce<number>((sum, value) => sum + (value ?? 0), 0));

describe('the samples, to the last decimal', () => {
  const total = async (
    format: typeof FOCUS_FORMAT | typeof CUR_FORMAT,
    file: string,
    options: ExportOptions,
  ): Promise<string> => {
    const { sandbox, files } = await openExport(file, context() as SourceContext);
    try {
      const columns = await columnsIn(sandbox, files[0]);
      const layout = format.layout(files[0], columns, options as never);
      const lines = await linesOf(sandbox, files[0], columns, layout, {
        options,
        query: {},
        values: ['x'],
        metric: 'm',
      });
      return lines.reduce((sum, { amount }) => sum.plus(amount), Decimal.ZERO).toString();
    } finally {
      sandbox.close();
    }
  };

  sampleTest(FOCUS_SAMPLE, 'FOCUS bills 20.52022672899 and effectively costs 14.97651418586', async () => {
    const options = { file: FOCUS_SAMPLE, tag: 'org' };
    expect(await total(FOCUS_FORMAT, FOCUS_SAMPLE, { ...options, cost: 'billed' })).toBe('20.52022672899');
    expect(await total(FOCUS_FORMAT, FOCUS_SAMPLE, options)).toBe('14.97651418586');
  });

  sampleTest(CUR_SAMPLE, 'CUR costs 1.6823086974 unblended', async () => {
    expect(await total(CUR_FORMAT, CUR_SAMPLE, { file: CUR_SAMPLE, tag: 'x', cost: 'unblended' })).toBe(
      '1.6823086974',
    );
  });
});

describe('the FOCUS sample', () => {
  const arms = ['AWS', 'Microsoft', 'Oracle'].map((name) => arm(name, name));
  const want = wanting({ arms, window: window('2024-09-01', '2024-10-01') });
  const all = {
    file: FOCUS_SAMPLE,
    column: 'ProviderName',
    settle: '0h',
    include: ['Credit', 'Adjustment', 'Purchase', 'Tax', 'Correction'],
  };

  sampleTest(FOCUS_SAMPLE, 'adds up to what it bills, 20.5202, and effectively costs, 14.9765', async () => {
    const billed = await collected(focus, { ...all, cost: 'billed' }, want);
    expect(billed.problem).toBeNull();
    expect(sums(billed, ['AWS', 'Microsoft', 'Oracle']).reduce((a, b) => a + b)).toBeCloseTo(
      20.52022672899,
      12,
    );
    // Oracle's lines have no effective cost at all: an arm like that would be refused.
    const two = { ...want, arms: arms.slice(0, 2) };
    const effective = await collected(focus, { ...all, cost: 'effective' }, two);
    expect(sums(effective, ['AWS', 'Microsoft']).reduce((a, b) => a + b)).toBeCloseTo(14.97651418586, 12);
    expect((await collected(focus, { ...all, cost: 'effective' }, want)).problem?.code).toBe(
      'billing-arm-zero',
    );
    expect(billed.values('AWS')).toHaveLength(30);
  });

  sampleTest(FOCUS_SAMPLE, 'counts usage only by default, and says what it left out', async () => {
    const got = await collected(
      focus,
      { file: FOCUS_SAMPLE, column: 'ProviderName', settle: '0h', cost: 'billed' },
      want,
    );
    expect(sums(got, ['AWS'])[0]).toBeCloseTo(20.6203386184, 12);
    expect(got.warning('billing-left-out')?.values).toMatchObject({
      kinds: ['Adjustment', 'Credit'],
      rows: [2, 1],
      amounts: [0.272, -2.6137],
    });
  });

  sampleTest(FOCUS_SAMPLE, 'warns that what was billed is effectively 0 on most lines', async () => {
    const got = await collected(
      focus,
      { file: FOCUS_SAMPLE, tag: 'environment', settle: '0h' },
      { ...want, arms: [arm('faas', 'dev'), arm('spark', 'prod')] },
    );
    expect(got.problem?.code).toBe('billing-arm-zero');
    const one = await collected(
      focus,
      { file: FOCUS_SAMPLE, tag: 'environment', settle: '0h' },
      { ...want, arms: [arm('faas', 'dev')] },
    );
    expect(one.warning('focus-effective-zero')?.values.rows).toBeGreaterThan(100);
    expect(sums(one, ['faas'])[0]).toBeCloseTo(16, 12);
  });

  sampleTest(
    FOCUS_SAMPLE,
    'tells arms apart by a tag, prints the untagged rest, and keeps " org" apart from "org"',
    async () => {
      const got = await collected(
        focus,
        { file: FOCUS_SAMPLE, tag: 'application', cost: 'billed', settle: '0h' },
        { ...want, arms: [arm('faas', 'BrightPathMatrix'), arm('spark', 'ZoomMapMax')] },
      );
      expect(sums(got, ['faas', 'spark'])[0]).toBeCloseTo(15.9580993182, 12);
      expect(sums(got, ['faas', 'spark'])[1]).toBeCloseTo(0.2302978398, 12);
      expect(got.values('spark')).toHaveLength(30);
      expect(got.values('spark').filter((value) => value === 0).length).toBeGreaterThan(10);
      expect(got.warning('billing-untagged')?.values.amount).toBeGreaterThan(2);
      const [, spaced] = await preflightOf(
        focus as never,
        { file: FOCUS_SAMPLE, tag: ' org' },
        { ...want, arms: [arm('faas', 'x'), arm('spark', 'y')] },
        context(),
      );
      expect((spaced.problem?.values.exist as string[] | undefined)?.length).toBeGreaterThan(0);
    },
  );

  sampleTest(FOCUS_SAMPLE, 'names the tags that exist where the wanted one does not', async () => {
    const got = await collected(focus, { file: FOCUS_SAMPLE, tag: 'enviroment', settle: '0h' }, want);
    expect(got.problem?.code).toBe('billing-key-absent');
    expect((got.problem?.values.exist as string[] | undefined)?.[0]).toBe('environment');
  });
});

describe('the CUR sample', () => {
  const arms = [arm('faas', '123412340534')];
  const want = wanting({ arms, window: window('2023-11-01', '2023-12-01') });
  const options = { file: CUR_SAMPLE, column: 'bill/PayerAccountId', settle: '0h', cost: 'unblended' };

  sampleTest(
    CUR_SAMPLE,
    'is read with its old column names; the day it breaks off in is held back',
    async () => {
      const got = await collected(cur, options, want);
      expect(got.problem).toBeNull();
      expect(got.values('faas')).toHaveLength(13);
      // Of the same file, by hand in DuckDB: usage that starts before 14 November.
      expect(sums(got, ['faas'])[0]).toBeCloseTo(1.5932411158, 12);
      expect(got.warning('billing-left-out')?.values).toMatchObject({
        kinds: ['Tax'],
        rows: [12],
        amounts: [0.08],
      });
      const taxed = await collected(cur, { ...options, include: ['Tax'] }, want);
      expect(taxed.warning('billing-long-lines')?.values).toMatchObject({ rows: 12, amount: 0.08 });
    },
  );

  sampleTest(CUR_SAMPLE, 'has no tags, and that is said', async () => {
    const got = await collected(cur, { file: CUR_SAMPLE, tag: 'stack', settle: '0h' }, want);
    expect(got.problem?.code).toBe('billing-key-absent');
  });
});

interface FocusLine {
  start: string;
  end?: string;
  cost: string;
  tags?: string;
  category?: string;
  class?: string;
  currency?: string;
  service?: string;
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
const HEADER =
  'ChargePeriodStart,ChargePeriodEnd,EffectiveCost,BilledCost,BillingCurrency,ChargeCategory,ChargeClass,ServiceName,BillingPeriodEnd,Tags';
const focusCsv = (lines: readonly FocusLine[]): string =>
  [
    HEADER,
    ...lines.map((line) =>
      [
        line.start,
        line.end ?? `${line.start.slice(0, 10)}T23:59:59Z`,
        line.cost,
        line.cost,
        line.currency ?? 'USD',
        line.category ?? 'Usage',
        line.class ?? 'NULL',
        line.service ?? 'Lambda',
        '2026-12-01T00:00:00Z',
        line.tags === undefined ? 'NULL' : quoted(line.tags),
      ].join(','),
    ),
    '',
  ].join('\n');

const FAAS = '{"stack": "fn-orders"}';
const SPARK = '{"user:stack": "emr-prod-3", "other": true}';
/** A week; the last line makes the export reach the end of its billing period. */
const week = (more: readonly FocusLine[] = []): FocusLine[] => [
  ...Array.from({ length: 7 }, (_, i): FocusLine[] => [
    { start: `2026-11-0${i + 1} 00:00:00`, end: `2026-11-0${i + 1} 01:00:00`, cost: '0.1', tags: FAAS },
    { start: `2026-11-0${i + 1} 01:00:00`, end: `2026-11-0${i + 1} 02:00:00`, cost: '0.2', tags: FAAS },
    {
      start: `2026-11-0${i + 1} 23:00:00`,
      end: `2026-11-0${i + 2} 00:00:00`,
      cost: `1.${i}`,
      tags: SPARK,
      service: 'EMR',
    },
  ]).flat(),
  { start: '2026-11-30T23:00:00Z', end: '2026-12-01T00:00:00Z', cost: '0', tags: '{}' },
  ...more,
];
const writeFocus = (lines: readonly FocusLine[], name = 'bill.csv') => here.write(name, focusCsv(lines));
const OPTIONS = { file: 'bill.csv', tag: 'stack' };

describe('FOCUS', () => {
  test('lines are added per day and arm, exactly, in UTC, with an exclusive end', async () => {
    await writeFocus(week());
    const got = await collected(focus, OPTIONS);
    expect(got.problem).toBeNull();
    // 0.1 + 0.2 is 0.3 and not 0.30000000000000004.
    expect(got.values('faas')).toEqual([0.3, 0.3, 0.3, 0.3, 0.3, 0.3, 0.3]);
    expect(got.values('spark')).toEqual([1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6]);
    expect(got.observations[0]).toMatchObject({
      unit: '2026-11-01T00:00:00.000Z',
      start: day('2026-11-01'),
      end: day('2026-11-02'),
      labels: {},
      estimated: false,
    });
  });

  test('compressed, in a folder, and as a pattern is the same bill', async () => {
    await writeFocus(week(), 'export/part-1.csv.gz');
    await here.write('export/manifest.json', '{}');
    for (const file of ['export', 'export/*.csv.gz', 'export/**']) {
      const got = await collected(focus, { file, tag: 'stack' });
      expect(got.values('spark')).toHaveLength(7);
    }
  });

  test('tags in a Parquet MAP and in a STRUCT, with dots and slashes in their keys, are found', async () => {
    const line = (tags: string) =>
      `SELECT TIMESTAMP '2026-11-01 00:00:00' + INTERVAL (i) DAY AS ChargePeriodStart, TIMESTAMP '2026-11-01 01:00:00' + INTERVAL (i) DAY AS ChargePeriodEnd, 0.1::DOUBLE AS EffectiveCost, 0.1::DOUBLE AS BilledCost, 'USD' AS BillingCurrency, 'Usage' AS ChargeCategory, ${tags} AS Tags FROM range(7) t(i), range(3) u(j)`;
    const keyed = { arms: [arm('faas', 'fn-orders')], window: window('2026-11-01', '2026-11-05') };
    await here.parquet('map.parquet', line("MAP {'user_app.kubernetes.io/name': 'fn-orders', 'x': 'y'}"));
    await here.parquet('struct.parquet', line("{'app.kubernetes.io/name': 'fn-orders', 'x': NULL::VARCHAR}"));
    await here.parquet('text.parquet', line(`'{"app.kubernetes.io/name": "fn-orders"}'`));
    for (const file of ['map.parquet', 'struct.parquet', 'text.parquet']) {
      const got = await collected(focus, { file, tag: 'app.kubernetes.io/name' }, wanting(keyed));
      expect(got.values('faas'), file).toEqual([0.3, 0.3, 0.3, 0.3]);
      const [absent] = await preflightOf(focus as never, { file, tag: 'name' }, wanting(keyed), context());
      expect(absent.problem?.code, file).toBe('billing-key-absent');
      expect(absent.problem?.values.exist, file).toContain(
        file === 'map.parquet' ? 'user_app.kubernetes.io/name' : 'app.kubernetes.io/name',
      );
    }
  });

  test('a day on which an arm has no line is 0 where the bill has that day, and a gap where it has not', async () => {
    const gapped = week().filter(
      ({ start, tags }) =>
        !(start.startsWith('2026-11-02') && tags === FAAS) && !start.startsWith('2026-11-05'),
    );
    await writeFocus(gapped);
    const got = await collected(focus, OPTIONS);
    const days = got.observations.filter((one) => one.arm === 'faas');
    expect(days.map(({ unit, value }) => [unit.slice(8, 10), value])).toEqual([
      ['01', 0.3],
      ['02', 0],
      ['03', 0.3],
      ['04', 0.3],
      ['06', 0.3],
      ['07', 0.3],
    ]);
  });

  test('corrections, credits and purchases are left out and counted, and come back when included', async () => {
    const tags = FAAS;
    await writeFocus(
      week([
        { start: '2026-11-01T05:00:00Z', cost: '-5', tags, class: 'Correction' },
        { start: '2026-11-01T05:00:00Z', cost: '-2.5', tags, category: 'Credit' },
        { start: '2026-11-01T05:00:00Z', cost: '100', tags, category: 'Purchase' },
      ]),
    );
    const got = await collected(focus, OPTIONS);
    expect(got.values('faas')[0]).toBe(0.3);
    expect(got.warning('billing-left-out')?.values).toMatchObject({
      kinds: ['Correction', 'Credit', 'Purchase'],
      rows: [1, 1, 1],
      amounts: [-5, -2.5, 100],
    });
    const credited = await collected(focus, { ...OPTIONS, include: ['Credit', 'Correction'] });
    expect(credited.values('faas')[0]).toBe(-7.2);
  });

  test('mixed currencies, and another one than declared, are refused', async () => {
    await writeFocus(week([{ start: '2026-11-01T05:00:00Z', cost: '1', tags: FAAS, currency: 'EUR' }]));
    expect((await collected(focus, OPTIONS)).problem).toMatchObject({
      code: 'billing-currencies-mixed',
      values: { currencies: ['EUR', 'USD'] },
    });
    const one = await collected(focus, { ...OPTIONS, where: { BillingCurrency: 'USD' } });
    expect(one.problem).toBeNull();
    expect(
      (
        await collected(
          focus,
          { ...OPTIONS, where: { BillingCurrency: 'USD' } },
          wanting({ measuredIn: 'EUR' }),
        )
      ).problem?.code,
    ).toBe('billing-currency-other');
  });

  test('what the export does not hold yet is held back', async () => {
    // Delivered in the middle of the month: its newest usage, not today, tells what is settled.
    await writeFocus(week().filter(({ start }) => start.startsWith('2026-11-0')));
    const got = await collected(focus, OPTIONS);
    expect(got.values('faas')).toHaveLength(5);
    expect(got.warning('billing-held-back')?.values.buckets).toBe(2);
    const early = await collected(focus, { ...OPTIONS, settle: '8d' });
    expect(early.problem?.code).toBe('billing-nothing-settled');
  });

  test('lines longer than a bucket take no part and are counted', async () => {
    await writeFocus(
      week([{ start: '2026-11-01T00:00:00Z', end: '2026-12-01T00:00:00Z', cost: '30', tags: FAAS }]),
    );
    const got = await collected(focus, OPTIONS);
    expect(got.values('faas')[0]).toBe(0.3);
    expect(got.warning('billing-long-lines')?.values).toMatchObject({ rows: 1, amount: 30 });
  });

  test('hours are buckets too, and services are told apart on demand', async () => {
    await writeFocus(week());
    const hours = await collected(
      focus,
      OPTIONS,
      wanting({ byMs: HOUR, window: window('2026-11-01', '2026-11-02') }),
    );
    expect(hours.values('faas')).toEqual([0.1, 0.2, 0]);
    const services = await collected(focus, OPTIONS, wanting({ query: { services: true } }));
    expect(services.observations[1]).toMatchObject({ arm: 'spark', labels: { service: 'EMR' } });
  });

  test('shared costs of no arm are reported whole to each, and the untagged rest is printed', async () => {
    await writeFocus(
      week([
        { start: '2026-11-01T05:00:00Z', cost: '8', service: 'MSK' },
        { start: '2026-11-01T05:00:00Z', cost: '2', service: 'CloudWatch' },
        { start: '2026-11-01T05:00:00Z', cost: '4', tags: '{"stack": "platform"}' },
        { start: '2026-11-01T05:00:00Z', cost: '1', tags: FAAS, service: 'MSK' },
      ]),
    );
    const shared = [
      { where: { ServiceName: 'MSK' }, by: 'records' },
      { where: { stack: 'platform' }, split: 'equal' },
    ];
    const got = await collected(focus, { ...OPTIONS, shared });
    const first = got.observations.filter(({ arm, start }) => arm === 'faas' && start === day('2026-11-01'));
    expect(first.map(({ value, labels }) => ({ value, ...labels }))).toEqual([
      { value: 1.3 },
      { value: 8, shared: 'ServiceName = MSK', by: 'records' },
      { value: 4, shared: 'stack = platform', split: 'equal' },
    ]);
    expect(got.warning('billing-untagged')?.values.amount).toBe(2);
  });

  test('what cannot be read says where', async () => {
    await writeFocus(week([{ start: '2026-11-01T05:00:00Z', cost: '1', tags: '{stack: x' }]));
    expect((await collected(focus, OPTIONS)).problem).toMatchObject({
      code: 'billing-tags-malformed',
      values: { rows: 1 },
    });
    await writeFocus(week([{ start: 'yesterday', cost: '1', tags: FAAS }]));
    expect((await collected(focus, OPTIONS)).problem).toMatchObject({
      code: 'billing-not-time',
      values: { found: 'yesterday' },
    });
    await writeFocus(week([{ start: '2026-11-01T05:00:00Z', cost: 'NULL', tags: FAAS }]));
    expect((await collected(focus, OPTIONS)).problem).toMatchObject({
      code: 'billing-no-cost',
      values: { rows: 1 },
    });
    await writeFocus(week([{ start: '2026-11-01T05:00:00Z', cost: 'much', tags: FAAS }]));
    expect((await collected(focus, OPTIONS)).problem?.values.message).toContain('much');
    await here.write('bill.csv', 'a,b\n1,2\n');
    expect((await collected(focus, OPTIONS)).problem).toMatchObject({
      code: 'file-no-column',
      values: { column: 'ChargePeriodStart' },
    });
    expect((await collected(focus, { file: 'none.csv', tag: 'stack' })).problem?.code).toBe('file-missing');
    await here.write('other/readme.md', '');
    expect((await collected(focus, { file: 'other', tag: 'stack' })).problem).toMatchObject({
      code: 'billing-no-files',
    });
  });

  test('needs exactly one of tag and column', () => {
    expect(focus.options.safeParse({ file: 'a' }).success).toBe(false);
    expect(focus.options.safeParse({ file: 'a', tag: 'a', column: 'b' }).success).toBe(false);
  });

  test('preflight says per arm how many days from when to when, and what is there instead', async () => {
    await writeFocus(week());
    const arms = [arm('faas', 'fn-orders'), arm('spark', 'emr-prod-4')];
    const found = await preflightOf(focus as never, OPTIONS, wanting({ arms }), context());
    expect(found[0]).toEqual({
      metric: 'billed',
      arm: 'faas',
      points: 7,
      fromMs: day('2026-11-01'),
      toMs: day('2026-11-08'),
      problem: null,
    });
    expect(found[1].problem).toMatchObject({
      code: 'billing-value-absent',
      values: { exist: ['emr-prod-3', 'fn-orders'] },
    });
    const late = await preflightOf(
      focus as never,
      OPTIONS,
      wanting({ window: window('2026-11-10', '2026-11-12') }),
      context(),
    );
    expect(late.map(({ problem }) => problem?.code)).toEqual(['billing-arm-zero', 'billing-arm-zero']);
  });
});

describe('FOCUS that is not what it should be', () => {
  test('a charge that ends before it begins is refused, and not counted where it happens to begin', async () => {
    await writeFocus(
      week([{ start: '2026-11-03T05:00:00Z', end: '2026-11-02T05:00:00Z', cost: '9', tags: FAAS }]),
    );
    expect((await collected(focus, OPTIONS)).problem).toMatchObject({
      code: 'billing-ends-early',
      values: { startMs: day('2026-11-03') + 5 * HOUR, endMs: day('2026-11-02') + 5 * HOUR, rows: 1 },
    });
  });

  test('an arm whose lines are all of kinds that do not count is told those kinds', async () => {
    await writeFocus(week().map((line) => (line.tags === FAAS ? { ...line, category: 'Credit' } : line)));
    expect((await collected(focus, OPTIONS)).problem).toMatchObject({
      code: 'billing-arm-left-out',
      values: { who: 'faas', kinds: ['Credit'] },
    });
  });

  test('days that are 0 for want of a line are said, and of which arm', async () => {
    await writeFocus(week().filter(({ start, tags }) => !(start.startsWith('2026-11-02') && tags === FAAS)));
    expect((await collected(focus, OPTIONS)).warning('billing-zero-filled')?.values).toMatchObject({
      who: 'faas',
      buckets: 1,
      of: 7,
    });
  });

  test('an export that was cut off on its way is no bill', async () => {
    const packed = gzipSync(focusCsv(week()));
    for (const at of [packed.length - 9, packed.length - 40, 200]) {
      await writeFile(join(here.path, 'bill.csv.gz'), packed.subarray(0, at));
      expect((await collected(focus, { ...OPTIONS, file: 'bill.csv.gz' })).problem?.code).toBe(
        'file-damaged',
      );
    }
  });
});

describe('deliveries of the same bill', () => {
  test('of AWS, named by their time: only the newest is read, and that is said', async () => {
    const base = 'export/data/BILLING_PERIOD=2026-11';
    await writeFocus(
      week().map((line) => ({ ...line, cost: '7' })),
      `${base}/2026-11-09T01:00:00.000Z-a/x.csv`,
    );
    await writeFocus(week(), `${base}/2026-11-10T01:00:00.000Z-b/x.csv`);
    const got = await collected(focus, { file: 'export', tag: 'stack' });
    expect(got.values('faas')[0]).toBe(0.3);
    expect(got.warning('billing-run-chosen')?.values).toMatchObject({
      run: '2026-11-10T01:00:00.000Z-b',
      others: 1,
    });
  });

  test('named by nothing: the one that was written last, whatever the order of their names', async () => {
    const text = (cost: string) => focusCsv(week().map((line) => ({ ...line, cost })));
    await here.write('export/20261101-20261201/z-uuid/part_0.csv', text('7'), day('2026-11-09'));
    await here.write('export/20261101-20261201/a-uuid/part_0.csv', text('2'), day('2026-11-10'));
    await here.write('export/20261101-20261201/a-uuid/part_1.csv', text('1'), day('2026-11-10'));
    const got = await collected(focus, { file: 'export', tag: 'stack' });
    expect(got.values('spark')[0]).toBe(3);
    expect(got.warning('billing-run-chosen')?.values.run).toBe('a-uuid');
  });

  test('side by side in one folder, with nothing that names a line: the days that both hold are found', async () => {
    await writeFocus(week().slice(0, 15), 'flat/until-the-5th.csv');
    await writeFocus(week(), 'flat/until-the-7th.csv');
    expect((await collected(focus, { file: 'flat', tag: 'stack' })).problem).toMatchObject({
      code: 'billing-duplicates',
      values: { rows: 15, files: 2 },
    });
    // One bill in two files, in which three charges happen to be alike, is no delivery too many.
    await writeFocus([...week().slice(0, 12), ...week().slice(0, 1)], 'split/a.csv');
    await writeFocus([...week().slice(12), ...week().slice(0, 1)], 'split/b.csv');
    expect((await collected(focus, { file: 'split', tag: 'stack' })).problem).toBeNull();
  });

  test('several periods are all read, and a single delivery of each needs no word', async () => {
    await writeFocus(week().slice(0, 9), 'export/BILLING_PERIOD=2026-10/x.csv');
    await writeFocus(week().slice(9), 'export/BILLING_PERIOD=2026-11/x.csv');
    const got = await collected(focus, { file: 'export', tag: 'stack' });
    expect(got.values('faas')).toHaveLength(7);
    expect(got.warning('billing-run-chosen')).toBeUndefined();
  });
});

describe('CUR', () => {
  const columns = [
    'identity_line_item_id',
    'line_item_usage_start_date',
    'line_item_usage_end_date',
    'line_item_line_item_type',
    'line_item_unblended_cost',
    'line_item_net_unblended_cost',
    'line_item_currency_code',
    'line_item_product_code',
    'line_item_resource_id',
    'pricing_public_on_demand_cost',
    'savings_plan_savings_plan_effective_cost',
    'savings_plan_total_commitment_to_date',
    'savings_plan_used_commitment',
    'reservation_effective_cost',
    'reservation_unused_amortized_upfront_fee_for_billing_period',
    'reservation_unused_recurring_fee',
    'bill_billing_period_end_date',
    'resource_tags_user_stack',
  ] as const;
  type Cells = Partial<Record<(typeof columns)[number], string>>;
  const ids = { last: 0 };
  const nextId = (): string => {
    ids.last += 1;
    return `l${ids.last}`;
  };
  const line = (type: string, cells: Cells): Cells => ({
    identity_line_item_id: nextId(),
    line_item_usage_start_date: '2026-11-01T00:00:00Z',
    line_item_usage_end_date: '2026-11-01T01:00:00Z',
    line_item_line_item_type: type,
    line_item_currency_code: 'USD',
    line_item_product_code: 'AmazonEC2',
    bill_billing_period_end_date: '2026-12-01T00:00:00Z',
    resource_tags_user_stack: 'fn-orders',
    ...cells,
  });
  const closing = line('Usage', {
    line_item_usage_start_date: '2026-11-30T23:00:00Z',
    line_item_usage_end_date: '2026-12-01T00:00:00Z',
    line_item_unblended_cost: '0',
    resource_tags_user_stack: '',
  });
  const csv = (lines: readonly Cells[]): string =>
    [
      columns.join(','),
      ...[...lines, closing].map((cells) => columns.map((name) => cells[name] ?? '').join(',')),
      '',
    ].join('\n');
  const LINES = [
    line('Usage', {
      line_item_unblended_cost: '1',
      line_item_net_unblended_cost: '0.9',
      pricing_public_on_demand_cost: '1',
    }),
    line('SavingsPlanCoveredUsage', {
      line_item_unblended_cost: '2',
      line_item_net_unblended_cost: '2',
      pricing_public_on_demand_cost: '2',
      savings_plan_savings_plan_effective_cost: '1.2',
    }),
    line('SavingsPlanNegation', { line_item_unblended_cost: '-2', line_item_net_unblended_cost: '-2' }),
    line('DiscountedUsage', {
      line_item_unblended_cost: '0',
      line_item_net_unblended_cost: '0',
      pricing_public_on_demand_cost: '4',
      reservation_effective_cost: '2.5',
    }),
    line('RIFee', {
      line_item_unblended_cost: '50',
      line_item_net_unblended_cost: '50',
      reservation_unused_amortized_upfront_fee_for_billing_period: '3',
      reservation_unused_recurring_fee: '4',
    }),
    line('SavingsPlanRecurringFee', {
      line_item_unblended_cost: '60',
      line_item_net_unblended_cost: '60',
      savings_plan_total_commitment_to_date: '10',
      savings_plan_used_commitment: '9',
    }),
    line('Tax', { line_item_unblended_cost: '5', line_item_net_unblended_cost: '5' }),
    line('Usage', {
      line_item_unblended_cost: '9',
      line_item_net_unblended_cost: '9',
      line_item_product_code: 'AWSSupportBusiness',
    }),
  ];
  const want = wanting({ arms: [arm('faas', 'fn-orders')], window: window('2026-11-01', '2026-11-02') });
  const options = { file: 'cur.csv', tag: 'stack' };

  test.each([
    ['amortized', 4.7],
    ['AmortizedCost', 4.7],
    ['unblended', 1],
    ['net-unblended', 0.9],
    ['list', 7],
  ])('%s is %d', async (cost, wanted) => {
    await here.write('cur.csv', csv(LINES));
    const got = await collected(cur, { ...options, cost }, want);
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toEqual([wanted]);
    expect(got.warning('billing-left-out')?.values.kinds).toEqual([
      'RIFee',
      'SavingsPlanRecurringFee',
      'Support',
      'Tax',
    ]);
  });

  test('unused commitments count as what was not used, where they are included', async () => {
    await here.write('cur.csv', csv(LINES));
    const got = await collected(cur, { ...options, include: ['RIFee', 'SavingsPlanRecurringFee'] }, want);
    expect(got.values('faas')).toEqual([12.7]);
  });

  test('unblended costs under a commitment are doubted; a cost that the export lacks is refused', async () => {
    await here.write('cur.csv', csv(LINES));
    const doubted = await collected(cur, { ...options, cost: 'unblended' }, want);
    expect(doubted.warning('cur-unblended-commitments')?.values).toMatchObject({ rows: 2, of: 4 });
    const net = await collected(cur, { ...options, cost: 'net-amortized' }, want);
    expect(net.problem).toMatchObject({ code: 'billing-no-cost' });
    expect(net.problem?.values.kinds).toContain('SavingsPlanCoveredUsage');
  });

  test('the same lines in two files are refused, not counted twice', async () => {
    await here.write('cur/a.csv', csv(LINES));
    await here.write('cur/b.csv', csv(LINES));
    expect((await collected(cur, { ...options, file: 'cur' }, want)).problem).toMatchObject({
      code: 'billing-duplicates',
      values: { rows: 8, files: 2 },
    });
  });

  test('CUR 2.0 in Parquet has its tags in a MAP, with normalised keys', async () => {
    await here.parquet(
      'cur/x.snappy.parquet',
      `SELECT 'l' || i AS identity_line_item_id, TIMESTAMP '2026-11-01 00:00:00' AS line_item_usage_start_date, TIMESTAMP '2026-11-01 01:00:00' AS line_item_usage_end_date, 'Usage' AS line_item_line_item_type, 0.1::DOUBLE AS line_item_unblended_cost, 'USD' AS line_item_currency_code, 'AWSLambda' AS line_item_product_code, TIMESTAMP '2026-11-01 01:00:00' AS bill_billing_period_end_date, MAP {'user_cost_center': 'fn-orders'} AS resource_tags FROM range(3) t(i)`,
    );
    const got = await collected(cur, { file: 'cur', tag: 'CostCenter' }, want);
    expect(got.problem).toBeNull();
    expect(got.values('faas')).toEqual([0.3]);
  });

  test('tags of the old report are columns', async () => {
    await here.write('old.csv', csv(LINES).replace('resource_tags_user_stack', 'resourceTags/user:stack'));
    expect((await collected(cur, { file: 'old.csv', tag: 'stack' }, want)).values('faas')).toEqual([4.7]);
    const [absent] = await preflightOf(cur as never, { file: 'old.csv', tag: 'stacks' }, want, context());
    expect(absent.problem).toMatchObject({ code: 'billing-key-absent', values: { exist: ['user:stack'] } });
  });
});
