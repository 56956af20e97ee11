/** What else the files of an export tell: lines that stand twice, and which tags there are. */
import type { Sandbox } from '../file/duckdb.js';
import { type Columns, tableOf } from './columns.js';
import { Bound, selectorSql } from './export-conditions.js';
import type { Asked, Layout } from './export-lines.js';
import type { ExportOptions } from './export-options.js';

/** One file, and where it has what is needed. */
export interface Part {
  readonly file: string;
  readonly columns: Columns;
  readonly layout: Layout;
}

const linesSql = (
  bound: Bound,
  { file, columns, layout }: Part,
  asked: Asked,
  identity: string,
  index: number,
): string => {
  const { value } = selectorSql(file, columns, layout, asked.options);
  const values = asked.values.map((one) => bound.text(one)).join(', ');
  return `SELECT ${index} AS file, ${identity} AS id FROM ${tableOf(file)} AS line WHERE ${value} IN (${values})`;
};

/** Lines of the arms that stand more than once in the files, by what names a line. */
const countNamedTwice = async (sandbox: Sandbox, parts: readonly Part[], asked: Asked): Promise<number> => {
  const bound = new Bound();
  const selected = parts.map((part, i) => linesSql(bound, part, asked, part.layout.identity as string, i));
  const sql = `SELECT CAST(count(id) - count(DISTINCT id) AS DOUBLE) FROM (${selected.join(' UNION ALL ')})`;
  return (await sandbox.column(sql, bound.parameters))[0] as number;
};

/**
 * Where nothing names a line: lines of one file that stand in another with every column the same. Two charges may be
 * alike by chance; half of a file is none. Files that were split have next to none, deliveries of the same month all but
 * the newest days.
 */
const countInTwoFiles = async (sandbox: Sandbox, parts: readonly Part[], asked: Asked): Promise<number> => {
  if (parts.length < 2) return 0;
  const bound = new Bound();
  const whole = 'md5(CAST(to_json(line) AS VARCHAR))';
  const selected = parts.map((part, i) => linesSql(bound, part, asked, whole, i)).join(' UNION ALL ');
  const sql = `WITH lines AS MATERIALIZED (${selected}),
    again AS (SELECT id, count(DISTINCT file) - 1 AS more FROM lines GROUP BY id HAVING count(DISTINCT file) > 1),
    files AS (SELECT file, count(*) AS lines, count(*) FILTER (id IN (SELECT id FROM again)) AS shared FROM lines GROUP BY file)
    SELECT CAST(CASE WHEN (SELECT count(*) FROM files WHERE shared > 2 AND shared * 2 >= lines) > 0 THEN coalesce(sum(more), 0) ELSE 0 END AS DOUBLE) FROM again`;
  return (await sandbox.column(sql, bound.parameters))[0] as number;
};

/** Lines of the arms that are there more than once: an older delivery lies beside the newest. */
export async function countDuplicates(
  sandbox: Sandbox,
  parts: readonly Part[],
  asked: Asked,
): Promise<number> {
  const named = parts.filter(({ layout }) => layout.identity !== null);
  if (named.length > 0) return countNamedTwice(sandbox, named, asked);
  return countInTwoFiles(sandbox, parts, asked);
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
