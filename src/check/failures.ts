/**
 * How many trials failed, by arm and class, so that nothing is hidden. It warns of failures that count against an arm;
 * what the machine did to a trial is listed too, and judged by the check "unequal-exclusions". Failures that count
 * against an arm keep a value in time and cost (the longest limit of the run), their share is what a guardrail judges, and units
 * that lack a metric are the business of the check "coverage". A treatment that fails more often than the baseline
 * (Fisher's exact test, p < .05) fails this check: nothing becomes invalid by that, but it is not adopted.
 */
import type { Evidence, Trial } from '../model/evidence.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { countingTrials } from './delivered.js';
import { fisherExact } from './fisher-exact.js';
import { type Answer, answering, fail, pass, skip, warn } from './result.js';

/** What the stack did, as against what the machine or this tool did to it: those are exclusions. */
const againstArm: ReadonlySet<Trial['outcome']> = new Set(['sut-error', 'sut-timeout', 'sut-oom', 'launch']);

export const failures: Check = {
  title: 'Trials that failed, by arm',
  severity: 'warning',
  run: (evidence) => [
    answering('failures', 'warning', reason('failures-need'))('experiment', countFailures(evidence)),
  ],
};

function countFailures({ experiment, trials }: Evidence): Answer {
  const counting = countingTrials(trials);
  if (counting.length === 0) return skip(reason('failures-nothing-run'));
  const names = experiment.arms.map(({ name }) => name);
  const groups = names.map((name) => {
    const own = counting.filter(({ arm }) => arm === name);
    return { size: own.length, events: own.filter(({ outcome }) => againstArm.has(outcome)).length };
  });
  const classes = new Map<string, number>();
  for (const { arm, outcome } of counting) {
    if (outcome === 'ok') continue;
    const key = `${arm} ${outcome}`;
    classes.set(key, (classes.get(key) ?? 0) + 1);
  }
  const baseline = groups[names.indexOf(experiment.baseline)];
  const ps = groups.filter((group) => group !== baseline).map((group) => fisherExact(group, baseline));
  const failsMore = names.filter((_, i) => {
    const group = groups[i];
    return group.events * baseline.size > baseline.events * group.size && fisherExact(group, baseline) < 0.05;
  });
  const saw = reason('failures-saw', {
    arms: names,
    failed: groups.map(({ events }) => events),
    trials: groups.map(({ size }) => size),
    classes: [...classes].map(([key, n]) => `${n} × ${key}`).toSorted(),
    p: Math.min(1, ...ps),
    failsMore,
  });
  if (failsMore.length > 0) return fail(saw);
  return groups.every(({ events }) => events === 0) ? pass(saw) : warn(saw);
}
