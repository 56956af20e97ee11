/** Conditions and instants as SQL. */
import { type Bound, type Param, quoted } from './text.js';

export interface Condition {
  readonly column: string;
  readonly equals: Param | null;
}

/** Text is compared as text, whatever its type (enum, uuid, char): the value of a label is text. */
export const conditionSql = ({ column, equals }: Condition, bound: Bound): string => {
  if (equals === null) return `${quoted(column)} IS NULL`;
  if (typeof equals === 'string')
    return `${quoted(column)}::text = ${bound.add(equals.toWellFormed())}::text`;
  const type = typeof equals === 'number' ? 'numeric' : 'boolean';
  return `${quoted(column)} = ${bound.add(equals)}::${type}`;
};

export const allSql = (conditions: readonly Condition[], bound: Bound): string =>
  conditions.length === 0 ? 'true' : conditions.map((one) => conditionSql(one, bound)).join(' AND ');

/** The instant of a row. */
export const timeSql = (time: string, zone: string | null, bound: Bound): string =>
  zone === null ? quoted(time) : `(${quoted(time)}::timestamp AT TIME ZONE ${bound.add(zone)}::text)`;
