/**
 * What is asked: one SELECT for all arms. Time buckets are folded by the database where a fold of a fold is the same
 * (sum, mean with its weight, largest, smallest), so that a value per bucket leaves it and not ten million rows; a
 * bucket in which a value is null has none, because a sum without it would pass for whole. Rows come as they are where
 * units are named and for the other folds.
 */
import type { Want } from '../../../model/ports.js';
import { wholeBuckets } from '../../derive/bucket.js';
import { armsOf, refuse } from './arms.js';
import { allSql, type Condition, conditionSql, timeSql } from './clauses.js';
import type { SqlQuery } from './options.js';
import { Bound, filled, type Param, quoted, quotedTable } from './text.js';

/** Column of the answer in which something stands; null: in none. */
export interface Columns {
  readonly value: string;
  readonly time: string | null;
  readonly unit: string | null;
  readonly n: string | null;
}

/** What a question about a table is made of. */
export interface Declared {
  readonly table: string;
  readonly value: string;
  readonly time: string | null;
  readonly unit: string | null;
  /** Zone of a time that is stored without one. */
  readonly zone: string | null;
  readonly where: readonly Condition[];
  /** UTC ms, half-open; null: the rows have no time. */
  readonly range: { readonly fromMs: number; readonly toMs: number } | null;
}

export interface Asked {
  readonly text: string;
  readonly params: readonly Param[];
  readonly columns: Columns;
  /** Width of the buckets that the database folded; null: rows. */
  readonly widthMs: number | null;
  /** By arm: what its rows hold. */
  readonly arms: readonly (readonly Condition[])[];
  /** What it was made of; null: a SELECT of the user. */
  readonly declared: Declared | null;
  /** UTC ms, half-open; null: whatever comes. */
  readonly kept: { readonly fromMs: number; readonly toMs: number } | null;
}

/** Names of our own, so that no column of a table has one of them. */
export const OWN = {
  arm: 'stacktrial_arm',
  value: 'stacktrial_value',
  time: 'stacktrial_time',
  unit: 'stacktrial_unit',
  n: 'stacktrial_n',
} as const;

const FOLDS: Readonly<Record<string, (value: string) => string>> = {
  sum: (value) => `sum(${value})`,
  mean: (value) => `avg(${value})::float8`,
  max: (value) => `max(${value})`,
  min: (value) => `min(${value})`,
};

const leadInMs = ({ fold, byMs }: Want): number => (fold.kind === 'increase' ? (byMs ?? 0) : 0);

const rangeOf = (want: Want, isFolded: boolean): Declared['range'] => {
  const { metric, window, byMs } = want;
  if (window === null) return refuse('sql-needs-window', { metric, placeholder: null });
  const range =
    isFolded && byMs !== null ? wholeBuckets(window, byMs) : { fromMs: window.fromMs, toMs: window.toMs };
  if (range.toMs <= range.fromMs)
    refuse('sql-no-whole-bucket', { metric, byMs, from: window.fromMs, to: window.toMs });
  return { fromMs: range.fromMs, toMs: range.toMs };
};

const unitOf = (query: SqlQuery, want: Want): string | null =>
  query.unit ?? (want.byMs === null ? want.unit : null);

const declaredQuestion = (query: SqlQuery, want: Want): Asked => {
  const { fold, byMs, metric } = want;
  if (fold.kind === 'increase') refuse('sql-counter', { metric });
  const table = query.table as string;
  const unit = unitOf(query, want);
  const time = query.time === false ? null : (query.time as string);
  const zone = query.zone ?? null;
  const isFolded = byMs !== null && unit === null && Object.hasOwn(FOLDS, fold.kind);
  const range = time === null ? null : rangeOf(want, isFolded);
  const arms = armsOf(query, want);
  const where = Object.entries(query.where ?? {}).map(([column, equals]) => ({ column, equals }));
  const bound = new Bound();
  const ofArm = arms.map((conditions) => allSql(conditions, bound));
  const at = time === null ? null : timeSql(time, zone, bound);
  const value = quoted(query.value as string);
  // Which arms a row belongs to: none or one, and two are told and not chosen between.
  const arm = `array_remove(ARRAY[${ofArm.map((of, i) => `CASE WHEN ${of} THEN ${i} END`).join(', ')}], NULL)::text AS ${OWN.arm}`;
  const conditions = [
    ...(range === null || at === null
      ? []
      : [`${at} >= ${bound.time(range.fromMs)}`, `${at} < ${bound.time(range.toMs)}`]),
    `(${ofArm.map((of) => `(${of})`).join(' OR ')})`,
    ...where.map((one) => conditionSql(one, bound)),
  ];
  const missing = `count(*) FILTER (WHERE ${value} IS NULL OR ${value}::float8 = 'NaN'::float8) > 0`;
  const selected = isFolded
    ? [
        `to_timestamp(floor(extract(epoch FROM ${at})::numeric * 1000 / ${byMs}) * ${byMs} / 1000) AS ${OWN.time}`,
        `CASE WHEN ${missing} THEN NULL ELSE ${FOLDS[fold.kind](value)} END AS ${OWN.value}`,
        `count(*) AS ${OWN.n}`,
        arm,
      ]
    : [
        ...(at === null ? [] : [`${at} AS ${OWN.time}`]),
        `${value} AS ${OWN.value}`,
        ...(unit === null ? [] : [`${quoted(unit)}::text AS ${OWN.unit}`]),
        arm,
      ];
  const order = [at === null ? null : OWN.time, unit === null ? null : OWN.unit, OWN.arm].filter(
    (one) => one !== null,
  );
  const grouped = isFolded ? ` GROUP BY ${OWN.time}, ${OWN.arm}` : '';
  return {
    text: `SELECT ${selected.join(', ')} FROM ${quotedTable(table)} WHERE ${conditions.join(' AND ')}${grouped} ORDER BY ${order.join(', ')}`,
    params: bound.values,
    columns: {
      value: OWN.value,
      time: at === null ? null : OWN.time,
      unit: unit === null ? null : OWN.unit,
      n: isFolded ? OWN.n : null,
    },
    widthMs: isFolded ? byMs : null,
    arms,
    declared: { table, value: query.value as string, time, zone, unit, where, range },
    kept: range,
  };
};

const rawQuestion = (query: SqlQuery, want: Want): Asked => {
  const { metric, window, byMs } = want;
  const time = query.time === false ? null : (query.time ?? 'time');
  // A counter's first bucket needs the point before it.
  const fromMs = window === null ? null : window.fromMs - leadInMs(want);
  const toMs = window?.toMs ?? null;
  return {
    ...filled(query.text as string, { metric, fromMs, toMs, byMs }),
    columns: { value: query.value ?? 'value', time, unit: unitOf(query, want), n: null },
    widthMs: null,
    arms: armsOf(query, want),
    declared: null,
    kept: fromMs === null || toMs === null ? null : { fromMs, toMs },
  };
};

/** @throws SourceProblem where the question itself is wrong */
export const questionOf = (query: SqlQuery, want: Want): Asked => {
  const { metric, byMs, fold } = want;
  if (byMs === null && unitOf(query, want) === null) refuse('sql-needs-unit', { metric });
  const needsTime = byMs !== null || fold.kind === 'last' || fold.kind === 'increase';
  if (needsTime && query.time === false) refuse('sql-needs-time', { metric, fold: fold.kind });
  return query.text === undefined ? declaredQuestion(query, want) : rawQuestion(query, want);
};
