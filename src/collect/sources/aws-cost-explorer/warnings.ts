/** What the report should say beside the costs. */
import type { Query } from '../../../model/ports.js';
import { type Reason, reason } from '../../../model/reason.js';
import type { Costs } from './costs.js';
import type { Gathered } from './gather.js';
import type { Question } from './question.js';

/** What is to be said of an answer that is there, for the evidence. */
export const warnings = (
  asked: Query,
  costs: Costs,
  { periods, settled, lost }: Gathered,
): readonly Reason[] => {
  const { metric } = asked.want;
  const { leftOut } = asked.request as Question;
  const { currency } = costs;
  const estimated = periods.filter((period) => period.estimated).length;
  const said: Reason[] = [];
  if (leftOut.length > 0) said.push(reason('cost-left-out', { metric, types: leftOut }));
  if (!costs.untagged.isZero)
    said.push(
      reason('billing-untagged', { metric, amount: costs.untagged.toNumber(), currency, tag: costs.tag }),
    );
  for (const { title, how, amount } of costs.sharedTotals)
    said.push(reason('billing-shared', { metric, title, how, amount: amount.toNumber(), currency }));
  if (estimated > 0)
    said.push(reason('billing-estimated', { metric, periods: estimated, of: periods.length }));
  if (settled.heldBack > 0)
    said.push(reason('billing-held-back', { metric, buckets: settled.heldBack, nextAt: settled.nextAtMs }));
  if (lost !== null) said.push(reason('cost-hourly-lost', { metric, hours: lost.count, from: lost.fromMs }));
  return said;
};
