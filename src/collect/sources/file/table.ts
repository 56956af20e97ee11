/** One file as a table: its format, the columns it must have, and why no row of it was selected. */
import { reason } from '../../../model/reason.js';
import { nearestFirst } from '../../nearest.js';
import { SourceProblem } from '../../source-problem.js';
import type { Sandbox } from './duckdb.js';
import type { Condition, FileQuery, Format, Rival } from './query.js';
import {
  countSeparatedSql,
  countSql,
  describeSql,
  exactly,
  headerSql,
  literal,
  tableSql,
  valuesSql,
} from './sql.js';

const BY_NAME: readonly [RegExp, Format][] = [
  [/\.(?:csv|tsv|txt)(?:\.gz)?$/iu, 'csv'],
  [/\.(?:ndjson|jsonl)(?:\.gz)?$/iu, 'ndjson'],
  [/\.json(?:\.gz)?$/iu, 'json'],
  [/\.(?:parquet|pq)$/iu, 'parquet'],
];

const formatOf = (path: string, query: FileQuery): Format => {
  const format = query.format ?? BY_NAME.find(([name]) => name.test(path))?.[1];
  if (format === undefined) throw new SourceProblem(reason('file-format-unknown', { file: path }));
  return format;
};

const SEPARATORS = [',', ';', '\t', '|'];

/**
 * Where no separator fits every row, DuckDB guesses that the file has one column, or says that it found none.
 * @throws SourceProblem with the first row that does not fit the header
 */
const refuseOddRows = async (sandbox: Sandbox, path: string): Promise<void> => {
  const header = String((await sandbox.column(headerSql(path)))[0] ?? '').replace(/"[^"]*"/gu, '');
  const counts = SEPARATORS.map((separator) => ({ separator, columns: header.split(separator).length }));
  const { separator, columns } = counts.reduce((a, b) => (b.columns > a.columns ? b : a));
  if (columns > 1) await sandbox.column(countSeparatedSql(path, separator, columns));
};

const namesOfCsv = async (sandbox: Sandbox, path: string): Promise<string[]> => {
  try {
    const names = (await sandbox.column(describeSql(path, 'csv', false))) as string[];
    if (names.length === 1) await refuseOddRows(sandbox, path);
    return names;
  } catch (error) {
    await refuseOddRows(sandbox, path);
    throw error;
  }
};

const columnNames = async (sandbox: Sandbox, path: string, format: Format, wanted: readonly string[]) => {
  if (format === 'csv') return namesOfCsv(sandbox, path);
  const names = (await sandbox.column(describeSql(path, format, false))) as string[];
  const complete = wanted.every((name) => names.includes(name));
  if (complete || format === 'parquet') return names;
  return (await sandbox.column(describeSql(path, format, true))) as string[];
};

/** SQL of the table. @throws SourceProblem naming the columns that exist where one of `wanted` does not. */
export async function openTable(sandbox: Sandbox, path: string, query: FileQuery, wanted: readonly string[]) {
  const format = formatOf(path, query);
  const names = await columnNames(sandbox, path, format, wanted);
  const missing = wanted.find((name) => !names.includes(name));
  if (missing !== undefined) {
    if (await isEmpty(sandbox, path, format, names))
      throw new SourceProblem(reason('file-empty', { file: path }));
    // DuckDB's name for values that are no objects.
    if (format.endsWith('json') && names.length === 1 && names[0] === 'json')
      throw new SourceProblem(reason('file-not-objects', { file: path }));
    const exist = nearestFirst(missing, names);
    throw new SourceProblem(reason('file-no-column', { file: path, column: missing, exist }));
  }
  return tableSql(path, format, [...new Set(wanted)]);
}

/** Nothing in it that could have a column: 0 bytes, or no JSON object. A CSV that has a header is not empty. */
const isEmpty = async (sandbox: Sandbox, path: string, format: Format, names: readonly string[]) => {
  if (format === 'parquet') return false;
  if (format === 'csv' && names.length > 1) return false;
  if (format === 'csv') {
    const raw = `read_csv(${literal(exactly(path))}, header=false, all_varchar=true)`;
    return (await sandbox.column(`SELECT CAST(count(*) AS DOUBLE) FROM ${raw}`))[0] === 0;
  }
  const [rows] = await sandbox.column(countSql(tableSql(path, format, names), []).sql);
  return rows === 0;
};

/** How many rows the conditions select: reads the whole file, so that one that cannot be read says so here. */
export async function countRows(
  sandbox: Sandbox,
  table: string,
  conditions: readonly Condition[],
): Promise<number> {
  const { sql, parameters } = countSql(table, conditions);
  return (await sandbox.column(sql, parameters))[0] as number;
}

/** The table with these columns too; null where it has not all of them, so that no row can meet a condition on them. */
const withColumns = async (sandbox: Sandbox, path: string, query: FileQuery, wanted: readonly string[]) => {
  try {
    return await openTable(sandbox, path, query, wanted);
  } catch (error) {
    if (error instanceof SourceProblem && error.reason.code === 'file-no-column') return null;
    throw error;
  }
};

/** A row of two arms would make a part of one arm the other's result. @throws SourceProblem `file-arms-overlap` */
export async function refuseSharedRows(
  sandbox: Sandbox,
  path: string,
  query: FileQuery,
  conditions: readonly Condition[],
  rivals: readonly Rival[],
): Promise<void> {
  for (const rival of rivals) {
    const both = [...conditions, ...rival.conditions];
    const table = await withColumns(
      sandbox,
      path,
      query,
      both.map(({ column }) => column),
    );
    const rows = table === null ? 0 : await countRows(sandbox, table, both);
    if (rows > 0)
      throw new SourceProblem(reason('file-arms-overlap', { file: path, rows, other: rival.name }));
  }
}

/** Why these conditions selected no row of these tables: which of them never holds, and what is there instead. */
export async function whyNoRows(
  sandbox: Sandbox,
  tables: readonly string[],
  conditions: readonly Condition[],
  file: string,
): Promise<SourceProblem> {
  const rows = async (selected: readonly Condition[]): Promise<number> => {
    let sum = 0;
    for (const table of tables) sum += await countRows(sandbox, table, selected);
    return sum;
  };
  if ((await rows([])) === 0) return new SourceProblem(reason('file-empty', { file }));
  for (const condition of conditions) {
    if ((await rows([condition])) > 0) continue;
    const values = new Set<string>();
    for (const table of tables)
      for (const value of await sandbox.column(valuesSql(table, condition.column)))
        values.add(value as string);
    const wanted = String(condition.equals);
    return new SourceProblem(
      reason('file-value-absent', {
        file,
        column: condition.column,
        wanted,
        exist: nearestFirst(wanted, values),
      }),
    );
  }
  const all = conditions.map(({ column, equals }) => `${column} = ${String(equals)}`);
  return new SourceProblem(reason('file-no-row', { file, conditions: all }));
}
