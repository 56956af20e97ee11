/** SQL over one file. Values are bound, identifiers quoted; every column is read as text. */
import type { Columns, Condition, Format } from './query.js';

export const identifier = (name: string): string => `"${name.replaceAll('"', '""')}"`;
/** For table functions and settings, whose arguments cannot be bound. */
export const literal = (text: string): string => `'${text.replaceAll("'", "''")}'`;

/** The path as a pattern that matches it alone: DuckDB takes every path as a pattern. */
export const exactly = (path: string): string => path.replace(/[[*?]/gu, '[$&]');

const CSV_OPTIONS = [
  'all_varchar=true',
  'header=true',
  "quote='\"'",
  "escape='\"'",
  "comment=''",
  "nullstr=['', 'NULL', 'null', '\\N']",
].join(', ');

/** Names of the columns; `whole`: JSON keys that only later rows have are found too. */
export const describeSql = (path: string, format: Format, whole: boolean): string => {
  if (format === 'json' || format === 'ndjson') {
    const sample = whole ? ', sample_size=-1' : '';
    return `DESCRIBE SELECT * FROM read_json(${literal(exactly(path))}, format=${literal(jsonFormat(format))}${sample})`;
  }
  return `DESCRIBE SELECT * FROM ${tableSql(path, format, [])}`;
};

/** The first line of a CSV, as it stands. */
export const headerSql = (path: string): string =>
  `SELECT line FROM read_csv(${literal(exactly(path))}, auto_detect=false, header=false, delim='\x01', quote='', escape='', columns={'line': 'VARCHAR'}) LIMIT 1`;

/** Reads the whole CSV by its header alone: nothing is guessed, so that a row that does not fit is named. */
export const countSeparatedSql = (path: string, separator: string, columns: number): string => {
  const types = Array.from({ length: columns }, (_, i) => `'c${i}': 'VARCHAR'`).join(', ');
  return `SELECT CAST(count(*) AS DOUBLE) FROM read_csv(${literal(exactly(path))}, ${CSV_OPTIONS}, auto_detect=false, delim=${literal(separator)}, columns={${types}})`;
};

const jsonFormat = (format: Format): string => (format === 'ndjson' ? 'newline_delimited' : 'auto');

/** The file as a table that has at least these columns. */
export const tableSql = (path: string, format: Format, columns: readonly string[]): string => {
  if (format === 'csv') return `read_csv(${literal(exactly(path))}, ${CSV_OPTIONS})`;
  if (format === 'parquet') return `read_parquet(${literal(exactly(path))})`;
  const types = columns.map((name) => `${literal(name)}: 'VARCHAR'`).join(', ');
  return `read_json(${literal(exactly(path))}, format=${literal(jsonFormat(format))}, columns={${types}})`;
};

const text = (column: string): string => `CAST(${identifier(column)} AS VARCHAR)`;

/** Numbers and booleans are compared as such, since 1, 1.0 and '1' are one value in one format or another. */
export const conditionSql = ({ column, equals }: Condition, parameter: number): string => {
  if (equals === null) return `${identifier(column)} IS NULL`;
  if (typeof equals === 'number') return `TRY_CAST(${text(column)} AS DOUBLE) = $${parameter}`;
  if (typeof equals === 'boolean') return `TRY_CAST(${text(column)} AS BOOLEAN) = $${parameter}`;
  return `${text(column)} = $${parameter}`;
};

export interface Statement {
  readonly sql: string;
  readonly parameters: (string | number | boolean)[];
}

export const whereSql = (conditions: readonly Condition[]): Statement => {
  const parameters: (string | number | boolean)[] = [];
  const parts = conditions.map((condition) => {
    if (condition.equals !== null) parameters.push(condition.equals);
    return conditionSql(condition, parameters.length);
  });
  return { sql: parts.length === 0 ? '' : ` WHERE ${parts.join(' AND ')}`, parameters };
};

const COLUMN_ORDER = ['value', 'unit', 'time', 'end', 'n'] as const;

/** Number of the row in its file (from 1), then value, unit, time, end and n, NULL where not asked for. */
export const rowsSql = (table: string, columns: Columns, conditions: readonly Condition[]): Statement => {
  const selected = COLUMN_ORDER.map((name) => {
    const column = columns[name];
    return `${column === null ? 'NULL' : text(column)} AS ${identifier(`${name} `)}`;
  });
  const where = whereSql(conditions);
  // The row number is taken before rows are selected, so that a problem names the row that a person would find.
  const numbered = `SELECT CAST(row_number() OVER () AS DOUBLE) AS ${identifier('row ')}, * FROM ${table}`;
  return {
    sql: `SELECT ${identifier('row ')}, ${selected.join(', ')} FROM (${numbered})${where.sql}`,
    parameters: where.parameters,
  };
};

export const countSql = (table: string, conditions: readonly Condition[]): Statement => {
  const where = whereSql(conditions);
  return { sql: `SELECT CAST(count(*) AS DOUBLE) FROM ${table}${where.sql}`, parameters: where.parameters };
};

/** Type of a column, as DuckDB names it. */
export const typesSql = (table: string, column: string): string =>
  `SELECT column_type FROM (DESCRIBE SELECT ${identifier(column)} FROM ${table})`;

/** Values of a column, most frequent first. */
export const valuesSql = (table: string, column: string): string =>
  `SELECT ${text(column)} AS ${identifier('value ')} FROM ${table} WHERE ${identifier(column)} IS NOT NULL ` +
  `GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1000`;

/** What `validate` prints: the question without the machinery. */
export const readableSql = (file: string, columns: Columns, conditions: readonly Condition[]): string => {
  const selected = COLUMN_ORDER.flatMap((name) => {
    const column = columns[name];
    return column === null ? [] : [`${identifier(column)} AS ${name}`];
  });
  const shown = conditions.map(({ column, equals }) =>
    equals === null
      ? `${identifier(column)} IS NULL`
      : `${identifier(column)} = ${typeof equals === 'string' ? literal(equals) : String(equals)}`,
  );
  const where = shown.length === 0 ? '' : ` WHERE ${shown.join(' AND ')}`;
  return `SELECT ${selected.join(', ')} FROM ${literal(file)}${where}`;
};
