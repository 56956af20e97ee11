/** The settled periods of the window: from the cache what is final, from AWS what is missing, in one request. */
import type { Query } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import type { GuardedContext } from '../../http/guarded.js';
import { SourceProblem } from '../../source-problem.js';
import { DAY_MS, HOUR_MS, type Settled, settledOf, settleMsOf } from '../billing/settled.js';
import { openCache } from './cache.js';
import type { CostExplorer } from './client.js';
import type { CostExplorerOptions } from './options.js';
import { fetchPeriods, type Period } from './periods.js';
import { expectedPages, PAGE_USD, type Question } from './question.js';

/** AWS keeps hourly costs for 14 days; an hour less, since the boundary moves while we ask. */
const HOURLY_KEPT_MS = 14 * DAY_MS - HOUR_MS;

export interface Gathered {
  readonly periods: readonly Period[];
  readonly settled: Settled;
  /** Hours that AWS does not have any more and nobody fetched in time. */
  readonly lost: { readonly count: number; readonly fromMs: number } | null;
}

const earliestMs = ({ shape }: Question, nowMs: number): number =>
  shape.Granularity === 'HOURLY'
    ? Math.ceil((nowMs - HOURLY_KEPT_MS) / HOUR_MS) * HOUR_MS
    : Number.NEGATIVE_INFINITY;

const startsOf = ({ buckets, periodMs }: Question, toMs: number): readonly number[] => {
  const starts: number[] = [];
  for (let at = buckets.fromMs; at < toMs; at += periodMs) starts.push(at);
  return starts;
};

/** @throws SourceProblem where nothing is settled yet, or hourly costs are gone */
export async function gather(
  explorer: CostExplorer,
  options: CostExplorerOptions,
  asked: Query,
  io: GuardedContext,
): Promise<Gathered> {
  const question = asked.request as Question;
  const { metric, window, arms } = asked.want;
  const nowMs = io.now();
  const settled = settledOf(question.buckets, nowMs, settleMsOf(options.settle, window));
  if (settled.toMs <= question.buckets.fromMs)
    throw new SourceProblem(reason('billing-nothing-settled', { metric, nextAt: settled.nextAtMs }));
  const cache = await openCache(options, question.shape, io);
  const starts = startsOf(question, settled.toMs);
  const isOpen = (at: number): boolean => cache.periods.get(at)?.estimated !== false;
  const earliest = earliestMs(question, nowMs);
  const missing = starts.filter((at) => isOpen(at) && at >= earliest);
  if (missing.length > 0) {
    const [fromMs, toMs] = [missing[0], missing[missing.length - 1] + question.periodMs];
    const pages = expectedPages(question, arms.length);
    io.log.info(
      `${metric}: asking Cost Explorer, about ${pages} × $${PAGE_USD} (${missing.length} of ${starts.length} periods)`,
    );
    await cache.keep(await fetchPeriods(explorer, metric, question, fromMs, toMs));
  }
  const gone = starts.filter((at) => at < earliest && !cache.periods.has(at));
  const periods = starts.flatMap((at) => cache.periods.get(at) ?? []);
  if (periods.length === 0 && gone.length > 0)
    throw new SourceProblem(
      reason('cost-hourly-gone', { metric, from: gone[0], until: gone[0] + 14 * DAY_MS, by: earliest }),
    );
  return { periods, settled, lost: gone.length === 0 ? null : { count: gone.length, fromMs: gone[0] } };
}
