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
import type { Arm } from '../../model/experiment.js';
import type { Found, Query, Want } from '../../model/ports.js';
import { type Reason, reason } from '../../model/reason.js';
import { bucketName, wholeBuckets } from '../derive/bucket.js';
import { durationMs, shownUrl } from '../http/endpoint.js';
import { type GuardedContext, guarded } from '../http/guarded.js';
import { reasonOf, SourceProblem } from '../source-problem.js';
import { extraParameters, get, mostPoints, type Server, serverOf } from './prometheus/api.js';
import { diagnose } from './prometheus/diagnose.js';
import { Gathered, noArm, seriesOf } from './prometheus/matrix.js';
import {
  type PrometheusOptions,
  type PrometheusQuery,
  prometheusOptions,
  prometheusQuery,
} from './prometheus/options.js';
import { durationOf } from './prometheus/promql.js';
import { type Expression, expressions } from './prometheus/question.js';
import { chunksOf, stepsOf } from './prometheus/steps.js';

interface Request extends Readonly<Record<string, unknown>> {
  readonly query: PrometheusQuery;
  readonly expression: Expression;
}

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

/** What a server says beside its answer makes the evidence worth less, and is not lost. */
class Said {
  readonly #warnings = new Set<string>();

  add(warnings: readonly string[] | undefined): void {
    for (const warning of warnings ?? []) this.#warnings.add(warning.slice(0, 300));
  }

  get warnings(): readonly string[] {
    return [...this.#warnings].slice(0, 10);
  }
}

interface Answered {
  readonly gathered: Gathered;
  readonly said: Said;
  readonly heldBack: number;
}

const answered = async (
  io: GuardedContext,
  server: Server,
  options: PrometheusOptions,
  asked: Query,
): Promise<Answered> => {
  const { metric } = asked.want;
  const [window, byMs] = [asked.want.window as NonNullable<Want['window']>, asked.want.byMs as number];
  const { expression } = asked.request as Request;
  const gathered = new Gathered(expression, metric);
  const said = new Said();
  const steps = stepsOf(window, byMs, io.now() - durationMs(options.delay ?? '1m'));
  if (steps === null) return { gathered, said, heldBack: wholeBuckets(window, byMs).count };
  const chunks = chunksOf(steps, byMs, mostPoints(server.flavour));
  for (const [done, { fromMs, toMs }] of chunks.entries()) {
    const parameters = [
      ['query', expression.promql],
      ['start', String(fromMs / 1000)],
      ['end', String(toMs / 1000)],
      ['step', String(byMs / 1000)],
      ...extraParameters(server.flavour),
    ] as const;
    const { data, warnings, infos } = await get(
      io,
      server.endpoint,
      'query_range',
      parameters as readonly (readonly [string, string])[],
    );
    said.add(warnings);
    for (const info of infos ?? []) io.log.detail(`${metric}: ${info}`);
    gathered.add(seriesOf(data, metric));
    if (chunks.length > 1) io.log.detail(`${metric}: part ${done + 1} of ${chunks.length}`);
  }
  return { gathered, said, heldBack: steps.heldBack };
};

/** What is to be said of an answer that is there, for the evidence. */
const warn = (io: GuardedContext, asked: Query, { said, heldBack }: Answered): void => {
  const { metric, arms } = asked.want;
  const names = arms.map(({ name }) => name);
  for (const why of (asked.request as Request).expression.warnings) io.warn(why, names);
  if (said.warnings.length > 0)
    io.warn(reason('prometheus-warnings', { metric, warnings: said.warnings }), names);
  if (heldBack > 0) io.warn(reason('source-held-back', { metric, points: heldBack }), names);
};

const whyNone = (asked: Query, arm: Arm, { gathered, heldBack }: Answered): Reason => {
  const about = { metric: asked.want.metric, arm: arm.name, byMs: asked.want.byMs };
  if (gathered.others.length > 0) return noArm(about.metric, arm, gathered.others);
  return heldBack > 0 ? reason('prometheus-nothing-yet', about) : reason('prometheus-no-points', about);
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
  const nothing = (arm: Arm, problem: Reason): Found => ({
    metric,
    arm: arm.name,
    points: 0,
    fromMs: null,
    toMs: null,
    problem,
  });
  try {
    const server = await serverOf(io, options);
    const answer = await answered(io, server, options, asked);
    warn(io, asked, answer);
    const found: Found[] = [];
    for (const arm of arms) {
      const points = answer.gathered.points(arm.name);
      if (points.length > 0) {
        const [fromMs, toMs] = [points[0][0] - byMs, points[points.length - 1][0]];
        found.push({ metric, arm: arm.name, points: points.length, fromMs, toMs, problem: null });
        continue;
      }
      const why = whyNone(asked, arm, answer);
      const { expression } = asked.request as Request;
      found.push(
        nothing(
          arm,
          why.code === 'prometheus-no-points' ? await diagnose(io, server, asked, expression, arm) : why,
        ),
      );
    }
    return found;
  } catch (error) {
    io.signal.throwIfAborted();
    const why = reasonOf(error);
    return arms.map((arm) => nothing(arm, why));
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
