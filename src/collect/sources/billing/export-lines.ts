/** The lines of an export, added up by DuckDB as exact decimals: per charge period, arm, kind of charge, currency. */
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';
import { timeOf } from '../file/cell.js';
import type { Sandbox } from '../file/duckdb.js';
import { type Columns, tableOf } from './columns.js';
import { Decimal } from './decimal.js';
import { Bound, selectorSql, sharedSql, whereSql } from './export-conditions.js';
import type { ExportOptions, ExportQuery } from './export-options.js';

/** Where one file has what is needed, as SQL over its columns. */
export interface Layout {
  /** The charge period, in whatever type; the end is exclusive. */
  readonly start: string;
  readonly end: string;
  /** DECIMAL(38, 18) */
  readonly cost: string;
  /** What kind of charge it is: Usage, Credit, Tax … */
  readonly kind: string;
  readonly currency: string;
  readonly service: string;
  /** End of the billing period, in whatever type: an export that reaches it is whole. */
  readonly closes: string;
  /** Lines of which the cost is hard to believe, among those where it could be told. */
  readonly doubtful: string;
  readonly comparable: string;
  /** What names a line; null where the format has nothing that does. */
  readonly identity: string | null;
  /** Columns that may hold all tags. */
  readonly tagColumns: readonly string[];
}

export interface Line {
  readonly startMs: number;
  readonly endMs: number;
  /** Value of the selector if it is one that was asked for; '' for none; null for any other. */
  readonly value: string | null;
  /** Index of the rule under `shared` that it falls under. */
  readonly shared: number | null;
  readonly kind: string;
  readonly currency: string;
  readonly service: string | null;
  readonly closesMs: number | null;
  readonly amount: Decimal;
  readonly rows: number;
  /** Rows without a cost. */
  readonly empty: number;
  readonly doubtful: number;
  readonly comparable: number;
  readonly malformed: number;
}

export interface Asked {
  readonly options: ExportOptions;
  readonly query: ExportQuery;
  /** Values of the arms. */
  readonly values: readonly string[];
  readonly metric: string;
}

const instant = (file: string, text: string | null, column: string): number => {
  const ms = text === null ? undefined : timeOf(text);
  if (ms === undefined)
    throw new SourceProblem(reason('billing-not-time', { file, column, found: text?.slice(0, 60) ?? null }));
  return ms;
};

/** The sums of one file. */
export async function linesOf(
  sandbox: Sandbox,
  file: string,
  columns: Columns,
  layout: Layout,
  asked: Asked,
): Promise<readonly Line[]> {
  const bound = new Bound();
  const { value, malformed } = selectorSql(file, columns, layout, asked.options);
  const values = asked.values.map((one) => bound.text(one)).join(', ');
  const service = asked.query.services === true ? layout.service : 'CAST(NULL AS VARCHAR)';
  const shared = sharedSql(bound, file, columns, 'selector', asked);
  const where = whereSql(bound, file, columns, asked);
  const inner = `SELECT *, ${value} AS selector, ${malformed} AS malformed, ${layout.cost} AS amount FROM ${tableOf(file)}${where}`;
  const sums = [
    `${layout.start} AS a`,
    `${layout.end} AS b`,
    `CASE WHEN selector IN (${values}) THEN selector WHEN selector IS NULL THEN '' END AS c`,
    `CAST(${shared} AS VARCHAR) AS d`,
    `${layout.kind} AS e`,
    `${layout.currency} AS f`,
    `${service} AS g`,
    `${layout.closes} AS h`,
    'CAST(coalesce(sum(amount), 0) AS VARCHAR) AS i',
    ...['true', 'amount IS NULL', layout.doubtful, layout.comparable, 'malformed'].map(
      (test, index) => `CAST(count(*) FILTER (WHERE ${test}) AS VARCHAR) AS n${index}`,
    ),
  ];
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'n0', 'n1', 'n2', 'n3', 'n4'];
  const all = names.map((name) => `CAST(${name} AS VARCHAR)`).join(', ');
  const sql = `SELECT CAST(to_json([${all}]) AS VARCHAR) FROM (SELECT ${sums.join(', ')} FROM (${inner}) GROUP BY ALL)`;
  return (await sandbox.column(sql, bound.parameters)).map((row): Line => {
    const [a, b, c, d, e, f, g, h, i, ...counts] = JSON.parse(row as string) as (string | null)[];
    const [rows, empty, doubtful, comparable, broken] = counts.map(Number);
    const amount = Decimal.parse(i ?? '') ?? Decimal.ZERO;
    const startMs = instant(file, a, 'start of the charge period');
    const endMs = instant(file, b, 'end of the charge period');
    if (endMs < startMs)
      throw new SourceProblem(
        reason('billing-ends-early', { file, startMs, endMs, rows: Number(counts[0]) }),
      );
    const shares = {
      value: c,
      shared: d === null ? null : Number(d),
      kind: e ?? 'none',
      currency: f ?? 'none',
    };
    const closesMs = h === null ? null : instant(file, h, 'end of the billing period');
    return {
      startMs,
      endMs,
      ...shares,
      service: g,
      closesMs,
      amount,
      rows,
      empty,
      doubtful,
      comparable,
      malformed: broken,
    };
  });
}
