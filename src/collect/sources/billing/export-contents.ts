/** What else the files of an export tell: lines that stand twice, and which tags there are. */
import type { Sandbox } from '../file/duckdb.js';
import { type Columns, tableOf } from './columns.js';
import { type Asked, Bound, type Layout, selectorSql } from './export-lines.js';
import type { ExportOptions } from './export-options.js';

/** One file, and where it has what is needed. */
export interface Part {
  readonly file: string;
  readonly columns: Columns;
  readonly layout: Layout;
}

/** Lines of the arms that stand more than once in the files: an older delivery lies beside the newest. */
export async function countDuplicates(
  sandbox: Sandbox,
  parts: readonly Part[],
  asked: Asked,
): Promise<number> {
  const named = parts.filter(({ layout }) => layout.identity !== null);
  if (named.length === 0) return 0;
  const bound = new Bound();
  const selected = named.map(({ file, columns, layout }) => {
    const { value } = selectorSql(file, columns, layout, asked.options);
    const values = asked.values.map((one) => bound.text(one)).join(', ');
    return `SELECT ${layout.identity} AS id FROM ${tableOf(file)} WHERE ${value} IN (${values})`;
  });
  const sql = `SELECT CAST(count(id) - count(DISTINCT id) AS DOUBLE) FROM (${selected.join(' UNION ALL ')})`;
  return (await sandbox.column(sql, bound.parameters))[0] as number;
}

const LARGEST_LIST = 1_000;

/** Values of the selector, and keys of tags, that the files have; the most frequent first. */
export async function whatExists(
  sandbox: Sandbox,
  parts: readonly Part[],
  options: ExportOptions,
): Promise<{ readonly values: readonly string[]; readonly keys: readonly string[] }> {
  const values = new Set<string>();
  const keys = new Set<string>();
  const listed = (expression: string, file: string): string =>
    `SELECT one FROM (SELECT ${expression} AS one FROM ${tableOf(file)}) WHERE one IS NOT NULL GROUP BY one ORDER BY count(*) DESC, one LIMIT ${LARGEST_LIST}`;
  for (const { file, columns, layout } of parts) {
    const sql = selectorSql(file, columns, layout, options);
    for (const value of await sandbox.column(listed(sql.value, file))) values.add(value as string);
    for (const key of await sandbox.column(listed(`unnest(${sql.keys})`, file))) keys.add(key as string);
  }
  return { values: [...values], keys: [...keys] };
}
