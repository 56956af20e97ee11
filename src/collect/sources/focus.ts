/**
 * A bill in the FinOps Open Cost and Usage Specification (FOCUS 1.0 to 1.3), as AWS, Azure, Google, Oracle and others
 * export it: CSV or Parquet, one file or a folder.
 * ```yaml
 * sources: { bill: { type: focus, file: exports/focus, tag: stack, cost: effective } }
 * metrics:
 *   billed: { from: bill, by: 1d, fold: sum, in: USD }
 * ```
 * Counted is usage. Corrections of earlier periods, credits, purchases of commitments, taxes and adjustments are left
 * out, and said; `include` brings them back.
 */
import { z } from 'zod';
import { type Columns, plainName } from './billing/columns.js';
import type { Format } from './billing/export-answer.js';
import { needColumn } from './billing/export-conditions.js';
import type { Layout } from './billing/export-lines.js';
import { exportShape, ONE_SELECTOR, oneSelector } from './billing/export-options.js';
import { exportSource } from './billing/export-source.js';

const COLUMN_OF = {
  billed: 'BilledCost',
  effective: 'EffectiveCost',
  list: 'ListCost',
  contracted: 'ContractedCost',
} as const;
type Cost = keyof typeof COLUMN_OF;

const focusOptions = z
  .strictObject({
    ...exportShape,
    cost: z
      .enum(['effective', 'billed', 'list', 'contracted'])
      .optional()
      .describe('effective (default): prepaid commitments count when they are used; billed: as invoiced.'),
    include: z
      .array(z.enum(['Correction', 'Credit', 'Purchase', 'Tax', 'Adjustment']))
      .optional()
      .describe('Charges beside usage that count too.'),
  })
  .refine(oneSelector, ONE_SELECTOR);
type FocusOptions = z.infer<typeof focusOptions>;

const columnFor = ({ cost = 'effective' }: { cost?: Cost | undefined }): string => COLUMN_OF[cost];

const layout = (file: string, columns: Columns, options: FocusOptions): Layout => {
  for (const needed of [
    'ChargePeriodStart',
    'ChargePeriodEnd',
    columnFor(options),
    'BillingCurrency',
    'ChargeCategory',
  ])
    needColumn(file, columns, needed);
  if (options.tag !== undefined) needColumn(file, columns, 'Tags');
  const category = columns.text('ChargeCategory');
  const isSame = columnFor(options) === 'BilledCost' || columns.find('BilledCost') === undefined;
  const billed = isSame ? '0' : columns.rough('BilledCost');
  return {
    start: columns.raw('ChargePeriodStart'),
    end: columns.raw('ChargePeriodEnd'),
    cost: columns.amount(columnFor(options)),
    kind: `CASE WHEN ${columns.text('ChargeClass')} = 'Correction' THEN 'Correction' ELSE ${category} END`,
    currency: columns.text('BillingCurrency'),
    service: columns.text('ServiceName'),
    closes: columns.raw('BillingPeriodEnd'),
    comparable: `${billed} <> 0`,
    doubtful: `${billed} <> 0 AND amount = 0`,
    identity: null,
    tagColumns: ['Tags'],
  };
};

export const FOCUS_FORMAT: Format<FocusOptions> = {
  title: 'FOCUS export of a bill',
  options: focusOptions,
  layout,
  doubt: 'focus-effective-zero',
  counts: (kind, { include = [] }) =>
    plainName(kind) === 'usage' || include.some((one) => plainName(one) === plainName(kind)),
  shown: (options) =>
    `${columnFor(options)} of Usage${(options.include ?? []).map((kind) => ` + ${kind}`).join('')}`,
};

export const focus = exportSource(FOCUS_FORMAT);
