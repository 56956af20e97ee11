/**
 * Sample ratio of traffic that a tap counted: χ² of each slot's counts against its shares, ÷ the design effect Σw²/Σw over
 * keys where requests are routed by key (Kish 1965), summed over slots.
 */
import type { Evidence } from '../model/evidence.js';
import type { ArmName } from '../model/experiment.js';
import { reason } from '../model/reason.js';
import { chiSquaredSurvival } from '../stats/chi-squared.js';
import type { Traffic } from './exposure.js';
import { type Answer, fail, pass, skip } from './result.js';

/** p below which a split is not the declared one. */
export const limit = 0.001;
/** Expected units in each arm for χ² to hold (Cochran 1954). */
export const expectedUnits = 5;

/** Every slot's counts against its shares; what a split gave, whoever served it. */
export function ofTraffic({ experiment, schedule }: Evidence, traffic: readonly Traffic[]): Answer {
  if (traffic.length === 0) return skip(reason('exposure-not-seen'));
  const arms = experiment.arms.map(({ name }) => name);
  const planned = new Map(schedule?.slots?.map((slot) => [slot.index, slot]));
  const sharesIn = (slot: number | null, withRest: boolean) => {
    const known = slot === null ? undefined : planned.get(slot);
    return known !== undefined && (withRest || known.coverage === undefined)
      ? known.shares
      : experiment.design.shares;
  };
  const total = traffic.reduce((sum, { count }) => sum + count, 0);
  const counts = arms.map((arm) =>
    traffic.reduce((sum, row) => sum + (row.assigned === arm ? row.count : 0), 0),
  );
  let statistic = 0;
  let df = 0;
  for (const slot of new Set(traffic.map((row) => row.slot))) {
    const rows = traffic.filter((row) => row.slot === slot);
    const shares = sharesIn(
      slot,
      rows.some(({ withRest }) => withRest === true),
    );
    const found = ofSlot(rows, arms, shares);
    if (found === null) continue;
    statistic += found;
    df += arms.filter((arm) => (shares[arm] ?? 0) > 0).length - 1;
  }
  if (df === 0)
    return skip(reason('sample-ratio-too-few', { arms, counts, shares: [], total, expectedUnits }));
  const p = chiSquaredSurvival(statistic, df);
  const saw = reason('sample-ratio-saw-traffic', { arms, counts, total, statistic, df, p });
  return p < limit ? fail(saw) : pass(saw);
}

/** χ² ÷ design effect; null where it does not hold: too few expected, or a single arm. */
function ofSlot(
  rows: readonly Traffic[],
  arms: readonly ArmName[],
  shares: Readonly<Record<ArmName, number>>,
): number | null {
  const given = arms.filter((arm) => (shares[arm] ?? 0) > 0);
  const own = rows.filter(({ assigned }) => given.includes(assigned));
  const sum = (of: (row: Traffic) => number, all = own) => all.reduce((whole, row) => whole + of(row), 0);
  const total = sum(({ count }) => count);
  const keyed = own.length > 0 && own.every(({ squares }) => squares !== null);
  const effect = keyed ? Math.max(1, sum(({ squares }) => squares ?? 0) / total) : 1;
  if (given.length < 2 || given.some((arm) => (total / effect) * (shares[arm] ?? 0) < expectedUnits))
    return null;
  const statistic = given.reduce((chi, arm) => {
    const expected = total * (shares[arm] ?? 0);
    const distance =
      sum(
        ({ count }) => count,
        own.filter(({ assigned }) => assigned === arm),
      ) - expected;
    return chi + (distance * distance) / expected;
  }, 0);
  return statistic / effect;
}
