/**
 * How many attempts a limit on failures takes, where nothing is known of how often they come.
 *
 * For arms that fail equally often, at several rates: the fewest attempts at which Newcombe's interval (stats/newcombe.ts)
 * still lies within the limit when the arms differ by as much as they do by chance in all but the promised share of runs,
 * z·√(p(1 − p)(1/n_x + 1/n_y)). Attempts are counted as if failures came one by one; where k come together, as many times
 * more. (Simulated with 4,000 pairs of arms at 0.1, 1 and 5 % of a half and of a tenth of the traffic, limit 0.5 points:
 * power .79 to .84 for 80 %; at 0.01 %, where none fails as a rule, .92.)
 *
 * Keys that a source or a tap names are judged on pieces of the run as well (compare/failures-in-course.ts): fewer than
 * five clusters of failures tell no more than none, so five have to come, P(Poisson(failures) ≥ 5), beside what is asked of
 * the interval; rare ones are compared with t(clusters − 1). Where none is expected to fail, no number of attempts does:
 * how long the run must be follows from the declared `outage`, as the fewest outages that fit into it.
 */
import { type Reason, reason } from '../model/reason.js';
import { FEWEST_CLUSTERS, gapBetween, RARE_SHARE } from '../stats/event-clusters.js';
import { gammaCdf } from '../stats/gamma.js';
import { newcombe } from '../stats/newcombe.js';
import { normalQuantile } from '../stats/normal.js';
import { unitsForPower } from '../stats/power.js';
import { type Grain, hasOwnUnits } from './grain.js';
import type { Powers } from './plan.js';
import type { Question } from './question.js';

const rates = [0.0001, 0.001, 0.01, 0.05] as const;

/** Nothing where it is not the difference of proportions that is limited. */
export function attemptsAtRates(
  question: Question,
  grain: Grain,
  each: Powers<number>,
  inPieces: boolean,
): Reason[] {
  const { claim, metric } = question;
  if (metric.input.kind !== 'ratio' || !limitsPoints(question)) return [];
  // Both edges of "within" have to hold.
  const chance = (power: number) => (claim.kind === 'within' ? (1 + power) / 2 : power);
  const needed = (power: number) =>
    rates.flatMap((rate) => attempts(rate, question, grain, chance(power), inPieces) ?? []);
  const [attempts80, attempts90] = [needed(each['80']), needed(each['90'])];
  // A limit so narrow that no number of attempts would do at some rate.
  if (attempts90.length < rates.length) return [];
  const byRate = reason('plan-attempts', {
    metric: metric.name,
    per: metric.input.per,
    shared: !hasOwnUnits(grain),
    rates,
    attempts80,
    attempts90,
  });
  return inPieces ? [byRate, unseenOutage(question)] : [byRate];
}

/** Is it the difference of proportions that is limited? */
export const limitsPoints = ({ claim, metric: { input }, scale }: Question): boolean =>
  input.kind === 'ratio' &&
  input.proportion &&
  scale === 'points' &&
  (claim.kind === 'not-worse' || claim.kind === 'within');

/** How many times as long as an outage a run without a failure must be. */
export function unseenOutage({ claim, metric, alpha }: Question): Reason {
  const worth = unitsForPower((n) => (none(n).test(claim.amount.value).below <= alpha ? 1 : 0), 1, 1);
  const { outageMs } = metric;
  return reason('plan-unseen-outage', {
    metric: metric.name,
    worth,
    outageMs: outageMs ?? null,
    durationMs: worth === null || outageMs === undefined ? null : worth * outageMs,
  });
}

const none = (n: number) => newcombe({ p: 0, n }, { p: 0, n }, Number.POSITIVE_INFINITY).difference;

/** Of both arms together; where both do the same work, of each. */
function attempts(
  rate: number,
  { claim, alpha }: Question,
  grain: Grain,
  power: number,
  inPieces: boolean,
): number | null {
  const { treatment, baseline } = hasOwnUnits(grain) ? grain.shares : { treatment: 1, baseline: 1 };
  const shows = (n: number): number => {
    const [nx, ny] = [n * treatment, n * baseline];
    const { chance, df, wider } = inPieces ? clustersOf(rate, nx, ny) : ONE_BY_ONE;
    if (!(chance > power)) return 0;
    const gap = normalQuantile(power / chance) * Math.sqrt(rate * (1 - rate) * (1 / nx + 1 / ny));
    const ofX = ny / (nx + ny);
    const x = { p: Math.min(1, rate + gap * ofX), n: nx / wider };
    const y = { p: Math.max(0, rate - gap * (1 - ofX)), n: ny / wider };
    const { difference } = newcombe(x, y, df);
    return difference.test(claim.amount.value).below <= alpha ? 1 : 0;
  };
  return unitsForPower(shows, 1, 10);
}

const ONE_BY_ONE = { chance: 1, df: Number.POSITIVE_INFINITY, wider: 1 };

/**
 * Chance that enough clusters come, and what they leave to Student's t, where an arm's failures weigh by how few its attempts
 * are. Some lie next to each other by chance; many touch too many pieces to be clusters.
 */
function clustersOf(rate: number, nx: number, ny: number): typeof ONE_BY_ONE {
  const failures = [rate * nx, rate * ny];
  const touched = failures.map((count) => -Math.expm1(-count / PIECES));
  if (Math.max(...touched) > RARE_SHARE) return { chance: 1, df: PIECES - 1, wider: WIDEST };
  const clusters = touched.map(
    (share) => share * PIECES * Math.exp(-share * gapBetween(share * PIECES, PIECES)),
  );
  const [a, b] = clusters;
  const [ofX, ofY] = [a / (nx * nx), b / (ny * ny)];
  const alike = (ofX + ofY) ** 2 / ((ofX * ofX) / a + (ofY * ofY) / b);
  // Between one cluster a degree and the kurtosis' three (measuredDegrees): how many come is by chance, too.
  const df = Math.max(1, Math.min(a + b - 1, 2 * alike - 1));
  return { chance: gammaCdf(a + b, FEWEST_CLUSTERS), df, wider: WIDEST };
}

/** Variance of the widest of keys, clusters or pieces, and their series, where failures come one by one. (Measured: power .72–.76 without it.) */
const WIDEST = 1.1;

/** A run has as many (collect/derive/course.ts). */
const PIECES = 240;
