import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { foldUnits } from '../../src/collect/derive/units.js';
import { sources } from '../../src/collect/index.js';
import type { Observation } from '../../src/model/evidence.js';
import type { Fold } from '../../src/model/experiment.js';
import type { Want } from '../../src/model/ports.js';
import { context, want } from './fixtures.js';

const folder = mkdtempSync(join(tmpdir(), 'stacktrial-buckets-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const io = context({ folder });
const FROM = Date.UTC(2026, 10, 1, 0, 2);
const window = { fromMs: FROM, toMs: FROM + 3_600_000, warmupMs: 0, settleMs: 0 };

/** 5,000 rows over 80 minutes, some without a value; the same as Parquet and, to be read row by row, as CSV. */
const write = async (): Promise<void> => {
  const { DuckDBInstance } = await import('@duckdb/node-api');
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const select = `SELECT CASE WHEN i % 3 = 0 THEN 'a' ELSE 'b' END AS arm,
    CASE WHEN i % 1998 = 0 THEN NULL ELSE (hash(i) % 100000)::DOUBLE / 7 END AS seconds,
    TIMESTAMP '2026-11-01 00:00:00' + to_milliseconds(CAST(i * 960 AS BIGINT)) AS started FROM range(5000) t(i)`;
  await connection.run(`COPY (${select}) TO '${join(folder, 'rows.parquet')}' (FORMAT parquet)`);
  await connection.run(`COPY (${select}) TO '${join(folder, 'rows.csv')}' (FORMAT csv)`);
  connection.closeSync();
  instance.closeSync();
};
const written = write();

const read = async (file: string, fold: Fold, query: object = {}): Promise<Observation[]> => {
  await written;
  const over: Partial<Want> = { byMs: 300_000, fold, window, unit: null };
  const [asked] = sources.file.ask(
    {},
    want({ file, arm: 'arm', value: 'seconds', time: 'started', ...query }, over),
  );
  const found: Observation[] = [];
  for await (const one of sources.file.fetch({}, asked, io)) found.push(one);
  return found;
};

const folded = (found: readonly Observation[], fold: Fold) => {
  const points = found.map((one) => ({ ...one, series: '', order: 0, item: one.unit }));
  const units = foldUnits(points, fold, 300_000, window, { metric: 'seconds', arm: 'a' });
  return [...(units as ReadonlyMap<string, { value: number | null }>)].map(
    ([unit, { value }]) => [unit, value] as const,
  );
};

describe('time buckets that DuckDB folds', () => {
  test.each(['sum', 'mean', 'max', 'min'] as const)(
    '%s is what the rows one by one come to',
    async (kind) => {
      const one = await read('rows.csv', { kind });
      const many = await read('rows.parquet', { kind });
      expect(one.length).toBeGreaterThan(1000);
      expect(many.length).toBeLessThan(15);
      const expected = folded(one, { kind });
      const found = folded(many, { kind });
      // Only whole buckets; one in which a value is missing has none.
      expect(found.map(([unit]) => unit)).toEqual(expected.map(([unit]) => unit));
      expect(found.filter(([, value]) => value === null).length).toBeGreaterThan(0);
      for (const [i, [, value]] of expected.entries())
        if (value === null) expect(found[i][1]).toBeNull();
        else expect((found[i][1] as number) / value).toBeCloseTo(1, 12);
    },
  );

  test('a quantile, and units with names, need every point', async () => {
    expect((await read('rows.parquet', { kind: 'quantile', q: 0.9 })).length).toBeGreaterThan(1000);
    expect((await read('rows.parquet', { kind: 'sum' }, { unit: 'started' })).length).toBeGreaterThan(1000);
  });
});
