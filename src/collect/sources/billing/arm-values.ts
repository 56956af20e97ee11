/** What an arm is called on a bill: the value of the tag by which the bill tells the arms apart. */
import type { Arm, ArmName } from '../../../model/experiment.js';
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';

const tagValueOf = (metric: string, key: string, { name, match }: Arm): string => {
  if (Object.hasOwn(match, key)) return match[key];
  const values = Object.values(match);
  if (values.length === 1) return values[0];
  throw new SourceProblem(reason('billing-arm-value', { metric, key, who: name, match: Object.keys(match) }));
};

/**
 * By value: the arm's own value of `key` in its `match`, else the only one that it has.
 * @throws SourceProblem where that is not clear, or two arms have the same
 */
export const armsByValue = ({ metric, arms }: Want, key: string): ReadonlyMap<string, ArmName> => {
  const byValue = new Map<string, ArmName>();
  for (const arm of arms) {
    const value = tagValueOf(metric, key, arm);
    const other = byValue.get(value);
    if (other !== undefined)
      throw new SourceProblem(
        reason('billing-arms-share-value', { metric, key, value, who: [other, arm.name] }),
      );
    byValue.set(value, arm.name);
  }
  return byValue;
};
