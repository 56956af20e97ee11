/**
 * Prometheus, and those who speak its API: VictoriaMetrics, Thanos, Mimir.
 * ```yaml
 * sources: { metrics: { type: prometheus, url: "${PROM_URL}", tenant: shop, auth: { bearer: "${PROM_TOKEN}" } } }
 * metrics:
 *   records:
 *     from: metrics
 *     query: { metric: orders_processed_total, counter: true, where: { job: orders } }
 *     by: 5m
 *     fold: sum
 *     in: records
 *   latency:
 *     from: metrics
 *     query: { promql: 'histogram_quantile(0.99, sum by (stack, le) (increase(order_seconds_bucket[{by}])))' }
 *     by: 5m
 *     in: s
 * ```
 * Observations are whole time buckets, aligned to the epoch: the point at t is the bucket [t − by, t).
 */
import type { Observation } from '../../model/evidence.js';
import type { Found, Query, Want } from '../../model/ports.js';
import { reason } from '../../model/reason.js';
import { bucketName } from '../derive/bucket.js';
import { shownUrl } from '../http/endpoint.js';
import { type GuardedContext, guarded } from '../http/guarded.js';
import { nothingFound } from '../nothing-found.js';
import { reasonOf, SourceProblem } from '../source-problem.js';
import { answered, type Request, warn, whyNone } from './prometheus/answered.js';
import { serverOf } from './prometheus/api.js';
import { diagnose } from './prometheus/diagnose.js';
import {
  type PrometheusOptions,
  type PrometheusQuery,
  prometheusOptions,
  prometheusQuery,
} from './prometheus/options.js';
import { durationOf } from './prometheus/promql.js';
import { expressions } from './prometheus/question.js';
import { stepsOf } from './prometheus/steps.js';

const ask = (options: PrometheusOptions, want: Want): readonly Query[] => {
  const query = prometheusQuery.parse(want.query);
  return expressions(query, want).map((expression): Query => {
    const { window, byMs } = want;
    // `expressions` has refused a question without them.
    const steps = window === null || byMs === null ? null : stepsOf(window, byMs, Number.POSITIVE_INFINITY);
    const range =
      steps === null
        ? 'no whole bucket in the window'
        : `start=${bucketName(steps.firstMs)} end=${bucketName(steps.lastMs)} step=${durationOf(byMs as number)}`;
    const request: Request = { query, expression };
    const text = `${shownUrl(options.url)}/api/v1/query_range query=${expression.promql} ${range}`;
    return { want: { ...want, arms: expression.arms }, text, request };
  });
};

const finite = (text: string, metric: string, arm: string, atMs: number): number => {
  if (text === 'NaN') return Number.NaN;
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new SourceProblem(reason('prometheus-infinite', { metric, arm, atMs, found: text }));
};

async function* fetch(
  options: PrometheusOptions,
  asked: Query,
  io: GuardedContext,
): AsyncGenerator<Observation> {
  const { metric, arms } = asked.want;
  const byMs = asked.want.byMs as number;
  const { query } = asked.request as Request;
  const server = await serverOf(io, options);
  const answer = await answered(io, server, options, asked);
  if (arms.every(({ name }) => answer.gathered.points(name).length === 0))
    throw new SourceProblem(whyNone(asked, arms[0], answer));
  warn(io, asked, answer);
  for (const arm of arms) {
    const points = answer.gathered.points(arm.name);
    if (points.length === 0) io.warn(whyNone(asked, arm, answer), [arm.name]);
    let missing = 0;
    for (const [atMs, text] of points) {
      const number = finite(text, metric, arm.name, atMs);
      const value = Number.isNaN(number) ? null : number * (query.times ?? 1);
      if (value === null) missing += 1;
      const start = atMs - byMs;
      yield {
        metric,
        arm: arm.name,
        unit: bucketName(start),
        start,
        end: atMs,
        value,
        n: 1,
        estimated: false,
        labels: {},
      };
    }
    if (missing > 0)
      io.warn(reason('prometheus-nan', { metric, arm: arm.name, points: missing, of: points.length }), [
        arm.name,
      ]);
  }
}

async function preflight(
  options: PrometheusOptions,
  asked: Query,
  io: GuardedContext,
): Promise<readonly Found[]> {
  const { metric, arms } = asked.want;
  const byMs = asked.want.byMs as number;
  const nothing = nothingFound(metric);
  try {
    const server = await serverOf(io, options);
    const answer = await answered(io, server, options, asked);
    warn(io, asked, answer);
    const found: Found[] = [];
    for (const arm of arms) {
      const points = answer.gathered.points(arm.name);
      if (points.length > 0) {
        const [fromMs, toMs] = [points[0][0] - byMs, points[points.length - 1][0]];
        const values = points.map(([atMs, text]) => finite(text, metric, arm.name, atMs));
        const missing = values.filter(Number.isNaN).length;
        found.push({ metric, arm: arm.name, points: points.length, missing, fromMs, toMs, problem: null });
        continue;
      }
      const why = whyNone(asked, arm, answer);
      const { expression } = asked.request as Request;
      found.push(
        nothing(
          arm.name,
          why.code === 'prometheus-no-points' ? await diagnose(io, server, asked, expression, arm) : why,
        ),
      );
    }
    return found;
  } catch (error) {
    io.signal.throwIfAborted();
    const why = reasonOf(error);
    return arms.map((arm) => nothing(arm.name, why));
  }
}

const version = async (options: PrometheusOptions, io: GuardedContext): Promise<string | null> => {
  const { flavour, version: number } = await serverOf(io, options);
  return number === null ? flavour : `${flavour} ${number}`;
};

export const prometheus = guarded<PrometheusOptions, PrometheusQuery>({
  title: 'Prometheus, VictoriaMetrics, Thanos, Mimir',
  options: prometheusOptions,
  query: prometheusQuery,
  ask,
  preflight,
  fetch,
  version,
});
