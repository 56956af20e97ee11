/**
 * Blocks that are left out whole because something other than the stacks failed in them.
 * The rules read the class of the outcome and nothing else: no arm, no measurement, no later block.
 * Leaving out the single trial instead would keep its partner and break the pairing; repeating it alone
 * would run it at another time than its partner.
 */
import type { Exclusion, FailureClass, Trial } from '../model/evidence.js';
import { countingTrials } from './attempts.js';

/** What does not count against an arm; the rule's name is also the code of its sentence. */
const RULES: ReadonlyMap<Trial['outcome'], string> = new Map([
  ['harness', 'exclude-harness'],
  ['environment', 'exclude-environment'],
  ['aborted', 'exclude-aborted'],
]);

const inOrder = (a: Trial, b: Trial): number =>
  a.block - b.block || a.order - b.order || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);

/** One exclusion per block, triggered by its first trial to which a rule applies, in order of the blocks. */
export const exclusions = (trials: readonly Trial[]): readonly Exclusion[] => {
  const found = new Map<number, Exclusion>();
  for (const { block, outcome, id, arm } of [...countingTrials(trials)].sort(inOrder)) {
    const rule = RULES.get(outcome);
    if (rule === undefined || found.has(block)) continue;
    found.set(block, { block, rule, outcome: outcome as FailureClass, trial: id, arm });
  }
  return [...found.values()];
};
