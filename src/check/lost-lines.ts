/**
 * Did a line arrive for every request that the proxy counted? A log over UDP loses lines where a buffer is full, and what
 * is lost is lost at the busiest times. Fatal where one arm lost more than the other (its slow or failed requests may be
 * those that nobody hears of), and above 1 in 10; a loss that hits the arms alike warns.
 *
 * Lost are counted − heard requests of each arm, summed over the slots; up to 5 of them are the lines under way while both
 * are read. Arms are compared by Fisher's exact test of lost out of counted, p < .01 ÷ treatments, as exclusions are, where
 * their shares differ by more than 1 in 1,000. More lines than requests (a line that is told twice) warns.
 * Source: reference/splitting.md §3.1; HAProxy's counters told of exactly as many requests as there were lines (960 of 960).
 */
import type { Evidence, LineCount } from '../model/evidence.js';
import type { ArmName } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { fisherExact } from './fisher-exact.js';
import { type Answer, answering, fail, pass, skip, warn } from './result.js';

/** Part of the requests of an arm. */
const tolerated = 0.001;
const failAbove = 0.1;
const limit = 0.01;
/** Lines of an arm that may lie on either side of the moment at which counters and lines are read. */
const underWay = 5;

export const lostLines: Check = {
  title: 'A line was heard of every request that the proxy counted',
  severity: 'fatal',
  run(evidence) {
    const need = reason('lost-lines-need', { tolerated, failAbove, limit });
    return [answering('lost-lines', 'fatal', need)('experiment', look(evidence))];
  },
};

function look({ lines = [], experiment }: Evidence): Answer {
  const arms = experiment.arms.map(({ name }) => name);
  const told = arms.map((arm) => ofArm(arm, lines));
  const counted = told.reduce((sum, one) => sum + one.counted, 0);
  if (counted === 0) return skip(reason('lost-lines-not-counted'));
  const lost = told.reduce((sum, one) => sum + one.lost, 0);
  const surplus = told.reduce((sum, one) => sum + one.surplus, 0);
  const baseline = told[arms.indexOf(experiment.baseline)];
  const treatments = told.filter((one) => one !== baseline);
  const p = Math.min(1, ...treatments.map((one) => (isApart(one, baseline) ? pOf(one, baseline) : 1)));
  const shares = told.map((one) => (one.counted === 0 ? 0 : one.lost / one.counted));
  const saw = reason('lost-lines-saw', { arms, lost, counted, surplus, shares, p });
  if (p < limit / Math.max(1, treatments.length) || lost > failAbove * counted) return fail(saw);
  return [lost, surplus].some((off) => off > tolerated * counted) ? warn(saw) : pass(saw);
}

interface Told {
  readonly counted: number;
  readonly lost: number;
  /** Lines too many. */
  readonly surplus: number;
}

function ofArm(arm: ArmName, lines: readonly LineCount[]): Told {
  const own = lines.filter((row) => row.arm === arm);
  const counted = own.reduce((sum, row) => sum + row.counted, 0);
  const missing = counted - own.reduce((sum, row) => sum + row.heard, 0);
  const certain = Math.abs(missing) > underWay ? missing : 0;
  return { counted, lost: Math.max(0, certain), surplus: Math.max(0, -certain) };
}

const isApart = (a: Told, b: Told): boolean =>
  a.counted > 0 && b.counted > 0 && Math.abs(a.lost / a.counted - b.lost / b.counted) > tolerated;

const pOf = (a: Told, b: Told): number =>
  fisherExact({ events: a.lost, size: a.counted }, { events: b.lost, size: b.counted });
