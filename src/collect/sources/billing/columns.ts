/** The columns of one file of an export, found by name whatever the spelling, and the tags in them. */
import type { Sandbox } from '../file/duckdb.js';
import { identifier, literal, tableSql } from '../file/sql.js';

export interface Column {
  readonly name: string;
  /** As DuckDB has it: VARCHAR, MAP(VARCHAR, VARCHAR), STRUCT(…) … */
  readonly type: string;
}

/** `lineItem/UnblendedCost`, `line_item_unblended_cost` and `LineItemUnblendedCost` are one. */
export const plainName = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/gu, '');

export class Columns {
  readonly all: readonly Column[];
  readonly #byName: ReadonlyMap<string, Column>;

  constructor(all: readonly Column[]) {
    this.all = all;
    this.#byName = new Map(all.map((column) => [plainName(column.name), column]));
  }

  find(name: string): Column | undefined {
    return this.all.find((column) => column.name === name) ?? this.#byName.get(plainName(name));
  }

  /** SQL of the column as text, NULL where the file has no such column. */
  text(name: string): string {
    const column = this.find(name);
    return column === undefined ? 'CAST(NULL AS VARCHAR)' : `CAST(${identifier(column.name)} AS VARCHAR)`;
  }

  /** SQL of the column as it is: cheaper to group by than its text. */
  raw(name: string): string {
    const column = this.find(name);
    return column === undefined ? 'CAST(NULL AS VARCHAR)' : identifier(column.name);
  }

  /** SQL of the column as an approximate number, where nothing is added up. */
  rough(name: string): string {
    return `TRY_CAST(${this.raw(name)} AS DOUBLE)`;
  }

  /**
   * SQL of the column as an exact amount. A double has 15 digits that mean something, which is what is taken of it:
   * three lines of 0.1 are 0.3. Going through its text would give the same and take ten times as long (measured).
   */
  amount(name: string): string {
    const type = this.find(name)?.type ?? 'VARCHAR';
    const value =
      type === 'DOUBLE'
        ? `CAST(${this.raw(name)} AS DECIMAL(38, 15))`
        : type.startsWith('DECIMAL')
          ? this.raw(name)
          : this.text(name);
    return `CAST(${value} AS DECIMAL(38, 18))`;
  }
}

export const tableOf = (file: string): string =>
  tableSql(file, /\.parquet$/iu.test(file) ? 'parquet' : 'csv', []);

export const columnsIn = async (sandbox: Sandbox, file: string): Promise<Columns> => {
  const rows = await sandbox.column(
    `SELECT CAST(to_json([column_name, column_type]) AS VARCHAR) FROM (DESCRIBE SELECT * FROM ${tableOf(file)})`,
  );
  return new Columns(
    rows.map((row) => {
      const [name, type] = JSON.parse(row as string) as [string, string];
      return { name, type };
    }),
  );
};

/** `costCenter` → `cost_center`: how CUR 2.0 writes the keys of tags. */
const snake = (key: string): string =>
  key
    .replace(/([a-z0-9])([A-Z])/gu, '$1_$2')
    .replace(/[^A-Za-z0-9]+/gu, '_')
    .toLowerCase();

/** As which a key may stand in the export, the most literal first. */
export const keysFor = (key: string): readonly string[] => [
  ...new Set([key, `user:${key}`, `user_${key}`, `user_${snake(key)}`]),
];

export interface TagSql {
  /** The tag's value as text; NULL where a line has none. */
  readonly value: string;
  /** true for lines whose tags cannot be read. */
  readonly malformed: string;
  /** The keys of a line as a list. */
  readonly keys: string;
}

const first = (values: readonly string[]): string =>
  values.length === 1 ? values[0] : `coalesce(${values.join(', ')})`;

/** Tags in one column: JSON text, a MAP or a STRUCT. */
const inColumn = ({ name, type }: Column, key: string): TagSql => {
  const column = identifier(name);
  const paths = keysFor(key).map((one) =>
    literal(`$."${one.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`),
  );
  if (type.startsWith('MAP'))
    return {
      value: first(keysFor(key).map((one) => `nullif(CAST(${column}[${literal(one)}] AS VARCHAR), '')`)),
      malformed: 'false',
      keys: `map_keys(${column})`,
    };
  const json = type.startsWith('STRUCT') ? `to_json(${column})` : column;
  const valid = type.startsWith('STRUCT') ? 'true' : `json_valid(${column})`;
  const read = first(paths.map((path) => `nullif(json_extract_string(${json}, ${path}), '')`));
  return {
    value: `(CASE WHEN ${valid} THEN ${read} END)`,
    malformed: `(${column} IS NOT NULL AND NOT ${valid})`,
    // A STRUCT has every key on every line.
    keys: type.startsWith('STRUCT')
      ? `list_filter(json_keys(${json}), lambda one: json_extract_string(${json}, '$."' || one || '"') IS NOT NULL)`
      : `(CASE WHEN ${valid} THEN json_keys(${json}) END)`,
  };
};

const TAG_COLUMN = /^resource_?tags(?:\/|_)/iu;

/** One column per tag, as the older CUR has them: `resourceTags/user:stack`, `resource_tags_user_stack`. */
const perColumn = (columns: Columns, key: string): TagSql => {
  const own = columns.all.filter(({ name }) => TAG_COLUMN.test(name));
  const keyOf = (name: string): string => name.replace(TAG_COLUMN, '');
  const wanted = keysFor(key);
  const found = wanted.flatMap((one) => own.find(({ name }) => keyOf(name) === one) ?? []);
  const values = [...new Set(found)].map(({ name }) => `nullif(${columns.text(name)}, '')`);
  const filled = own.map(
    ({ name }) => `CASE WHEN ${columns.text(name)} IS NOT NULL THEN ${literal(keyOf(name))} END`,
  );
  return {
    value: values.length === 0 ? 'CAST(NULL AS VARCHAR)' : first(values),
    malformed: 'false',
    keys: `list_filter(CAST([${filled.join(', ')}] AS VARCHAR[]), lambda one: one IS NOT NULL)`,
  };
};

/** @param inOne names of a column that holds all tags */
export const tagSql = (columns: Columns, inOne: readonly string[], key: string): TagSql => {
  const column = inOne.map((name) => columns.find(name)).find((found) => found !== undefined);
  return column === undefined ? perColumn(columns, key) : inColumn(column, key);
};
