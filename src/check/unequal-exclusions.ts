/**
 * Were blocks left out because of one arm, or too many at all? Fatal: what is left may flatter the arm that
 * caused the gaps. Exclusion rules cannot see the arm; whether they hit one arm more often is counted afterwards.
 *
 * Fisher's exact test of exclusions triggered by treatment and baseline out of their planned trials, p < .01 ÷ treatments.
 * (reference/splitting.md §4.2 says p < .05; that alone made 2.3 % of healthy runs of 300 blocks invalid when 2 % of
 * their trials were disturbed, 2,000 simulated runs, and 2 % is all that the checks together may spend.)
 * More than 10 % of the blocks fails where a machine that loses 5 % of them would show as many in less than 1 of 100
 * runs, so that one block of nine is not the end of a run; before that it warns.
 */
import type { Evidence } from '../model/evidence.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { binomialSurvival } from '../stats/binomial.js';
import { plannedTrials } from './delivered.js';
import { fisherExact } from './fisher-exact.js';
import { type Answer, answering, fail, pass, skip, warn } from './result.js';

const limit = 0.01;
const share = 0.1;
/** Part of the blocks that a healthy machine may lose. */
const tolerated = 0.05;

export const unequalExclusions: Check = {
  title: 'Blocks were left out rarely, and not because of one arm',
  severity: 'fatal',
  run(evidence) {
    const need = reason('exclusions-need', { limit, share, tolerated });
    return [answering('unequal-exclusions', 'fatal', need)('experiment', compare(evidence))];
  },
};

function compare(evidence: Evidence): Answer {
  const { experiment, exclusions } = evidence;
  const planned = plannedTrials(evidence);
  if (planned.length === 0) return skip(reason('exclusions-nothing-run'));
  const names = experiment.arms.map(({ name }) => name);
  const groups = names.map((name) => ({
    events: exclusions.filter(({ arm }) => arm === name).length,
    size: planned.filter(({ arm }) => arm === name).length,
  }));
  const baseline = groups[names.indexOf(experiment.baseline)];
  const treatments = groups.filter((group) => group !== baseline);
  const p = Math.min(1, ...treatments.map((group) => fisherExact(clipped(group), clipped(baseline))));
  const blocks = new Set(planned.map(({ block }) => block)).size;
  const left = new Set(exclusions.map(({ block }) => block)).size;
  const saw = reason('exclusions-saw', {
    blocks,
    excluded: left,
    share: left / blocks,
    arms: names,
    counts: groups.map(({ events }) => events),
    p,
  });
  const tooMany = left > share * blocks;
  const byChance = binomialSurvival(left - 1, blocks, tolerated);
  if (p < limit / Math.max(1, treatments.length) || (tooMany && byChance < limit)) return fail(saw);
  return tooMany ? warn(saw) : pass(saw);
}

/** In a run under way the excluded block may not be owed yet. */
const clipped = ({ events, size }: { events: number; size: number }) => ({
  events,
  size: Math.max(events, size),
});
