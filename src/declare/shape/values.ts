/** Values that are written as text with a unit: percentages, amounts, durations, dates. */
import { z } from 'zod';
import { currencyOf } from '../../model/currency.js';
import { parseAmount, type WrittenAmount } from '../amount.js';

type Refuse = (message: string, hint?: string) => never;

/** Text or a number, read by `read`; what it refuses becomes a problem at the value. */
function written<T>(
  expected: string,
  description: string,
  read: (raw: string | number, refuse: Refuse) => T,
) {
  const refused = Symbol('refused');
  return z
    .union([z.string(), z.number()], { error: () => `expected ${expected}` })
    .transform((raw, context): T => {
      try {
        return read(raw, (message, hint) => {
          context.addIssue({ code: 'custom', message, params: { hint } });
          throw refused;
        });
      } catch (thrown) {
        if (thrown === refused) return z.NEVER;
        throw thrown;
      }
    })
    .describe(description);
}

export const text = z.string().regex(/\S/, { error: () => 'text is missing here' });

const PERCENT = /^\s*(\d+(?:\.\d+)?|\.\d+)\s*%\s*$/;

/** `40%` or 0.4 → 0.4, within (above, upTo]. */
export const share = (description: string, above: number, upTo: number) =>
  written('a percentage such as 40%', description, (raw, refuse) => readShare(raw, refuse, above, upTo));

function readShare(raw: string | number, refuse: Refuse, above: number, upTo: number): number {
  const match = typeof raw === 'string' ? PERCENT.exec(raw) : null;
  if (typeof raw === 'string' && match === null)
    return refuse(`"${raw}" is not a percentage`, 'Write 40% or 0.4.');
  const value = match ? Number(`${match[1]}e-2`) : Number(raw);
  if (!(value > above && value <= upTo))
    return refuse(`expected more than ${above * 100}% and at most ${upTo * 100}%`, `${raw} is outside.`);
  return value;
}

export const confidence = written(
  'a percentage such as 95%',
  'Confidence of the intervals: 95%.',
  (raw, refuse) => {
    const match = typeof raw === 'string' ? PERCENT.exec(raw) : null;
    if (typeof raw === 'string' && match === null)
      return refuse(`"${raw}" is not a percentage`, 'Write 95% or 0.95.');
    const value = match ? Number(`${match[1]}e-2`) : Number(raw);
    if (!(value >= 0.5 && value <= 0.9999))
      return refuse('confidence lies between 50% and 99.99%', 'The usual choice is 95%.');
    return value;
  },
);

const MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1e3,
  m: 6e4,
  min: 6e4,
  h: 36e5,
  d: 864e5,
  w: 6048e5,
};

/** `30m` → 1,800,000 */
export const durationMs = (description: string) =>
  written('a duration such as 30m', description, (raw, refuse) => {
    if (typeof raw === 'number')
      return raw === 0
        ? 0
        : refuse(`a duration needs a unit: ${raw} what?`, `Write ${raw}s, ${raw}m, ${raw}h or ${raw}d.`);
    const match = /^\s*(\d+(?:\.\d+)?)\s*([a-z]+)\s*$/.exec(raw);
    const factor = match && Object.hasOwn(MS, match[2] as string) ? MS[match[2] as string] : undefined;
    if (match === null || factor === undefined)
      return refuse(`"${raw}" is not a duration`, 'Write 250ms, 30s, 5m, 48h, 1d or 2w.');
    return Number(match[1]) * factor;
  });

const DATE = /^(\d{4})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,3}))?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** `2026-11-01T00:00Z` → UTC ms; the zone is never guessed. */
export const instantMs = (description: string) =>
  written('a date such as 2026-11-01T00:00Z', description, readInstant);

function readInstant(raw: string | number, refuse: Refuse): number {
  const match = DATE.exec(String(raw).trim());
  if (match === null)
    return refuse(`"${raw}" is not a date`, 'Write 2026-11-01T00:00Z or 2026-11-01T00:00+01:00.');
  const [, year, month, day, hour, minute, second, fraction, zone] = match;
  if (zone === undefined)
    return refuse(
      'a date needs a time and its zone',
      `Write ${year}-${month}-${day}T${hour ?? '00'}:${minute ?? '00'}Z for UTC.`,
    );
  const [y, mo, d, h, mi, s] = [year, month, day, hour, minute, second ?? '0'].map(Number) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const [zoneHours, zoneMinutes] =
    zone === 'Z' ? [0, 0] : (zone.slice(1).split(':').map(Number) as [number, number]);
  const local = Date.UTC(y, mo - 1, d, h, mi, s, Number((fraction ?? '').padEnd(3, '0')));
  const back = new Date(local);
  const exists = back.getUTCMonth() === mo - 1 && back.getUTCDate() === d && back.getUTCHours() === h;
  if (!exists || mi > 59 || s > 59 || zoneHours > 14 || zoneMinutes > 59)
    return refuse(`there is no ${raw}`, 'Check day, hour and zone.');
  return local - (zone.startsWith('-') ? -1 : 1) * (zoneHours * 36e5 + zoneMinutes * 6e4);
}

/** When is looked: 40% or 0.4 → 0.4; a date → its time. */
export const lookAt = written(
  'a percentage such as 50%, or a date',
  'Share of the planned units or of the window after which is looked, or a date in the window.',
  (raw, refuse): number | { readonly atMs: number } => {
    if (typeof raw === 'string' && DATE.test(raw.trim())) return { atMs: readInstant(raw, refuse) };
    return readShare(raw, refuse, 0, 1);
  },
);

/** `3%`, `0.5 points`, `5 s`, 5; the unit is compared with the metric's later. */
export const amount = (description: string) =>
  written('an amount such as 3%', description, (raw, refuse): WrittenAmount => {
    const found = parseAmount(String(raw));
    if (found === null || !Number.isFinite(found.number))
      return refuse(
        `"${raw}" is not an amount`,
        'Write 3%, 0.5 points, or a number with the unit of the metric: 5 s.',
      );
    return found;
  });

/** `40 USD` */
export const hourValue = written(
  'money such as 40 USD',
  'What an hour saved is worth: 40 USD. Turns a trade-off of cost against time into a decision.',
  (raw, refuse): { readonly value: number; readonly currency: string } => {
    const found = parseAmount(String(raw));
    const currency = found?.unit == null ? null : currencyOf(found.unit);
    if (found === null || currency === null || found.unit !== currency || !Number.isFinite(found.number))
      return refuse(`"${raw}" is not an amount of money`, 'Write a number and a currency: 40 USD.');
    return { value: found.number, currency };
  },
);

const MONTHLY = /^(.*\S)(?:\s+(?:a|per)\s+|\s*\/\s*)month$/;

/** `41e6 records a month` */
export const monthlyVolume = written(
  'work a month, such as 41e6 records a month',
  'Work of a month: 41e6 records a month. The report says what it costs.',
  (raw, refuse): { readonly value: number; readonly unit: string } => {
    const found = parseAmount(String(raw));
    const unit = MONTHLY.exec(found?.unit ?? '')?.[1];
    if (found === null || unit === undefined || !(found.number > 0) || !Number.isFinite(found.number))
      return refuse(`"${raw}" is not a volume of a month`, 'Write it like 41e6 records a month.');
    return { value: found.number, unit };
  },
);

/** A whole number, at least this. */
export const count = (least: number) => z.int().min(least);
