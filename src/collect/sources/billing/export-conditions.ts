/** Which lines of an export are asked for, and whose they are, as SQL over the columns of one file. */
import { reason } from '../../../model/reason.js';
import { nearestFirst } from '../../nearest.js';
import { SourceProblem } from '../../source-problem.js';
import type { Parameter } from '../file/duckdb.js';
import { type Columns, type TagSql, tagSql } from './columns.js';
import type { Asked, Layout } from './export-lines.js';
import { type ExportOptions, selectorOf } from './export-options.js';

/** SQL with its values apart. */
export class Bound {
  readonly parameters: Parameter[] = [];

  text(value: string): string {
    this.parameters.push(value);
    return `CAST($${this.parameters.length} AS VARCHAR)`;
  }
}

const noColumn = (file: string, name: string, columns: Columns): SourceProblem => {
  const exist = nearestFirst(
    name,
    columns.all.map((column) => column.name),
  );
  return new SourceProblem(reason('file-no-column', { file, column: name, exist }));
};

/** @throws SourceProblem `file-no-column` */
export const needColumn = (file: string, columns: Columns, name: string): void => {
  if (columns.find(name) === undefined) throw noColumn(file, name, columns);
};

/** By what the arms are told apart in this file. */
export const selectorSql = (
  file: string,
  columns: Columns,
  layout: Layout,
  options: ExportOptions,
): TagSql => {
  if (options.tag !== undefined) return tagSql(columns, layout.tagColumns, options.tag);
  const column = options.column ?? '';
  needColumn(file, columns, column);
  return { value: `nullif(${columns.text(column)}, '')`, malformed: 'false', keys: 'CAST([] AS VARCHAR[])' };
};

const conditions = (
  bound: Bound,
  file: string,
  columns: Columns,
  where: Readonly<Record<string, string>>,
): string[] =>
  Object.entries(where).map(([name, value]) => {
    needColumn(file, columns, name);
    return `${columns.text(name)} = ${bound.text(value)}`;
  });

/** Under which rule of `shared` a line falls: its index, or NULL. */
export const sharedSql = (
  bound: Bound,
  file: string,
  columns: Columns,
  selector: string,
  { options, values }: Asked,
): string => {
  const { shared = [] } = options;
  if (shared.length === 0) return 'NULL';
  const own = selectorOf(options);
  const cases = shared.map(({ where }, index) => {
    const { [own]: wanted, ...others } = where;
    const value = wanted === undefined ? `${selector} IS NULL` : `${selector} = ${bound.text(wanted)}`;
    return `WHEN ${[value, ...conditions(bound, file, columns, others)].join(' AND ')} THEN ${index}`;
  });
  const arms = values.map((value) => bound.text(value)).join(', ');
  return `CASE WHEN ${selector} IN (${arms}) THEN NULL ${cases.join(' ')} END`;
};

/** What `where` of the source and of the query ask for. */
export const whereSql = (bound: Bound, file: string, columns: Columns, { options, query }: Asked): string => {
  const all = [options.where ?? {}, query.where ?? {}].flatMap((where) =>
    conditions(bound, file, columns, where),
  );
  return all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`;
};
