/** One file as a table: its format, the columns it must have, and why no row of it was selected. */
import { reason } from '../../../model/reason.js';
import { nearestFirst } from '../../nearest.js';
import { SourceProblem } from '../../source-problem.js';
import type { Sandbox } from './duckdb.js';
import type { Condition, FileQuery, Format } from './query.js';
import { countSql, describeSeparatedSql, describeSql, exactly, literal, tableSql, valuesSql } from './sql.js';

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

const columnNames = async (sandbox: Sandbox, path: string, format: Format, wanted: readonly string[]) => {
  const names = (await sandbox.column(describeSql(path, format, false))) as string[];
  const separator = /[,;\t|]/u.exec(names[0] ?? '');
  // One column called "a,b,c": the rows fit no separator, and asking for it makes the reader say where.
  if (format === 'csv' && names.length === 1 && separator !== null)
    await sandbox.column(describeSeparatedSql(path, separator[0]));
  const complete = wanted.every((name) => names.includes(name));
  if (complete || format === 'csv' || format === 'parquet') return names;
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
