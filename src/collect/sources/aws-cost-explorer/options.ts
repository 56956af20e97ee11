/** What `options` and `query` of the source `aws-cost-explorer` say. */
import { z } from 'zod';
import { secretText } from '../../http/secrets.js';
import { settleText } from '../billing/settled.js';
import { sharedRules } from '../billing/shared.js';

const COSTS = ['AmortizedCost', 'NetAmortizedCost', 'UnblendedCost', 'NetUnblendedCost'] as const;
export type Cost = (typeof COSTS)[number];

const plain = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z]/gu, '')
    .replace('amortised', 'amortized');

/** `AmortizedCost`, `AMORTIZED_COST`, `amortized cost`; undefined for what is no cost of one arm. */
export const costOf = (text: string): Cost | undefined => COSTS.find((cost) => plain(cost) === plain(text));

/** Charges that say nothing about a stack; left out unless `include` names them. */
export const LEFT_OUT = ['Credit', 'Refund', 'Tax', 'Support'] as const;

const duration = z.string().regex(/^\d+(\.\d+)?(ms|s|m|h)$/u, 'is not a duration such as 30s');
const values = z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]);
const where = z
  .record(z.string().regex(/^[A-Z_]+$/u, 'is not a dimension such as SERVICE'), values)
  .optional()
  .describe('Only these costs, by dimension: { REGION: eu-central-1, SERVICE: [AWS Lambda] }.');

export const costExplorerOptions = z.strictObject({
  tag: z
    .string()
    .min(1)
    .describe('Cost allocation tag that tells the arms apart; its value is that of match.'),
  cost: z
    .string()
    .refine(
      (text) => costOf(text) !== undefined,
      'is not AmortizedCost, NetAmortizedCost, UnblendedCost or NetUnblendedCost (blended costs are averages over the organisation)',
    )
    .optional()
    .describe('Default AmortizedCost: what was prepaid counts when it is used.'),
  include: z
    .array(z.enum(LEFT_OUT))
    .optional()
    .describe('Charges that are left out by default: Credit, Refund, Tax, Support.'),
  where,
  shared: sharedRules,
  settle: settleText,
  profile: z
    .string()
    .min(1)
    .optional()
    .describe('Profile of the AWS configuration; default: as the AWS tools choose.'),
  region: z
    .string()
    .min(1)
    .optional()
    .describe('Only for other partitions: cn-northwest-1. Default us-east-1.'),
  credentials: z
    .strictObject({
      accessKeyId: secretText,
      secretAccessKey: secretText,
      sessionToken: secretText.optional(),
    })
    .optional()
    .describe('Instead of those of the AWS configuration; secrets of the environment.'),
  endpoint: z.string().min(1).optional().describe('Address of a stand-in; default: that of AWS.'),
  timeout: duration.optional().describe('Longest silence of the server; default 30s.'),
  deadline: duration.optional().describe('For one page with all its retries; default 5m.'),
});
export type CostExplorerOptions = z.infer<typeof costExplorerOptions>;

export const costExplorerQuery = z.strictObject({
  where,
  services: z
    .boolean()
    .optional()
    .describe('One observation per service, with label `service`; needs fold: sum.'),
});
export type CostExplorerQuery = z.infer<typeof costExplorerQuery>;
