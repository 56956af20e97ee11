/**
 * Costs that both arms use and neither is tagged with: the Kafka cluster before both stacks. What of the bill that
 * is not an arm's own is shared, and how it is divided, is declared. The source reports the whole amount for every
 * arm, marked by labels; collect/derive/shared.ts takes each arm's share, so that the evidence keeps what was billed.
 */
import { z } from 'zod';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';

const where = z
  .record(z.string(), z.string())
  .refine((columns) => Object.keys(columns).length > 0, 'needs at least one condition')
  .describe('Which costs: { SERVICE: Amazon MSK }.');

export const sharedRules = z
  .array(
    z.union([
      z.strictObject({
        where,
        split: z.enum(['equal', 'none']).describe('equal: the same part to each arm; none: left out.'),
      }),
      z.strictObject({
        where,
        by: z.string().min(1).describe('Metric in whose proportion the costs are divided: records.'),
      }),
    ]),
  )
  .optional()
  .describe('Costs of no arm that both arms cause, and how they are divided.');
export type SharedRules = NonNullable<z.infer<typeof sharedRules>>;
export type SharedRule = SharedRules[number];

/** `SERVICE = Amazon MSK`, for labels and messages. */
export const titleOf = (rule: SharedRule): string =>
  Object.entries(rule.where)
    .map(([column, value]) => `${column} = ${value}`)
    .join(', ');

/** Labels of an observation that is to be divided; null where the rule leaves the costs out. */
export const sharedLabels = (rule: SharedRule): Readonly<Record<string, string>> | null => {
  if ('by' in rule) return { shared: titleOf(rule), by: rule.by };
  return rule.split === 'none' ? null : { shared: titleOf(rule), split: rule.split };
};

/** @throws SourceProblem where a rule names what the bill cannot be told apart by */
export const checkShared = (
  metric: string,
  rules: SharedRules,
  known: (key: string) => boolean,
  exist: readonly string[],
): void => {
  for (const rule of rules)
    for (const key of Object.keys(rule.where))
      if (!known(key)) throw new SourceProblem(reason('billing-shared-key', { metric, key, exist }));
};
