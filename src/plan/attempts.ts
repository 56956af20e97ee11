/**
 * How many attempts a limit on failures takes, where nothing is known of how often they come.
 *
 * For arms that fail equally often, at several rates: the fewest attempts at which Newcombe's interval (stats/newcombe.ts)
 * still lies within the limit when the arms differ by as much as they do by chance in all but the promised share of runs,
 * z·√(p(1 − p)(1/n_x + 1/n_y)). Attempts are counted as if failures came one by one; where k come together, as many times
 * more. (Simulated with 4,000 pairs of arms at 0.1, 1 and 5 % of a half and of a tenth of the traffic, limit 0.5 points:
 * power .79 to .84 for 80 %; at 0.01 %, where none fails as a rule, .92.)
 */
import { type Reason, reason } from '../model/reason.js';
import { newcombe } from '../stats/newcombe.js';
import { normalQuantile } from '../stats/normal.js';
import { unitsForPower } from '../stats/power.js';
import { type Grain, hasOwnUnits } from './grain.js';
import type { Powers } from './plan.js';
import type { Question } from './question.js';

const rates = [0.0001, 0.001, 0.01, 0.05] as const;

/** Null where it is not the difference of proportions that is limited. */
export function attemptsAtRates(question: Question, grain: Grain, each: Powers<number>): Reason | null {
  const { claim, metric, scale } = question;
  const isLimit = claim.kind === 'not-worse' || claim.kind === 'within';
  if (metric.input.kind !== 'ratio' || !metric.input.proportion || scale !== 'points' || !isLimit)
    return null;
  // Both edges of "within" have to hold.
  const chance = (power: number) => (claim.kind === 'within' ? (1 + power) / 2 : power);
  const needed = (power: number) =>
    rates.flatMap((rate) => attempts(rate, question, grain, chance(power)) ?? []);
  const [attempts80, attempts90] = [needed(each['80']), needed(each['90'])];
  // A limit so narrow that no number of attempts would do at some rate.
  if (attempts90.length < rates.length) return null;
  return reason('plan-attempts', {
    metric: metric.name,
    per: metric.input.per,
    shared: !hasOwnUnits(grain),
    rates,
    attempts80,
    attempts90,
  });
}

/** Of both arms together; where both do the same work, of each. */
function attempts(rate: number, { claim, alpha }: Question, grain: Grain, power: number): number | null {
  const { treatment, baseline } = hasOwnUnits(grain) ? grain.shares : { treatment: 1, baseline: 1 };
  const shows = (n: number): number => {
    const [nx, ny] = [n * treatment, n * baseline];
    const gap = normalQuantile(power) * Math.sqrt(rate * (1 - rate) * (1 / nx + 1 / ny));
    const ofX = ny / (nx + ny);
    const x = { p: Math.min(1, rate + gap * ofX), n: nx };
    const y = { p: Math.max(0, rate - gap * (1 - ofX)), n: ny };
    const { difference } = newcombe(x, y, Number.POSITIVE_INFINITY);
    return difference.test(claim.amount.value).below <= alpha ? 1 : 0;
  };
  return unitsForPower(shows, 1, 10);
}
