/**
 * What a provider charges for one usage. Every observed usage (a trial, a call, a start) is billed by itself:
 *
 *   usage, rounded up to the billing step, at least the minimum, × times × count ÷ per × price
 *   ÷ utilisation where capacity is paid whether it works or not, + the charge per unit of work
 *
 * Price steps: a month's volume V is charged step by step, each part of it at its own price, and every usage pays
 * the average, charge(V) ÷ V. A free tier, where the experiment asks for it, makes the first part of V cost nothing.
 * A fixed cost is paid by the hour or the month (730 hours): a unit bears usage ÷ V of the month's, or, where units
 * are time buckets and no V is declared, the cost of its own time; × the share that this arm bears of it.
 */
import type { Rate, RateUse } from '../../model/experiment.js';

/**
 * A usage of 0.2 s, measured as 0.2000000001 s, is 200 steps of 1 ms and not 201: what lies less than a millionth of
 * a step above a whole number of steps (1 ns for steps of 1 ms, the clock's own resolution) is that number.
 */
const STEP_TOLERANCE = 1e-6;

const HOURS_PER_MONTH = 730;
const MS_PER_HOUR = 3_600_000;

/** On what terms an arm uses a rate. */
type Terms = Omit<RateUse, 'rate' | 'usage'>;

/** Usage as it is billed: rounded up, and at least the minimum, which is itself a declared amount. */
export const billedUsage = (
  usage: number,
  { roundUpTo, minimum }: Pick<Rate, 'roundUpTo' | 'minimum'>,
): number => {
  if (roundUpTo === null || roundUpTo <= 0) return Math.max(usage, minimum);
  const steps = Math.ceil(usage / roundUpTo - STEP_TOLERANCE);
  return Math.max(steps * roundUpTo, minimum);
};

type Priced = Pick<Rate, 'price' | 'tiers'>;

/** Sum over the steps of (part of `from` … `to` that lies in the step) × its price; `from` ≤ `to`. */
export const chargeBetween = (from: number, to: number, { price, tiers }: Priced): number => {
  let total = 0;
  let start = 0;
  for (const step of tiers ?? [{ upTo: null, price }]) {
    const end = step.upTo ?? Number.POSITIVE_INFINITY;
    total += Math.max(0, Math.min(to, end) - Math.max(from, start)) * step.price;
    start = end;
  }
  return total;
};

/** Does the price depend on the volume of the month? */
export const needsVolume = (rate: Rate, terms: Terms): boolean =>
  rate.tiers !== undefined || terms.freeTier === true;

/** Price of `per` units of usage × times at the declared volume; NaN where it needs a volume and none is declared. */
export const averagePrice = (rate: Rate, terms: Terms): number => {
  if (!needsVolume(rate, terms)) return rate.price;
  if (terms.monthly === undefined) return Number.NaN;
  const volume = terms.monthly * rate.times * (terms.count ?? 1);
  const free = terms.freeTier === true ? Math.min(rate.freeTier ?? 0, volume) : 0;
  return chargeBetween(free, volume, rate) / volume;
};

/** Price of one usage that stands for `n` units of work. */
export const priceOf = (usage: number, n: number, rate: Rate, terms: Terms): number => {
  const amount = billedUsage(usage, rate) * rate.times * (terms.count ?? 1);
  const work = (amount / rate.per) * averagePrice(rate, terms);
  const { utilisation } = terms;
  return (rate.resident && utilisation !== null ? work / utilisation : work) + rate.perUnit * n;
};

/** What a fixed cost comes to for this arm in a month. */
export const fixedPerMonth = (rate: Rate, { count = 1, share = 1 }: Terms): number =>
  rate.price * (rate.fixed === 'month' ? 1 : HOURS_PER_MONTH) * count * share;

/** Part of a fixed cost that a usage bears of a declared monthly volume. */
export const fixedByVolume = (
  usage: number,
  rate: Rate,
  terms: Terms & { readonly monthly: number },
): number => (fixedPerMonth(rate, terms) / terms.monthly) * usage;

/** Part of a fixed cost that falls into a stretch of time. */
export const fixedByTime = (durationMs: number, rate: Rate, terms: Terms): number =>
  (fixedPerMonth(rate, terms) / HOURS_PER_MONTH) * (durationMs / MS_PER_HOUR);
