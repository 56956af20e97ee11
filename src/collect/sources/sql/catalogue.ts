/** What the database has: asked before a table is read, so that what is missing is named with what is there instead. */
import type { Want } from '../../../model/ports.js';
import { type Reason, reason } from '../../../model/reason.js';
import { nearestFirst } from '../../nearest.js';
import { SourceProblem } from '../../source-problem.js';
import { allSql, type Condition, timeSql } from './clauses.js';
import type { Asked, Declared } from './question.js';
import type { Session } from './session.js';
import { Bound, quoted, quotedTable } from './text.js';
import { asNumber, isNumeric, isZoneless, TIMESTAMPTZ, typeName } from './types.js';

const MOST = 1_000;

const firsts = (rows: readonly (readonly (string | null)[])[]): readonly string[] =>
  rows.map(([cell]) => cell).filter((cell) => cell !== null);

const ownName = (table: string): string => table.slice(table.lastIndexOf('.') + 1);

/** Tables and views, nearest to `wanted` first: by their own name, since it may only be the schema that is wrong. */
const tablesThere = async (session: Session, wanted: string): Promise<readonly string[]> => {
  const all = firsts(
    await session.rows(
      `SELECT CASE WHEN pg_table_is_visible(c.oid) THEN c.relname ELSE n.nspname || '.' || c.relname END
       FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
       WHERE c.relkind IN ('r', 'v', 'm', 'f', 'p') AND n.nspname <> 'information_schema' AND n.nspname !~ '^pg_'
       ORDER BY 1 LIMIT ${MOST}`,
    ),
  );
  return nearestFirst(ownName(wanted), all.map(ownName)).flatMap((own) =>
    all.filter((table) => ownName(table) === own),
  );
};

/** Columns of the table and their types; those of a domain are those beneath it. */
const columnsThere = async (session: Session, table: string): Promise<ReadonlyMap<string, number> | null> => {
  const rows = await session.rows(
    `SELECT a.attname, CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
     FROM pg_attribute a JOIN pg_type t ON t.oid = a.atttypid
     WHERE a.attrelid = to_regclass($1) AND a.attnum > 0 AND NOT a.attisdropped`,
    [quotedTable(table)],
  );
  return rows.length === 0 ? null : new Map(rows.map(([name, type]) => [name as string, Number(type)]));
};

/** @throws SourceProblem where the table is not as the question takes it to be */
export const checkTable = async (
  session: Session,
  want: Want,
  asked: Asked,
  declared: Declared,
): Promise<void> => {
  const { table, value, time, unit, zone, where } = declared;
  const { metric } = want;
  const refuse = (code: string, values: Parameters<typeof reason>[1] = {}): never => {
    throw new SourceProblem(reason(code, { metric, table, ...values }));
  };
  const columns = await columnsThere(session, table);
  if (columns === null) return refuse('sql-no-table', { exist: await tablesThere(session, table) });
  const ofArms = asked.arms.flat().map(({ column }) => column);
  const named = [value, time, unit, ...where.map(({ column }) => column), ...ofArms];
  for (const column of named)
    if (column !== null && !columns.has(column))
      refuse(ofArms.includes(column) ? 'sql-no-arm-column' : 'sql-no-column', {
        column,
        exist: nearestFirst(column, columns.keys()),
      });
  const valueType = columns.get(value) as number;
  if (!isNumeric(valueType))
    refuse('sql-not-number', {
      column: value,
      type: typeName(valueType),
      instead: asNumber(valueType, value),
    });
  if (time === null) return;
  const timeType = columns.get(time) as number;
  const about = { column: time, type: typeName(timeType), isTable: true };
  if (!isZoneless(timeType) && timeType !== TIMESTAMPTZ) refuse('sql-not-time', about);
  if (isZoneless(timeType) && zone === null) refuse('sql-time-without-zone', about);
  if (timeType === TIMESTAMPTZ && zone !== null) refuse('sql-zone-needless', { ...about, zone });
};

const isThere = async (
  session: Session,
  table: string,
  conditions: readonly Condition[],
): Promise<boolean> => {
  const bound = new Bound();
  const where = allSql(conditions, bound);
  const rows = await session.rows(`SELECT 1 FROM ${quotedTable(table)} WHERE ${where} LIMIT 1`, bound.values);
  return rows.length > 0;
};

/** Why an arm has no row: which value never stands there, or when its rows are. null: nothing is missing. */
export const whatIsMissing = async (
  session: Session,
  metric: string,
  arm: string,
  declared: Declared,
  ofArm: readonly Condition[],
): Promise<Reason | null> => {
  const { table, time, zone, where, range } = declared;
  const about = { metric, arm, table };
  const all = [...ofArm, ...where];
  if (!(await isThere(session, table, []))) return reason('sql-table-empty', about);
  for (const condition of all) {
    if (await isThere(session, table, [condition])) continue;
    const { column, equals } = condition;
    const values = firsts(
      await session.rows(`SELECT DISTINCT ${quoted(column)}::text FROM ${quotedTable(table)} LIMIT ${MOST}`),
    );
    const value = String(equals);
    return reason('sql-no-value', { ...about, column, value, exist: nearestFirst(value, values) });
  }
  if (!(await isThere(session, table, all)))
    return reason('sql-no-combination', {
      ...about,
      conditions: all.map(({ column, equals }) => `${column} = ${String(equals)}`),
    });
  if (time === null || range === null) return null;
  const bound = new Bound();
  const at = timeSql(time, zone, bound);
  const [[first, last]] = await session.rows(
    `SELECT floor(extract(epoch FROM min(${at})) * 1000)::bigint, floor(extract(epoch FROM max(${at})) * 1000)::bigint FROM ${quotedTable(table)} WHERE ${allSql(all, bound)}`,
    bound.values,
  );
  if (first === null || last === null) return null;
  const { fromMs, toMs } = range;
  return reason('sql-outside-window', {
    ...about,
    first: Number(first),
    last: Number(last),
    from: fromMs,
    to: toMs,
  });
};
