/**
 * The AWS Cost and Usage Report: CUR 2.0 of Data Exports, and the older one; CSV or Parquet, one file or a folder.
 * ```yaml
 * sources: { bill: { type: cur, file: exports/cur, tag: stack, cost: amortized } }
 * metrics:
 *   billed: { from: bill, by: 1d, fold: sum, in: USD }
 * ```
 * Counted is usage, with the discounts on it, whoever pays it: on demand, by a reservation, by a savings plan. Fees of
 * commitments, credits, refunds, taxes and support are left out, and said; `include` brings them back.
 */
import { z } from 'zod';
import type { Columns } from './billing/columns.js';
import type { Format } from './billing/export-answer.js';
import { needColumn } from './billing/export-conditions.js';
import type { Layout } from './billing/export-lines.js';
import { exportShape, ONE_SELECTOR, oneSelector } from './billing/export-options.js';
import { exportSource } from './billing/export-source.js';
import { COSTS, type CurCost, costOf, costSql, doubtfulSql } from './cur/cost.js';

const LEFT_OUT = [
  'Credit',
  'Refund',
  'Tax',
  'Support',
  'Fee',
  'RIFee',
  'SavingsPlanRecurringFee',
  'SavingsPlanUpfrontFee',
] as const;

const USAGE: ReadonlySet<string> = new Set([
  'Usage',
  'DiscountedUsage',
  'SavingsPlanCoveredUsage',
  'SavingsPlanNegation',
  'BundledDiscount',
  'EdpDiscount',
  'PrivateRateDiscount',
  'DistributorDiscount',
  'Discount',
]);

const curOptions = z
  .strictObject({
    ...exportShape,
    cost: z
      .string()
      .refine((text) => costOf(text) !== undefined, `is not one of ${COSTS.join(', ')}`)
      .optional()
      .describe('Default amortized: what was prepaid counts when it is used.'),
    include: z.array(z.enum(LEFT_OUT)).optional().describe('Charges that are left out by default.'),
  })
  .refine(oneSelector, ONE_SELECTOR);
type CurOptions = z.infer<typeof curOptions>;

const chosen = ({ cost }: CurOptions): CurCost => costOf(cost ?? 'amortized') ?? 'amortized';

/** One id stands for the line over all hours in which it comes again, and for what is split off it. */
const identity = (columns: Columns): string => {
  const parts = [
    'identity_line_item_id',
    'line_item_usage_start_date',
    'line_item_usage_end_date',
    'line_item_resource_id',
    'line_item_operation',
    'split_line_item_split_usage',
  ];
  return `concat_ws(' ', ${parts.map((part) => columns.text(part)).join(', ')})`;
};

const layout = (file: string, columns: Columns, options: CurOptions): Layout => {
  for (const needed of [
    'line_item_usage_start_date',
    'line_item_usage_end_date',
    'line_item_line_item_type',
    'line_item_currency_code',
  ])
    needColumn(file, columns, needed);
  const cost = costSql(file, columns, chosen(options));
  const type = columns.text('line_item_line_item_type');
  const product = columns.text('line_item_product_code');
  return {
    start: columns.raw('line_item_usage_start_date'),
    end: columns.raw('line_item_usage_end_date'),
    cost,
    kind: `CASE WHEN regexp_matches(${product}, '^AWS[A-Za-z]*Support') THEN 'Support' ELSE ${type} END`,
    currency: columns.text('line_item_currency_code'),
    service: product,
    closes: columns.raw('bill_billing_period_end_date'),
    comparable: 'true',
    doubtful: doubtfulSql(columns, chosen(options)),
    identity: columns.find('identity_line_item_id') === undefined ? null : identity(columns),
    tagColumns: ['resource_tags', 'tags'],
  };
};

export const CUR_FORMAT: Format<CurOptions> = {
  title: 'AWS Cost and Usage Report',
  options: curOptions,
  layout,
  doubt: 'cur-unblended-commitments',
  counts: (kind, { include = [] }) => USAGE.has(kind) || include.some((one) => one === kind),
  shown: (options) =>
    `${chosen(options)} cost of usage${(options.include ?? []).map((kind) => ` + ${kind}`).join('')}`,
};

export const cur = exportSource(CUR_FORMAT);
