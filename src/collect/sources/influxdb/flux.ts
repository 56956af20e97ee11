/**
 * Queries in Flux. Start and stop are absolute, the same for all arms; `stop` is exclusive. Of aggregateWindow the
 * defaults are not taken: it would make rows for empty windows and give each window the time of its end, which lies
 * in the next one. Series are grouped into arms before anything is folded, or a mean would be a mean of means.
 */
import type { Columns, Declared } from './question.js';
import { durationText, fluxString, timeText } from './text.js';

/** Name of the result that holds the number of points behind each value. */
export const COUNTS = 'n';

const equals = (name: string, value: string): string => `r[${fluxString(name)}] == ${fluxString(value)}`;

const list = (names: readonly string[]): string => `[${[...new Set(names)].map(fluxString).join(', ')}]`;

/** Points of the arms, before they are grouped. */
const points = (declared: Declared, bucket: string): readonly string[] => {
  const { measurement, field, unit, where, arms, labels, fromMs, toMs } = declared;
  const fields = unit?.isField === true ? [field, unit.name] : [field];
  const ofArm = arms.map(({ match }) => labels.map((label) => equals(label, match[label])).join(' and '));
  const isOfArm = labels.length > 1 ? ofArm.map((all) => `(${all})`) : ofArm;
  const filters = [
    `${equals('_measurement', measurement)} and (${fields.map((one) => equals('_field', one)).join(' or ')})`,
    isOfArm.join(' or '),
    ...where.map(([tag, value]) => equals(tag, value)),
  ];
  return [
    `from(bucket: ${fluxString(bucket)})`,
    `range(start: ${timeText(fromMs)}, stop: ${timeText(toMs)})`,
    ...filters.filter((text) => text !== '').map((text) => `filter(fn: (r) => ${text})`),
  ];
};

const pipe = (steps: readonly string[]): string => steps.join('\n  |> ');

const pointsText = (declared: Declared, bucket: string): { text: string; columns: Columns } => {
  const { field, unit, labels, everySeries } = declared;
  const value = unit?.isField === true ? field : '_value';
  const columns: Columns = { value, time: '_time', unit: unit?.name ?? null, n: null };
  const kept = ['_time', value, ...labels, ...(unit === null ? [] : [unit.name])];
  const steps = [
    ...points(declared, bucket),
    ...(unit?.isField === true
      ? ['pivot(rowKey: ["_time"], columnKey: ["_field"], valueColumn: "_value")']
      : []),
    ...(everySeries ? [] : [`group(columns: ${list(labels)})`, `keep(columns: ${list(kept)})`]),
  ];
  return { text: pipe(steps), columns };
};

const bucketsText = (
  declared: Declared,
  bucket: string,
  { byMs, fold }: NonNullable<Declared['buckets']>,
) => {
  const { labels } = declared;
  const folded = (fn: string, name: string): string =>
    pipe([
      'points',
      `aggregateWindow(every: ${durationText(byMs)}, fn: ${fn}, createEmpty: false, timeSrc: "_start")`,
      `keep(columns: ${list(['_time', '_value', ...labels])})`,
      `yield(name: ${fluxString(name)})`,
    ]);
  const grouped = pipe([...points(declared, bucket), `group(columns: ${list(labels)})`]);
  const columns: Columns = { value: '_value', time: '_time', unit: null, n: null };
  return { text: `points = ${grouped}\n\n${folded(fold, 'value')}\n\n${folded('count', COUNTS)}`, columns };
};

export const fluxText = (
  declared: Declared,
  bucket: string,
): { text: string; columns: Columns; params: Record<string, string> } => ({
  ...(declared.buckets === null
    ? pointsText(declared, bucket)
    : bucketsText(declared, bucket, declared.buckets)),
  params: {},
});
