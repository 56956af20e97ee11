/**
 * InfluxDB: Flux (2.x and 1.8, through InfluxData's client), InfluxQL (1.x), SQL (3.x).
 * ```yaml
 * sources: { pipeline: { type: influxdb, url: "${INFLUX_URL}", token: "${INFLUX_TOKEN}", org: data } }
 * metrics:
 *   batch_seconds:
 *     from: pipeline
 *     query: { bucket: pipelines, measurement: batch, field: seconds, unit: batch_id }
 *     in: s
 *   records:
 *     from: pipeline
 *     query:
 *       flux: |
 *         from(bucket: "pipelines") |> range(start: {from}, stop: {to})
 *           |> filter(fn: (r) => r._measurement == "batch" and r._field == "records")
 *           |> group(columns: ["stack"])
 *           |> aggregateWindow(every: {every}, fn: sum, createEmpty: false, timeSrc: "_start")
 *     by: 5m
 *     fold: sum
 *     in: records
 * ```
 * For 1.x give `database` instead of `bucket` (and `username`, `password`), for 3.x also `dialect: sql`.
 */
import type { Observation } from '../../model/evidence.js';
import type { Arm } from '../../model/experiment.js';
import type { Found, Query, Want } from '../../model/ports.js';
import { type Reason, reason } from '../../model/reason.js';
import { durationMs, type Endpoint, shownUrl } from '../http/endpoint.js';
import { type GuardedContext, guarded } from '../http/guarded.js';
import { nothingFound } from '../nothing-found.js';
import { reasonOf, SourceProblem } from '../source-problem.js';
import { answerOf } from './influxdb/answer.js';
import { explained, whyNone } from './influxdb/diagnose.js';
import {
  type InfluxdbOptions,
  type InfluxdbQuery,
  influxdbOptions,
  influxdbQuery,
} from './influxdb/options.js';
import { type Asked, questionsOf } from './influxdb/question.js';
import type { Reading } from './influxdb/rows.js';
import { endpointFor, identify } from './influxdb/server.js';
import { type Span, spansOf } from './influxdb/spans.js';

interface Request extends Readonly<Record<string, unknown>> {
  readonly asked: Asked;
  readonly times: number;
}

const PATH = { flux: '/api/v2/query', influxql: '/query', sql: '/api/v3/query_sql' } as const;

const shownQuery = (options: InfluxdbOptions, { dialect, database, text, params }: Asked): string => {
  const where = dialect === 'flux' ? `?org=${options.org ?? ''}` : database === null ? '' : `?db=${database}`;
  const bound = Object.keys(params).length === 0 ? '' : `\n${JSON.stringify(params)}`;
  return `${shownUrl(options.url)}${PATH[dialect]}${where}\n${text}${bound}`;
};

const ask = (options: InfluxdbOptions, want: Want): readonly Query[] => {
  const query = influxdbQuery.parse(want.query);
  return questionsOf(options, query, want).map((asked): Query => {
    const request: Request = { asked, times: query.times ?? 1 };
    return { want: { ...want, arms: asked.arms }, text: shownQuery(options, asked), request };
  });
};

interface Answered {
  readonly endpoint: Endpoint;
  readonly org: string;
  readonly reading: Reading;
}

const answered = async (options: InfluxdbOptions, query: Query, io: GuardedContext): Promise<Answered> => {
  const { asked, times } = query.request as Request;
  const endpoint = endpointFor(io, options, asked.dialect);
  const org = options.org === undefined ? '' : io.valueOf(options.org);
  const completeUntilMs = io.now() - durationMs(options.delay ?? '1m');
  try {
    return {
      endpoint,
      org,
      reading: await answerOf(io, endpoint, org, query.want, asked, times, completeUntilMs),
    };
  } catch (error) {
    io.signal.throwIfAborted();
    throw await explained(io, endpoint, org, query.want, asked, error);
  }
};

/** What is to be said of an answer that is there; an answer without a single value is none. */
const warn = (
  query: Query,
  io: GuardedContext,
  { heldBack, columns }: Reading,
  spans: ReadonlyMap<string, Readonly<Span>>,
): void => {
  const { metric, arms } = query.want;
  const { asked } = query.request as Request;
  if (heldBack > 0)
    io.warn(
      reason('source-held-back', { metric, points: heldBack }),
      arms.map(({ name }) => name),
    );
  for (const [arm, { missing, points }] of spans)
    if (missing > 0)
      io.warn(reason('influxdb-null-values', { metric, arm, points: missing, of: points }), [arm]);
  if (spans.size > 0 && [...spans.values()].every(({ missing, points }) => missing === points))
    throw new SourceProblem(
      reason('influxdb-no-values', { metric, column: asked.columns.value, exist: [...columns].slice(0, 20) }),
    );
};

const noneOf = (
  query: Query,
  io: GuardedContext,
  { endpoint, org, reading }: Answered,
  arm: Arm,
): Promise<Reason> => whyNone(io, endpoint, org, query.want, (query.request as Request).asked, reading, arm);

async function* fetch(
  options: InfluxdbOptions,
  query: Query,
  io: GuardedContext,
): AsyncGenerator<Observation> {
  const { arms } = query.want;
  const answer = await answered(options, query, io);
  const spans = spansOf(answer.reading);
  if (spans.size === 0) throw new SourceProblem(await noneOf(query, io, answer, arms[0]));
  warn(query, io, answer.reading, spans);
  for (const arm of arms) if (!spans.has(arm.name)) io.warn(await noneOf(query, io, answer, arm), [arm.name]);
  yield* answer.reading.observations;
}

async function preflight(
  options: InfluxdbOptions,
  query: Query,
  io: GuardedContext,
): Promise<readonly Found[]> {
  const { metric, arms } = query.want;
  const nothing = nothingFound(metric);
  try {
    const answer = await answered(options, query, io);
    const spans = spansOf(answer.reading);
    warn(query, io, answer.reading, spans);
    const found: Found[] = [];
    for (const arm of arms) {
      const span = spans.get(arm.name);
      if (span === undefined) found.push(nothing(arm.name, await noneOf(query, io, answer, arm)));
      else
        found.push({
          metric,
          arm: arm.name,
          points: span.points,
          missing: span.missing,
          fromMs: span.fromMs,
          toMs: span.toMs,
          problem: null,
        });
    }
    return found;
  } catch (error) {
    io.signal.throwIfAborted();
    const why = reasonOf(error);
    return arms.map((arm) => nothing(arm.name, why));
  }
}

const version = async (options: InfluxdbOptions, io: GuardedContext): Promise<string | null> => {
  const found = await identify(
    io,
    endpointFor(io, options, options.dialect ?? (options.org === undefined ? 'influxql' : 'flux')),
  );
  if (found.isVictoriaMetrics) return 'VictoriaMetrics';
  return found.version === null ? null : `InfluxDB ${found.version}`;
};

export const influxdb = guarded<InfluxdbOptions, InfluxdbQuery>({
  title: 'InfluxDB 1.x, 2.x, 3.x: InfluxQL, Flux, SQL',
  options: influxdbOptions,
  query: influxdbQuery,
  ask,
  preflight,
  fetch,
  version,
});
