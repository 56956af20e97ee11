/** Queries in InfluxQL. Values are bound as parameters; `fill(none)`, or empty buckets would come as null. */
import type { Columns, Declared } from './question.js';
import { Bound, durationText, quotedName as quoted, timeLiteral } from './text.js';

const name = (text: string): string => quoted('influxql', text);

export const measurementText = (measurement: string, retentionPolicy: string | null): string =>
  retentionPolicy === null ? name(measurement) : `${name(retentionPolicy)}.${name(measurement)}`;

export const influxqlText = (
  declared: Declared,
): { text: string; params: Record<string, string>; columns: Columns } => {
  const {
    measurement,
    field,
    unit,
    where,
    retentionPolicy,
    arms,
    labels,
    fromMs,
    toMs,
    buckets,
    everySeries,
  } = declared;
  const bound = new Bound();
  const equals = (tag: string, value: string): string => `${name(tag)} = ${bound.add(value)}`;
  const ofArm = arms.map(
    ({ match }) => `(${labels.map((label) => equals(label, match[label])).join(' AND ')})`,
  );
  const conditions = [
    `time >= ${timeLiteral('influxql', fromMs)}`,
    `time < ${timeLiteral('influxql', toMs)}`,
    ...(labels.length === 0 ? [] : [`(${ofArm.join(' OR ')})`]),
    ...where.map(([tag, value]) => equals(tag, value)),
  ];
  const selected =
    buckets === null
      ? [`${name(field)} AS "value"`, ...(unit === null ? [] : [`${name(unit.name)} AS "unit"`])]
      : [`${buckets.fold}(${name(field)}) AS "value"`, `count(${name(field)}) AS "n"`];
  const by = [
    ...(buckets === null ? [] : [`time(${durationText(buckets.byMs)})`]),
    ...(everySeries ? ['*'] : labels.map(name)),
  ];
  const from = measurementText(measurement, retentionPolicy);
  const grouped = by.length === 0 ? '' : ` GROUP BY ${by.join(', ')}`;
  const fill = buckets === null ? '' : ' fill(none)';
  return {
    text: `SELECT ${selected.join(', ')} FROM ${from} WHERE ${conditions.join(' AND ')}${grouped}${fill}`,
    params: bound.values,
    columns: {
      value: 'value',
      time: 'time',
      unit: unit === null ? null : 'unit',
      n: buckets === null ? null : 'n',
    },
  };
};
