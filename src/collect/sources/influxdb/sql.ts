/** Queries in the SQL of 3.x, where measurements are tables and tags and fields are columns. Values are parameters. */
import type { Columns, Declared } from './question.js';
import { Bound, durationLiteral, quotedName as quoted, timeLiteral } from './text.js';

const name = (text: string): string => quoted('sql', text);

const FOLDS = {
  sum: (field: string) => `sum(${field})`,
  mean: (field: string) => `avg(${field})`,
  max: (field: string) => `max(${field})`,
  min: (field: string) => `min(${field})`,
  last: (field: string) => `last_value(${field} ORDER BY time)`,
};

export const sqlText = (
  declared: Declared,
): { text: string; params: Record<string, string>; columns: Columns } => {
  const { measurement, field, unit, where, arms, labels, fromMs, toMs, buckets } = declared;
  const bound = new Bound();
  const equals = (tag: string, value: string): string => `${name(tag)} = ${bound.add(value)}`;
  const ofArm = arms.map(
    ({ match }) => `(${labels.map((label) => equals(label, match[label])).join(' AND ')})`,
  );
  const conditions = [
    `time >= ${timeLiteral('sql', fromMs)}`,
    `time < ${timeLiteral('sql', toMs)}`,
    ...(labels.length === 0 ? [] : [`(${ofArm.join(' OR ')})`]),
    ...where.map(([tag, value]) => equals(tag, value)),
    // A row holds all fields of its time; those that were not written are null.
    `${name(field)} IS NOT NULL`,
  ];
  const value = name(field);
  const at =
    buckets === null
      ? 'time AS "stacktrial_time"'
      : `date_bin(${durationLiteral('sql', buckets.byMs)}, time, ${timeLiteral('sql', 0)}) AS "stacktrial_time"`;
  const selected = [
    at,
    ...labels.map(name),
    ...(buckets === null
      ? [
          `${value} AS "stacktrial_value"`,
          ...(unit === null ? [] : [`${name(unit.name)} AS "stacktrial_unit"`]),
        ]
      : [`${FOLDS[buckets.fold](value)} AS "stacktrial_value"`, `count(${value}) AS "stacktrial_n"`]),
  ];
  const grouped = buckets === null ? '' : ` GROUP BY ${[1, ...labels.map((_label, i) => i + 2)].join(', ')}`;
  return {
    text: `SELECT ${selected.join(', ')} FROM ${name(measurement)} WHERE ${conditions.join(' AND ')}${grouped}`,
    params: bound.values,
    // Names of our own, so that no tag of the arms has one of them.
    columns: {
      value: 'stacktrial_value',
      time: 'stacktrial_time',
      unit: unit === null ? null : 'stacktrial_unit',
      n: buckets === null ? null : 'stacktrial_n',
    },
  };
};
