/** How each number is computed: observed, a ratio, or usage × a rate card. */
import { duration, number, percent } from '../format.js';
import type { Values, Words } from './types.js';

const folds: Readonly<Record<string, string>> = {
  only: 'the one value of each unit',
  sum: 'the sum of the values of each unit',
  mean: 'the mean of the values of each unit',
  last: 'the last value of each unit',
  max: 'the largest value of each unit',
  min: 'the smallest value of each unit',
  increase: 'how much the counter grew in each unit, restarts of the counter added up',
};

const observedOn = (v: Values, i: number): string =>
  `${v.arms[i]}: ${v.measured[i]} from ${v.sources[i]}${v.sources[i] === v.types[i] ? '' : ` (${v.types[i]})`}`;

const each = (values: unknown, i: number, otherwise: number): number =>
  Array.isArray(values) ? (values[i] as number) : otherwise;

/** " × 4" */
const counted = (v: Values, i: number): string => {
  const n = each(v.counts, i, 1);
  return n === 1 ? '' : ` × ${number(n, 6)}`;
};

const ranged = (v: Values, i: number): string => {
  const [low, high] = [each(v.low, i, Number.NaN), each(v.high, i, Number.NaN)];
  return Number.isNaN(low) ? '' : ` (declared range ${number(low, 12)} to ${number(high, 12)})`;
};

const fixedCost = (v: Values, i: number): string => {
  const month = each(v.monthly, i, 0);
  const share = each(v.share, i, 1);
  const over =
    month > 0 ? `spread over ${number(month, 6)} of ${v.usages[i]} a month` : 'by the time of each bucket';
  const part = share === 1 ? '' : `, of which ${percent(share)} is borne`;
  return `${v.arms[i]}, ${v.rates[i]}: ${number(v.price[i], 12)} ${v.currency} per ${v.fixed[i]}${counted(v, i)}${ranged(v, i)}${part}, ${over}`;
};

const billed = (v: Values, i: number): string => {
  if (Array.isArray(v.fixed) && v.fixed[i] !== '') return fixedCost(v, i);
  const rounding =
    v.roundUpTo[i] > 0 ? `, rounded up to ${number(v.roundUpTo[i], 6)} ${v.usageUnits[i]}` : '';
  const least = v.minimum[i] > 0 ? `, at least ${number(v.minimum[i], 6)} ${v.usageUnits[i]}` : '';
  const times = v.times[i] === 1 ? '' : ` × ${number(v.times[i], 12)}`;
  const per = v.per[i] === 1 ? '' : ` ÷ ${number(v.per[i], 12)}`;
  const used = v.utilisation[i] > 0 ? ` ÷ ${percent(v.utilisation[i])} utilisation` : '';
  const extra = v.perUnit[i] > 0 ? ` + ${number(v.perUnit[i], 12)} ${v.currency} for each` : '';
  const usage = `${v.usages[i]} of each unit of work${rounding}${least}`;
  const volume = `${number(each(v.monthly, i, 0), 6)} ${v.usageUnits[i]} a month`;
  const steps = each(v.steps, i, 0) > 0 ? ` (average of the price steps at ${volume})` : '';
  const free =
    each(v.free, i, 0) > 0 ? ` (free tier of ${number(each(v.free, i, 0), 6)} deducted at ${volume})` : '';
  return `${v.arms[i]}, ${v.rates[i]}: ${usage}${times}${counted(v, i)}${per} × ${number(v.price[i], 12)} ${v.currency}${ranged(v, i)}${steps}${free}${used}${extra}`;
};

export const computedWords = {
  'computed-observed': (v) => {
    const how =
      v.fold === 'quantile' ? `the ${percent(v.q)} quantile of the values of each unit` : folds[v.fold];
    const bucket = v.bucketMs === null ? '' : `; a unit is a bucket of ${duration(v.bucketMs)}, UTC`;
    return `${v.metric} is ${how}${bucket}. ${v.arms.map((_: string, i: number) => observedOn(v, i)).join('; ')}.`;
  },
  'computed-ratio': (v) => {
    const times = v.times === 1 ? '' : ` × ${number(v.times, 12)}`;
    const what = v.proportion ? `the share of ${v.of} among ${v.per}` : `${v.of}${times} ÷ ${v.per}`;
    return `${v.metric} is ${what}, a sum over units divided by a sum over the same units.`;
  },
  'computed-rate': (v) =>
    `${v.metric} is usage × the prices of ${v.card} (${v.date}, ${v.source}). ${v.arms.map((_: string, i: number) => billed(v, i)).join('; ')}.`,
} satisfies Words;
