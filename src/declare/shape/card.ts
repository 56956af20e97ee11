/** A rate card, key by key. Shapes only: what one key means for another is looked at in draft/card-entry.ts. */
import { z } from 'zod';
import { text } from './values.js';

const amountNumber = z.number().nonnegative();

/** Prices that are not known exactly are a declared range. */
const priceShape = z.union([
  amountNumber,
  z.strictObject({
    low: amountNumber.describe('Least that it may cost.'),
    typical: amountNumber.describe('What is reckoned with.'),
    high: amountNumber.describe('Most that it may cost.'),
  }),
]);

const stepShape = z.strictObject({
  upTo: z.number().positive().optional().describe('End of this step, usage × times a month.'),
  price: amountNumber.describe('Price within this step.'),
});

const rateEntry = z.strictObject({
  title: text.describe('What is paid for.'),
  source: text.optional().describe('Page that states this price.'),
  usage: text.optional().describe('Unit of the usage that is priced: seconds.'),
  fixed: z
    .enum(['hour', 'month'])
    .optional()
    .describe('Instead of usage: paid by the hour or month, whatever is used.'),
  roundUpTo: z
    .number()
    .positive()
    .optional()
    .describe('Usage of a unit is rounded up to a multiple of this.'),
  minimum: amountNumber.optional().describe('Least usage that is charged per unit: per start.'),
  times: z.number().positive().optional().describe('Usage × times is what is priced.'),
  per: z.number().positive().optional().describe('The price is for so many of usage × times.'),
  price: priceShape.optional().describe('Price of `per`, or its range { low, typical, high }.'),
  tiers: z
    .array(stepShape)
    .min(2)
    .optional()
    .describe('Instead of price: steps by monthly volume, the last without upTo.'),
  freeTier: z.number().positive().optional().describe('usage × times a month that is free.'),
  perUnit: amountNumber.optional().describe('Charge per unit of work on top.'),
  resident: z.boolean().optional().describe('Paid for whether it works or not.'),
});

export const cardShape = z.strictObject({
  card: text.describe('Name of the rate card.'),
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/, { error: () => 'expected a currency such as USD' })
    .describe('USD'),
  date: z
    .string()
    .regex(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/, {
      error: () => 'expected a day such as 2026-11-01',
    })
    .describe('Day on which the prices were read.'),
  region: text.optional().describe('Region of the prices.'),
  source: text.describe('Page on which the prices were read.'),
  rates: z.record(z.string(), rateEntry).describe('Prices: name → rate.'),
});

export type CardEntry = z.output<typeof rateEntry>;
