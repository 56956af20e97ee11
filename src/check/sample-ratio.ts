/**
 * Did every arm get its share of the work? Fatal: a split that is not the declared one compares different work.
 *
 * By key: χ² = Σ (units − expected)²/expected over the arms with a share, df = arms − 1, fails at p < .001
 * (GrowthBook, Statsig and Eppo use the same limit); needs 5 expected units in each arm for χ² to hold
 * (Cochran 1954). An arm without any unit fails at any size (GrowthBook #4427: the usual test did not fire).
 * Interleaved and mirrored: balance is forced, so the trials delivered are held against the schedule exactly.
 * Observed: nobody declared a split, so there is none to hold the units against.
 * Under several looks the χ² at each would err more often: the p is one that is valid at every look (stats/sequential-ratio.ts).
 * A tap that counts traffic (ramp, by key): the counts of each slot against its shares, χ² summed over slots. What takes
 * part is divided as the design says in every slot; where the rest is counted, too, the baseline's share is larger by it.
 * Where requests
 * are routed by key, those of a key go together: each χ² is divided by the design effect Σw²/Σw over keys (Kish 1965).
 */
import type { Evidence } from '../model/evidence.js';
import type { ArmName } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { chiSquaredSurvival } from '../stats/chi-squared.js';
import { sequentialRatio } from '../stats/sequential-ratio.js';
import { countingTrials, plannedTrials } from './delivered.js';
import { trafficOf } from './exposure.js';
import { isOfNamedUnit } from './named-units.js';
import { type Answer, answering, fail, pass, skip } from './result.js';
import { expectedUnits, limit, ofTraffic } from './traffic-ratio.js';

export const sampleRatio: Check = {
  title: 'Every arm got its declared share of the work',
  severity: 'fatal',
  run(evidence, { of }) {
    const { kind } = evidence.experiment.design;
    const need =
      kind === 'by-key' || kind === 'ramp'
        ? reason('sample-ratio-need-shares', { limit })
        : reason('sample-ratio-need-schedule', {});
    const result = answering('sample-ratio', 'fatal', need);
    if (kind === 'observed') return [result('experiment', skip(reason('sample-ratio-observed')))];
    const traffic = trafficOf(evidence.exposure);
    if (kind === 'ramp' || (kind === 'by-key' && traffic.length > 0))
      return [result('experiment', ofTraffic(evidence, traffic))];
    if (kind === 'switchback' && evidence.schedule?.slots !== undefined)
      return [result('experiment', skip(reason('sample-ratio-slots')))];
    if (kind === 'runs') return [result('experiment', skip(reason('sample-ratio-observed')))];
    return [
      result('experiment', kind === 'by-key' ? againstShares(evidence, of) : againstSchedule(evidence)),
    ];
  },
};

function againstShares(evidence: Evidence, looks: number): Answer {
  const { arms, design } = evidence.experiment;
  const names = arms.map(({ name }) => name);
  const units = unitsPerArm(evidence);
  const counts = names.map((name) => units.get(name)?.size ?? 0);
  const shares = names.map((name) => design.shares[name] ?? 0);
  const total = counts.reduce((sum, n) => sum + n, 0);
  const values = { arms: names, counts, shares, total };
  const silent = evidence.trials.length === 0 ? unanswered(evidence) : [];
  if (
    silent.length > 0 &&
    names.every((name, i) => counts[i] > 0 || shares[i] === 0 || silent.includes(name))
  )
    return skip(reason('sample-ratio-unanswered', { arms: silent }));
  const came = new Set(evidence.collected.flatMap(({ observations }) => observations.map(({ arm }) => arm)));
  if (total === 0 && came.size > 0) {
    // Everything was counted by the clock, which runs on every arm: only an arm that is missing shows.
    const without = names.filter((name, i) => shares[i] > 0 && !came.has(name));
    return without.length > 0
      ? fail(reason('sample-ratio-empty-arm', { ...values, empty: without }))
      : skip(reason('sample-ratio-buckets'));
  }
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
  const given = shares.flatMap((share, i) =>
    share > 0 ? [{ share: share / shareSum, count: counts[i] }] : [],
  );
  const p =
    looks > 1
      ? sequentialRatio(
          given.map(({ count }) => count),
          given.map(({ share }) => share),
        )
      : chiSquaredSurvival(statistic, cells.length - 1);
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
      for (const one of observations.filter(isOfNamedUnit)) units.get(one.arm)?.add(one.unit);
    }
  }
  return units;
}

/** Arms of which no source could be read: their units are unknown. One that answered with no rows says that there are none. */
const unanswered = ({ experiment, collected }: Evidence): readonly ArmName[] =>
  experiment.arms
    .map(({ name }) => name)
    .filter((name) => {
      const own = collected.filter(({ meta }) => meta.arm === name);
      return (
        own.length > 0 && own.every(({ meta: { problem } }) => problem != null && problem.code !== 'no-data')
      );
    });

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
