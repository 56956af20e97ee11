/**
 * Time buckets folded by DuckDB, where a fold of a fold is the same (sum, mean with its weight, largest, smallest):
 * what leaves the file is a value per bucket, and not ten million points. Only of columns that are times and numbers by
 * type (Parquet): text is read row by row, so that the one that is wrong can be named.
 */
import type { Observation } from '../../../model/evidence.js';
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { bucketName } from '../../derive/bucket.js';
import { SourceProblem } from '../../source-problem.js';
import type { Sandbox } from './duckdb.js';
import type { Columns, Condition } from './query.js';
import type { Seen } from './rows.js';
import { identifier, typesSql, whereSql } from './sql.js';

const FOLDS: Readonly<Record<string, string>> = { sum: 'fsum', mean: 'favg', max: 'max', min: 'min' };
const TIME = /^(TIMESTAMP(_S|_MS|_NS)?|TIMESTAMP WITH TIME ZONE|DATE)$/u;
const NUMBER = /^(DOUBLE|FLOAT|TINYINT|SMALLINT|INTEGER|UTINYINT|USMALLINT|UINTEGER)$/u;

/** Whether the metric asks for such buckets; what the columns are is seen when the file is open. */
export const isFoldable = ({ byMs, fold }: Want, { unit, time, end, n }: Columns): boolean =>
  byMs !== null &&
  unit === null &&
  time !== null &&
  end === null &&
  n === null &&
  Object.hasOwn(FOLDS, fold.kind);

export const hasTypes = async (
  sandbox: Sandbox,
  table: string,
  { time, value }: Columns,
): Promise<boolean> => {
  const of = async (name: string): Promise<string> =>
    (await sandbox.column(typesSql(table, name)))[0] as string;
  return TIME.test(await of(time as string)) && NUMBER.test(await of(value));
};

/** Observations of one file: one per bucket. A bucket in which a value is missing has none. */
export async function* buckets(
  sandbox: Sandbox,
  file: string,
  table: string,
  want: Want,
  columns: Columns,
  conditions: readonly Condition[],
  seen: Seen,
): AsyncGenerator<Observation> {
  const { metric, window, arms } = want;
  const width = want.byMs as number;
  const time = identifier(columns.time as string);
  const value = `CAST(${identifier(columns.value)} AS DOUBLE)`;
  const where = whereSql(conditions);
  const at = `epoch_ms(CAST(${time} AS TIMESTAMP))`;
  const bare = `SELECT ${at} AS started_ms, ${value} AS value FROM ${table}${where.sql}`;
  const isMissing = 'value IS NULL OR isnan(value)';
  const sql = `SELECT CAST(floor(started_ms / ${width}) * ${width} AS DOUBLE) AS start, ${FOLDS[want.fold.kind]}(value) AS value,
    CAST(count(*) AS DOUBLE) AS n, CAST(count(*) FILTER (${isMissing}) AS DOUBLE) AS missing,
    CAST(count(*) FILTER (isinf(value)) AS DOUBLE) AS infinite, CAST(min(started_ms) AS DOUBLE) AS first, CAST(max(started_ms) AS DOUBLE) AS last
    FROM (${bare}) GROUP BY 1 ORDER BY 1`;
  for (const [start, folded, n, missing, infinite, first, last] of await sandbox.rows(
    sql,
    where.parameters,
  )) {
    if (start === null)
      throw new SourceProblem(
        reason('file-not-time', { file, row: null, column: columns.time, found: null }),
      );
    if ((infinite as number) > 0)
      throw new SourceProblem(
        reason('file-not-number', { file, row: null, column: columns.value, found: 'infinity' }),
      );
    seen.rows += n as number;
    seen.at(first as number);
    seen.at(last as number);
    const from = start as number;
    if (window !== null && (from + width <= window.fromMs || from >= window.toMs)) continue;
    seen.kept += n as number;
    seen.withValue += (n as number) - (missing as number);
    const isComplete = missing === 0;
    yield {
      metric,
      arm: arms[0].name,
      unit: bucketName(from),
      start: from,
      end: from + width,
      value: isComplete ? (folded as number) : null,
      n: n as number,
      estimated: false,
      labels: {},
    };
  }
}
