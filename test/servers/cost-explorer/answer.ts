/** GetCostAndUsage, GetTags and ListCostAllocationTags, as strictly as the service reads them. */
import { createHash } from 'node:crypto';
import { DIMENSIONS, expression, type Line } from './expression.js';
import { offsetOf, page } from './page.js';
import { Refused } from './refused.js';

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

export interface Bill {
  readonly lines: readonly Line[];
  /** Tag keys of the account; of one that is not active, cost data knows nothing. */
  readonly tags: Readonly<Record<string, { readonly active: boolean; readonly updatedMs?: number }>>;
  readonly currency: string;
  /** Periods that end later than this are estimated. */
  readonly finalUntilMs: number;
  readonly groupsPerPage: number;
}

type Json = Record<string, unknown>;
const METRICS = [
  'AmortizedCost',
  'BlendedCost',
  'NetAmortizedCost',
  'NetUnblendedCost',
  'NormalizedUsageAmount',
  'UnblendedCost',
  'UsageQuantity',
];
const INSTANT = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}:\d{2}Z)?$/u;
const invalid = (message: string): Refused => new Refused('ValidationException', message);

const onlyKeys = (input: Json, keys: readonly string[]): void => {
  for (const key of Object.keys(input)) if (!keys.includes(key)) throw invalid(`unexpected member ${key}`);
};

interface Range {
  readonly fromMs: number;
  readonly toMs: number;
  readonly timed: boolean;
}

const rangeOf = (value: unknown): Range => {
  const { Start, End } = (value ?? {}) as Json;
  if (typeof Start !== 'string' || typeof End !== 'string' || !INSTANT.test(Start) || !INSTANT.test(End))
    throw invalid(
      "Value at 'timePeriod' failed to satisfy constraint: Member must satisfy regular expression pattern: (\\d{4}-\\d{2}-\\d{2})(T\\d{2}:\\d{2}:\\d{2}Z)?",
    );
  const [fromMs, toMs] = [Date.parse(Start), Date.parse(End)];
  if (!(toMs > fromMs)) throw invalid('Start date (and hour) should be before end date (and hour)');
  if (Start.length !== End.length) throw invalid('Start and End must be of the same format');
  return { fromMs, toMs, timed: Start.includes('T') };
};

const widthOf = (granularity: unknown, range: Range, nowMs: number): number => {
  if (granularity !== 'DAILY' && granularity !== 'HOURLY')
    throw invalid(
      "Value at 'granularity' failed to satisfy constraint: Member must satisfy enum value set: [DAILY, MONTHLY, HOURLY]",
    );
  if (range.fromMs > nowMs) throw invalid('Start date cannot be after the current date');
  if (nowMs - range.fromMs > 400 * DAY)
    throw new Refused(
      'DataUnavailableException',
      'Data is not available. Please try to adjust the time period. If just enabled Cost Explorer, data might not be ingested yet',
    );
  if (granularity === 'DAILY') {
    if (range.timed) throw invalid('Daily granularity needs dates of the form yyyy-MM-dd');
    return DAY;
  }
  if (!range.timed) throw invalid('Hourly granularity needs dates of the form yyyy-MM-ddThh:mm:ssZ');
  if (range.fromMs < nowMs - 14 * DAY)
    throw invalid(
      'Start date is more than 14 days ago for hourly granularity. Please adjust start date as we support only 14 days of data at hourly granularity.',
    );
  return HOUR;
};

const groupKeys = (groupBy: unknown, active: (key: string) => boolean): ((line: Line) => string[]) => {
  if (!Array.isArray(groupBy) || groupBy.length > 2) throw invalid('Only 2 group definitions are supported');
  const parts = groupBy.map((one: Json) => {
    onlyKeys(one, ['Type', 'Key']);
    const { Type, Key } = one as { Type: string; Key: string };
    if (Type === 'TAG')
      return (line: Line): string => `${Key}$${active(Key) ? (line.tags?.[Key] ?? '') : ''}`;
    if (Type === 'DIMENSION' && DIMENSIONS.includes(Key))
      return ({ service, recordType }: Line): string =>
        Key === 'SERVICE' ? service : (recordType ?? 'Usage');
    throw invalid('Group Definition type is invalid.');
  });
  return (line) => parts.map((part) => part(line));
};

const SCALE = 12;
const units = (amount: string): bigint => {
  const match = /^(-?)(\d+)(?:\.(\d{1,12}))?$/u.exec(amount);
  if (match === null) throw new Error(`the stand-in was given ${amount}`);
  const size = BigInt(`${match[2]}${(match[3] ?? '').padEnd(SCALE, '0')}`);
  return match[1] === '-' ? -size : size;
};
const amountText = (total: bigint): string => {
  const digits = (total < 0n ? -total : total).toString().padStart(SCALE + 1, '0');
  return `${total < 0n ? '-' : ''}${digits.slice(0, -SCALE)}.${digits.slice(-SCALE)}`.replace(/\.?0+$/u, '');
};

const activeIn =
  ({ tags }: Bill) =>
  (key: string): boolean =>
    tags[key]?.active === true;

export const getCostAndUsage = (bill: Bill, input: Json, nowMs: number): Json => {
  onlyKeys(input, [
    'TimePeriod',
    'Granularity',
    'Metrics',
    'Filter',
    'GroupBy',
    'NextPageToken',
    'BillingViewArn',
  ]);
  const range = rangeOf(input.TimePeriod);
  const width = widthOf(input.Granularity, range, nowMs);
  const { Metrics } = input;
  if (!Array.isArray(Metrics) || Metrics.length === 0 || !Metrics.every((metric) => METRICS.includes(metric)))
    throw invalid("Value at 'metrics' failed to satisfy constraint: Member must satisfy enum value set");
  const active = activeIn(bill);
  const test = input.Filter === undefined ? () => true : expression(input.Filter as Json, active);
  const keysOf = groupKeys(input.GroupBy ?? [], active);
  const { NextPageToken: _, ...asked } = input;
  const hash = createHash('sha256').update(JSON.stringify(asked)).digest('hex');
  const offset = offsetOf(input.NextPageToken, hash);
  const chosen = bill.lines.filter(
    (line) => line.startMs >= range.fromMs && line.startMs < range.toMs && test(line),
  );
  const periods = [];
  for (let at = range.fromMs; at < range.toMs; at += width) {
    const totals = new Map<string, bigint>();
    for (const line of chosen)
      if (line.startMs >= at && line.startMs < at + width) {
        const key = JSON.stringify(keysOf(line));
        totals.set(key, (totals.get(key) ?? 0n) + units(line.amount));
      }
    // What costs nothing is not there.
    const groups = [...totals]
      .filter(([, total]) => total !== 0n)
      .map(([key, total]) => ({
        Keys: JSON.parse(key) as string[],
        Metrics: Object.fromEntries(
          Metrics.map((metric) => [metric, { Amount: amountText(total), Unit: bill.currency }]),
        ),
      }));
    const text = (ms: number): string =>
      new Date(ms).toISOString().slice(0, width === DAY ? 10 : 19) + (width === DAY ? '' : 'Z');
    const Estimated = chosen.length === 0 || at + width > bill.finalUntilMs;
    periods.push({
      TimePeriod: { Start: text(at), End: text(at + width) },
      Total: {},
      Groups: groups,
      Estimated,
    });
  }
  return page(periods, offset, bill.groupsPerPage, hash, input.GroupBy);
};

export const getTags = (bill: Bill, input: Json): Json => {
  onlyKeys(input, [
    'TimePeriod',
    'TagKey',
    'SearchString',
    'Filter',
    'SortBy',
    'MaxResults',
    'NextPageToken',
    'BillingViewArn',
  ]);
  const { fromMs, toMs } = rangeOf(input.TimePeriod);
  const active = activeIn(bill);
  const seen = bill.lines.filter(({ startMs }) => startMs >= fromMs && startMs < toMs);
  const key = input.TagKey as string | undefined;
  const names = seen.flatMap(({ tags = {} }) =>
    key === undefined ? Object.keys(tags).filter(active) : active(key) ? [tags[key] ?? ''] : [],
  );
  const Tags = [...new Set(names)].sort();
  return { Tags, ReturnSize: Tags.length, TotalSize: Tags.length };
};

export const listCostAllocationTags = (bill: Bill, input: Json): Json => {
  onlyKeys(input, ['Status', 'TagKeys', 'Type', 'NextToken', 'MaxResults']);
  const wanted = input.TagKeys as string[] | undefined;
  const iso = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19)}Z`;
  const CostAllocationTags = Object.entries(bill.tags)
    .filter(([key]) => wanted === undefined || wanted.includes(key))
    .map(([TagKey, { active, updatedMs = 0 }]) => ({
      TagKey,
      Type: 'UserDefined',
      Status: active ? 'Active' : 'Inactive',
      LastUpdatedDate: iso(updatedMs),
    }))
    .filter(({ Status }) => input.Status === undefined || input.Status === Status);
  return { CostAllocationTags };
};
