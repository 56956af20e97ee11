/** What each check saw and needed. */
import { count, duration, fixed, list, number, percent, plural, pValue, quantity } from '../format.js';
import { checkCostWords } from './check-cost.js';
import { checkLooksWords } from './check-looks.js';
import { checkSeriesWords } from './check-series.js';
import { checkSplitWords } from './check-split.js';
import type { Values, Words } from './types.js';

/** "engine 45, functions 44" */
const perArm = (arms: unknown, counts: unknown): string => {
  const names = arms as readonly string[];
  return names.map((name, i) => `${name} ${count((counts as readonly number[])[i])}`).join(', ');
};

/** old 6 of 20, new 0 of 20 */
const failedOf = (v: Values): string =>
  (v.arms as readonly string[])
    .map(
      (name, i) =>
        `${name} ${count((v.failed as readonly number[])[i])} of ${count((v.trials as readonly number[])[i])}`,
    )
    .join(', ');

/** Live traffic has no trials. */
const warmUpDeclared = (v: Values): string =>
  v.burnInMs === undefined ? plural(v.declared, 'warm-up trial') : `a burn-in of ${duration(v.burnInMs)}`;

const warmUpCut = (v: Values): string =>
  `In ${v.arm} the first ${count(v.cut)} of ${count(v.units)} values differ from the rest (t = ${fixed(v.t, 1)})`;

export const checkWords = {
  ...checkCostWords,
  ...checkSeriesWords,
  ...checkSplitWords,
  ...checkLooksWords,
  'check-no-judged-metric': () => 'No claim or metric with a better direction needs it.',
  'check-metric-unmeasured': (v) => `${v.metric} has no data to look at.`,

  'sample-ratio-need-shares': (v) =>
    `Units in the declared shares: χ² with p not below ${number(v.limit)}, and no empty arm.`,
  'sample-ratio-need-schedule': () =>
    'Every scheduled trial outside excluded blocks, on the arm it was scheduled for.',
  'sample-ratio-observed': () =>
    'Nothing was split: this design declares no shares to hold the units against.',
  'sample-ratio-no-schedule': () =>
    'Nothing was run by stacktrial, so there is no schedule to hold the trials against.',
  'sample-ratio-unanswered': (v) =>
    `No source answered for ${list(v.arms)}, so how many units went there is not known.`,
  'sample-ratio-no-units': () => 'No arm received a unit.',
  'sample-ratio-buckets': () =>
    'The units are time buckets, of which every arm has as many: they say nothing of how the work was split.',
  'sample-ratio-unshared-arm': (v) =>
    `${list(v.strangers)} received units without a declared share (${perArm(v.arms, v.counts)}).`,
  'sample-ratio-empty-arm': (v) =>
    `${list(v.empty)} received no unit at all (${perArm(v.arms, v.counts)}). Look for a broken route or key.`,
  'sample-ratio-one-arm': () => 'Only one arm has a share, so there is nothing to compare with.',
  'sample-ratio-too-few': (v) =>
    `${plural(v.total, 'unit')} (${perArm(v.arms, v.counts)}) are too few to test the split: each arm needs ${count(v.expectedUnits)} expected units.`,
  'sample-ratio-saw-shares': (v) =>
    `${perArm(v.arms, v.counts)} of ${plural(v.total, 'unit')} against shares of ${list((v.shares as readonly number[]).map((share) => percent(share)))}: χ² = ${fixed(v.statistic, 2)}, ${pValue(v.p)}.`,
  'sample-ratio-nothing-left': () => 'No scheduled trial is left outside excluded blocks.',
  'sample-ratio-saw-schedule': (v) => {
    const faults = [
      ...(v.missing > 0 ? [`${plural(v.missing, 'trial')} missing`] : []),
      ...(v.foreign > 0 ? [`${plural(v.foreign, 'trial')} not as scheduled`] : []),
    ];
    const told = faults.length === 0 ? 'all as scheduled' : `${list(faults)}, first ${v.first}`;
    return `Trials delivered: ${perArm(v.arms, v.counts)}; scheduled: ${perArm(v.arms, v.planned)}; ${told}.`;
  },

  'multiple-exposure-need': (v) =>
    `No key on more than one arm; above ${percent(v.failAbove)} of the keys, beyond chance, the run is invalid.`,
  'multiple-exposure-shared': () => 'Units are not split by key in this design.',
  'multiple-exposure-no-keys': () => 'No key was seen.',
  'multiple-exposure-saw': (v) =>
    v.twice === 0
      ? `Each of ${plural(v.keys, 'key')} is on one arm.`
      : `${count(v.twice)} of ${plural(v.keys, 'key')} (${percent(v.share)}) on more than one arm, first ${list(v.examples)}. If every unit ran on all arms, declare \`design: { kind: mirrored }\`; else mend the split.`,

  'covariate-need': (v) =>
    `No covariate of the units differs between arms: p not below ${number(v.limit)} over all tests.`,
  'covariate-balanced-by-design': () =>
    'Every unit runs on every arm, so the arms cannot get different work.',
  'covariate-none': () =>
    'Nothing is known about the units before they run, so the kind of work cannot be compared.',
  'covariate-too-few': (v) =>
    `Fewer than ${count(v.fewest)} units in an arm: too few to compare the kind of work.`,
  'covariate-jobs-in-a-row': (v) =>
    `The arms’ work differs, but jobs that follow each other are alike and went to one arm in a row: ${plural(v.jobs, 'job')} are worth about ${number(v.independent, 2)}. Whether that is the router or the hour cannot be told: let work change hands more often, or run longer.`,
  'covariate-saw': (v) => {
    const [treatment, baseline] = v.means as readonly number[];
    return `Of ${list(v.covariates)}, ${v.covariate} differs most: mean ${number(treatment)} in ${v.treatment}, ${number(baseline)} in ${v.baseline} (${pValue(v.p)}).`;
  },

  'exclusions-need': (v) =>
    `Exclusions as frequent in each arm (p not below ${number(v.limit)}), and at most ${percent(v.share)} of the blocks, or no more than a machine that loses ${percent(v.tolerated)} shows by chance.`,
  'exclusions-nothing-run': () => 'Nothing was run by stacktrial, so no block could be excluded.',
  'exclusions-saw': (v) =>
    v.excluded === 0
      ? `None of ${plural(v.blocks, 'block')} was excluded.`
      : `${plural(v.excluded, 'block')} of ${count(v.blocks)} excluded (${percent(v.share)}), triggered by ${perArm(v.arms, v.counts)}: ${pValue(v.p)}.`,

  'output-parity-need': () => 'The same count and checksum of the output of a unit in every arm and repeat.',
  'output-parity-none-declared': () =>
    'Not checked, so lost records stay unseen: declare `driver.output: { count: $.…, checksum: $.… }`, the paths of a count and a checksum in the answer of each stack.',
  'output-parity-nothing-run': () => 'Nothing was run by stacktrial, so there is no output to compare.',
  'output-parity-counts-differ': (v) =>
    `Outputs differ: ${v.metric} is another count in every repeat for ${count(v.units)} of ${plural(v.of, 'unit')}: ${(v.examples as readonly string[]).join('; ')}. Let the stacks do the same work, or declare \`driver.output\` (count, checksum) if this is no count of output.`,
  'output-parity-missing': (v) =>
    `${plural(v.trials, 'successful trial')} of ${list(v.arms)} gave no count and sha256 while others did (first ${v.first}), so the outputs cannot be compared.`,
  'output-parity-not-shared': (v) =>
    `Each of ${plural(v.units, 'unit')} ran on one arm only, so the arms have no output in common.`,
  'output-parity-differs': (v) =>
    `Outputs differ for ${count(v.units)} of ${plural(v.of, 'unit')}: ${(v.examples as readonly string[]).join('; ')}.`,
  'output-parity-same': (v) =>
    `The same output for ${plural(v.units, 'unit')} in all arms, over ${plural(v.trials, 'trial')}.`,

  'coverage-need': (v) =>
    `At most ${percent(v.warnAbove)} of the expected units missing; above ${percent(v.failAbove)}${v.unequalBelow === undefined ? '' : `, or where one arm lacks more than the other (p below ${number(v.unequalBelow)}),`} the metric decides nothing.`,
  'coverage-no-table': (v) => `Nothing was collected for ${v.metric}.`,
  'coverage-empty-arm': (v) =>
    `${v.metric} has no value at all in ${list(v.empty)}. An empty arm is not zero: nothing can be claimed.`,
  'coverage-saw': (v) =>
    `${v.metric}: ${perArm(v.arms, v.counts)} units measured of ${perArm(v.arms, v.expected)} expected` +
    `${v.complete === null ? '' : `, ${count(v.complete)} complete in every arm`}; ${percent(v.missing)} missing${typeof v.p === 'number' && v.missing > 0 ? ` (no more unequal between the arms than chance makes it: ${pValue(v.p)})` : ''}.`,

  'failures-need': () =>
    'No failure that counts against an arm. Those that do keep their place in its numbers.',
  'failures-nothing-run': () => 'Nothing was run by stacktrial, so no trial could fail.',
  'failures-saw': (v) => {
    const classes = v.classes as readonly string[];
    if (classes.length === 0) return `No trial failed (${perArm(v.arms, v.trials)} trials).`;
    return `Failures that count against the arm: ${failedOf(v)} trials (equal rates: ${pValue(v.p)}); all outcomes but ok: ${classes.join(', ')}.`;
  },

  'warm-up-need': (v) =>
    `The part that MSER-5 would cut from the start does not differ from the rest (|t| below ${number(v.limit)}).`,
  'warm-up-observed': () => 'Nothing was started by stacktrial: the declared window decides what counts.',
  'warm-up-no-time-metric': () => 'No metric has `role: time`, so there is nothing to judge the warm-up by.',
  'warm-up-too-few': (v) =>
    `${v.arm} has ${plural(v.units, 'value')}; ${count(v.needed)} are needed to see a warm-up.`,
  'warm-up-steady': (v) =>
    `${v.arm} is steady from the first of ${plural(v.units, 'value')} on (${warmUpDeclared(v)} declared).`,
  'warm-up-cut': (v) =>
    `${warmUpCut(v)}: declare more than ${warmUpDeclared(v)}, or keep them if cold starts are part of what is paid for.`,
  'warm-up-no-steady-state': (v) =>
    `${warmUpCut(v)}, up to the middle of the run: slow drift or too short a run, so no steady state was reached.`,

  'repeat-effect-need': (v) =>
    `The arms compare alike in first and later repeats of an item: p not below ${number(v.limit)}, and never more than ${percent(v.material)} apart.`,
  'repeat-effect-no-repeats': () =>
    'No item is run more than once on every arm, so nothing can be remembered.',
  'repeat-effect-no-time-metric': () => 'No metric is a time, so there is nothing to judge repeats by.',
  'repeat-effect-too-few': (v) => `${v.metric}: too few repeats to see whether an arm remembers.`,
  'repeat-effect-inherited': (v) =>
    `${v.metric} is computed from ${v.from}, in which first and later repeats do not compare alike.`,
  'repeat-effect-saw': (v) =>
    `${v.metric}: ${v.treatment} ÷ ${v.baseline} in first repeats is ${percent(Math.abs(v.change))} ${v.change < 0 ? 'lower' : 'higher'} than in later ones (${plural(v.pairs, 'pair')}, ${pValue(v.p)}; trend over repeats ${pValue(v.pSlope)})` +
    `${Math.min(v.p, v.pSlope) < 0.01 ? '. An arm that remembers answers, or warms up on them: switch its cache off, or use `repeats: 1` with more files' : ''}.`,

  'order-effect-need': (v) => `No change with the place in the block: p not below ${number(v.limit)}.`,
  'order-effect-no-blocks': () => 'Trials do not follow each other in blocks in this design.',
  'order-effect-too-few': (v) => `${v.metric}: fewer than ${count(v.fewestPairs)} pairs, or only one order.`,
  'order-effect-saw': (v) =>
    `${v.metric}: ${v.relative ? percent(v.effect) : quantity(v.effect, v.unit)} for each place later in the block (${plural(v.pairs, 'pair')}, ${pValue(v.p)}). The comparison removes it.`,

  'skew-need': (v) =>
    `Standardised skewness of the estimate at most ${number(v.limit)}, so that each side of the interval keeps its promise.`,
  'skew-too-few': (v) => `${v.metric}: fewer than ${count(v.fewest)} values, or none that vary.`,
  'skew-saw': (v) =>
    `${v.metric}: standardised skewness ${fixed(v.lambda, 3)} for ${v.treatment}` +
    `${Math.abs(v.lambda) > v.limit ? '; read the nearer end of the interval with caution, or add units' : ''}.`,
} satisfies Words;
