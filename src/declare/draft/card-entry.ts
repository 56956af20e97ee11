/** One rate of a card: what its keys mean for each other, and the rate they make. */
import type { PriceStep, Rate } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { child, items, type Located } from '../read/located.js';
import type { CardEntry } from '../shape/card.js';

/** Keys that price a usage; what is paid by the hour has none. */
const OF_USAGE = [
  'roundUpTo',
  'minimum',
  'times',
  'per',
  'perUnit',
  'tiers',
  'freeTier',
  'resident',
] as const;

function checkSteps(at: Located, problems: Problems): void {
  const steps = items(child(at, 'tiers'));
  let before = 0;
  for (const [i, step] of steps.entries()) {
    const end = child(step, 'upTo');
    const isLast = i === steps.length - 1;
    if (isLast && end !== null)
      problems.atKey(end, 'the last price step has no end', 'Leave "upTo" out, or add a step without it.');
    if (!isLast && end === null && step.map !== null)
      problems.atKey(step, 'this price step needs an end: "upTo"', 'Only the last step has none.');
    if (typeof end?.value !== 'number') continue;
    if (end.value <= before)
      problems.atValue(end, `price steps ascend: ${end.value} is not above ${before}`, null);
    before = end.value;
  }
}

function checkRange(at: Located, problems: Problems): void {
  const price = child(at, 'price');
  const [low, typical, high] = ['low', 'typical', 'high'].map((key) => child(price, key)?.value);
  if (typeof low !== 'number' || typeof typical !== 'number' || typeof high !== 'number') return;
  if (!(low <= typical && typical <= high) && price !== null)
    problems.atKey(price, 'a price range goes from low over typical to high', null);
}

/** What a shape of single keys cannot say. */
export function checkEntry(name: string, at: Located, problems: Problems): void {
  if (at.map === null) return;
  const has = (key: string): boolean => at.map?.has(key) === true;
  const missing = (key: string, hint: string): void =>
    problems.atKey(at, `key "${key}" is missing in rates.${name}`, hint);
  const both = (one: string, other: string): void =>
    problems.atKey(
      child(at, other) as Located,
      `${name} has both "${one}" and "${other}"`,
      'Keep one of them.',
    );
  if (has('usage') && has('fixed')) both('usage', 'fixed');
  else if (!has('usage') && !has('fixed'))
    missing('usage', 'Unit of the usage that is priced: seconds; or "fixed: hour".');
  if (has('price') && has('tiers')) both('price', 'tiers');
  else if (!has('price') && !has('tiers')) missing('price', 'Price of `per`.');
  for (const key of has('fixed') && !has('usage') ? OF_USAGE : [])
    if (has(key))
      problems.atKey(
        child(at, key) as Located,
        `${name} is paid by the ${String(child(at, 'fixed')?.value)}: it has no "${key}"`,
        'Leave it out, or price a usage instead.',
      );
  checkSteps(at, problems);
  checkRange(at, problems);
}

const priceOf = ({ price, tiers }: CardEntry): number => {
  if (typeof price === 'number') return price;
  return price?.typical ?? tiers?.[0]?.price ?? Number.NaN;
};

/** Of an entry without problems. */
export const toRate = (entry: CardEntry): Rate => ({
  title: entry.title,
  source: entry.source ?? null,
  usage: entry.usage ?? entry.fixed ?? '',
  roundUpTo: entry.roundUpTo ?? null,
  minimum: entry.minimum ?? 0,
  times: entry.times ?? 1,
  per: entry.per ?? 1,
  price: priceOf(entry),
  perUnit: entry.perUnit ?? 0,
  resident: entry.resident ?? false,
  ...(entry.tiers === undefined
    ? {}
    : { tiers: entry.tiers.map(({ upTo, price }): PriceStep => ({ upTo: upTo ?? null, price })) }),
  ...(entry.freeTier === undefined ? {} : { freeTier: entry.freeTier }),
  ...(entry.fixed === undefined ? {} : { fixed: entry.fixed }),
  ...(typeof entry.price === 'object' ? { range: { low: entry.price.low, high: entry.price.high } } : {}),
});
