/**
 * Did every arm get its share of the work? Fatal: a split that is not the declared one compares different work.
 *
 * By key: χ² = Σ (units − expected)²/expected over the arms with a share, df = arms − 1, fails at p < .001
 * (GrowthBook, Statsig and Eppo use the same limit); needs 5 expected units in each arm for χ² to hold
 * (Cochran 1954). An arm without any unit fails at any size (GrowthBook #4427: the usual test did not fire).
 * Interleaved and mirrored: balance is forced, so the trials delivered are held against the schedule exactly.
 * Observed: nobody declared a split, so there is none to hold the units against.
 */
import type { Evidence } from '../model/evidence.js';
import type { ArmName } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { chiSquaredSurvival } from '../stats/chi-squared.js';
import { countingTrials, plannedTrials } from './delivered.js';
import { type Answer, answering, fail, pass, skip } from './result.js';

const limit = 0.001;
const expectedUnits = 5;

export const sampleRatio: Check = {
  title: 'Every arm got its declared share of the work',
  severity: 'fatal',
  run(evidence) {
    const { kind } = evidence.experiment.design;
    const need =
      kind === 'by-key'
        ? reason('sample-ratio-need-shares', { limit })
        : reason('sample-ratio-need-schedule', {});
    const result = answering('sample-ratio', 'fatal', need);
    if (kind === 'observed') return [result('experiment', skip(reason('sample-ratio-observed')))];
    return [result('experiment', kind === 'by-key' ? againstShares(evidence) : againstSchedule(evidence))];
  },
};

function againstShares(evidence: Evidence): Answer {
  const { arms, design } = evidence.experiment;
  const names = arms.map(({ name }) => name);
  const units = unitsPerArm(evidence);
  const counts = names.map((name) => units.get(name)?.size ?? 0);
  const shares = names.map((name) => design.shares[name] ?? 0);
  const total = counts.reduce((sum, n) => sum + n, 0);
  const values = { arms: names, counts, shares, total };
  if (total === 0) return fail(reason('sample-ratio-no-units'));
  const strangers = names.filter((_, i) => shares[i] === 0 && counts[i] > 0);
  if (strangers.length > 0) return fail(reason('sample-ratio-unshared-arm', { ...values, strangers }));
  const empty = names.filter((_, i) => shares[i] > 0 && counts[i] === 0);
  if (empty.length > 0) return fail(reason('sample-ratio-empty-arm', { ...values, empty }));

  const shareSum = shares.reduce((sum, share) => sum + share, 0);
  const cells = shares.flatMap((share, i) =>
    share > 0 ? [{ count: counts[i], expected: (total * share) / shareSum }] : [],
  );
  if (cells.length < 2) return fail(reason('sample-ratio-one-arm', values));
  if (cells.some(({ expected }) => expected < expectedUnits)) {
    return skip(reason('sample-ratio-too-few', { ...values, expectedUnits }));
  }
  const statistic = cells.reduce((sum, { count, expected }) => {
    const distance = count - expected;
    return sum + (distance * distance) / expected;
  }, 0);
  const p = chiSquaredSurvival(statistic, cells.length - 1);
  const saw = reason('sample-ratio-saw-shares', { ...values, statistic, p });
  return p < limit ? fail(saw) : pass(saw);
}

/** Distinct units that each arm worked on: from the trials, or from what sources returned where nothing was run. */
function unitsPerArm({ experiment, trials, collected }: Evidence): ReadonlyMap<ArmName, ReadonlySet<string>> {
  const units = new Map<ArmName, Set<string>>(experiment.arms.map(({ name }) => [name, new Set()]));
  const counting = countingTrials(trials);
  if (counting.length > 0) {
    for (const { arm, unit } of counting) units.get(arm)?.add(unit);
  } else {
    for (const { observations } of collected) {
      for (const { arm, unit } of observations) units.get(arm)?.add(unit);
    }
  }
  return units;
}

function againstSchedule(evidence: Evidence): Answer {
  const { experiment, schedule, exclusions } = evidence;
  if (schedule === null || schedule.trials.length === 0) return skip(reason('sample-ratio-no-schedule'));
  const excluded = new Set(exclusions.map(({ block }) => block));
  const kept = <T extends { readonly block: number }>(rows: readonly T[]) =>
    rows.filter(({ block }) => !excluded.has(block));
  const planned = kept(plannedTrials(evidence));
  const delivered = kept(countingTrials(evidence.trials));
  const armOf = new Map(schedule.trials.map(({ id, arm }) => [id, arm]));
  const foreign = delivered.filter(({ id, arm }) => armOf.get(id) !== arm);
  const there = new Set(delivered.map(({ id }) => id));
  const missing = planned.filter(({ id }) => !there.has(id));

  const names = experiment.arms.map(({ name }) => name);
  const perArm = (rows: readonly { readonly arm: ArmName }[]) =>
    names.map((name) => rows.filter(({ arm }) => arm === name).length);
  const values = {
    arms: names,
    counts: perArm(delivered),
    planned: perArm(planned),
    missing: missing.length,
    foreign: foreign.length,
    first: (missing[0] ?? foreign[0])?.id ?? null,
  };
  if (planned.length === 0) return fail(reason('sample-ratio-nothing-left', values));
  const saw = reason('sample-ratio-saw-schedule', values);
  return missing.length > 0 || foreign.length > 0 ? fail(saw) : pass(saw);
}
