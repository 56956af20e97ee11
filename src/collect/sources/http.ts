/**
 * Any JSON API that gives numbers with their time or unit. Three that are often asked for:
 *
 * Graphite: `[{ target, datapoints: [[value | null, seconds], …] }]`; alias() names the arm.
 * ```yaml
 * sources: { graphite: { type: http, url: "https://graphite.example.com" } }
 * metrics:
 *   records:
 *     from: graphite
 *     query:
 *       path: "/render?format=json&from={fromSeconds}&until={toSeconds}&target=alias(summarize(orders.{match.stack}.records,'1min','sum',false),'x')"
 *       rows: $[*].datapoints
 *       value: $[0]
 *       time: $[1]
 *       timeUnit: s
 *     by: 1m
 *     fold: sum
 *     in: records
 * ```
 * Datadog: `{ series: [{ scope, pointlist: [[ms, value | null], …] }] }`; say rollup(), or the server chooses the interval.
 * ```yaml
 * sources:
 *   datadog:
 *     type: http
 *     url: https://api.datadoghq.eu
 *     headers: { DD-API-KEY: "${DD_API_KEY}", DD-APPLICATION-KEY: "${DD_APP_KEY}" }
 * query:
 *   path: "/api/v1/query?from={fromSeconds}&to={toSeconds}&query=sum:orders.records{*} by {{stack}}.as_count().rollup(sum,60)"
 *   rows: $.series[*].pointlist
 *   time: $[0]
 *   timeUnit: ms
 *   value: $[1]
 *   arm: ^.scope
 * ```
 * OpenCost: `{ data: [{ "<name>": { window: { start, end }, totalCost } }] }`, a map of names per step; amounts are
 * rounded to 5 decimals, so ask for long steps.
 * ```yaml
 * sources: { opencost: { type: http, url: "http://opencost.opencost:9003" } }
 * query:
 *   path: "/allocation?window={from},{to}&aggregate=label:stack&step=1d&resolution=1m"
 *   rows: $.data[*].*
 *   time: $.window.start
 *   end: $.window.end
 *   value: $.totalCost
 *   arm: "@"
 * ```
 */
import type { Observation } from '../../model/evidence.js';
import type { Found, Query } from '../../model/ports.js';
import { type Reason, reason } from '../../model/reason.js';
import { durationMs, type Endpoint, endpointOf } from '../http/endpoint.js';
import { type GuardedContext, guarded } from '../http/guarded.js';
import { readElements } from '../http/read-elements.js';
import { type Call, request } from '../http/request.js';
import type { Step } from '../json-path.js';
import { reasonOf, SourceProblem } from '../source-problem.js';
import { type HttpOptions, type HttpQuery, httpOptions, httpQuery } from './http/options.js';
import { firstPage, pageAfter } from './http/pages.js';
import { eachRow, namesAt, type Place, parseRowsPlace, type RowsPlace } from './http/place.js';
import { ask, type Request, refuse } from './http/question.js';
import { rowReader, Seen } from './http/rows.js';
import { warn, whyNone } from './http/verdict.js';

/** The address of a question, which never is on another host than the credentials are for. */
const addressOf = ({ base }: Endpoint, path: string): URL => {
  const text = /^https?:\/\//iu.test(path)
    ? path
    : `${base.href.replace(/\/$/u, '')}/${path.replace(/^\//u, '')}`;
  const url = URL.canParse(text) ? new URL(text) : refuse('http-path-invalid', { path });
  if (url.origin !== base.origin) refuse('http-path-elsewhere', { path, host: base.host });
  return url;
};

const notThere = (rows: string, missing: string, inside: unknown): SourceProblem =>
  new SourceProblem(reason('http-no-rows-there', { rows, missing, exist: namesAt(inside) }));

async function* fetchAll(
  options: HttpOptions,
  asked: Query,
  io: GuardedContext,
  seen: Seen,
): AsyncGenerator<Observation> {
  const { query, path, body } = asked.request as Request;
  const endpoint = endpointOf(io, options);
  const rowsPlace = parseRowsPlace(query.rows) as RowsPlace;
  const completeUntilMs = io.now() - durationMs(options.delay ?? '1m');
  const sent: Omit<Call, 'url'> = {
    method: query.method ?? (body === null ? 'GET' : 'POST'),
    ...(body === null ? {} : { body: { type: 'application/json', text: JSON.stringify(body) } }),
    ...(options.accept === undefined ? {} : { accepts: options.accept }),
  };
  const first = firstPage(addressOf(endpoint, path), query.paging);
  const pages = new Set<string>();
  for (let page: ReturnType<typeof pageAfter> = first; page !== null; ) {
    const { url, number } = page;
    pages.add(url.href);
    const answer = await request(io, endpoint, { url, ...sent }, async (response) => {
      // A second try begins with nothing.
      const count = Object.assign(new Seen(), seen, {
        kept: new Map(seen.kept),
        others: new Set(seen.others),
      });
      const read = rowReader({ want: asked.want, query, completeUntilMs }, count);
      const observations: Observation[] = [];
      const each = (row: readonly Place[]): void => {
        const observation = read(row);
        if (observation !== null) observations.push(observation);
      };
      const missing = (steps: readonly Step[], inside: unknown): never => {
        throw notThere(query.rows, steps.join('.'), inside);
      };
      const rest = await readElements(response, rowsPlace.first, (element) =>
        eachRow([element], rowsPlace.further, each, missing),
      );
      return { count, observations, rest };
    });
    checkRowsThere(answer.rest, rowsPlace, query.rows);
    const rows = answer.count.rows - seen.rows;
    Object.assign(seen, answer.count);
    yield* answer.observations;
    if (number > 1) io.log.detail(`${asked.want.metric}: page ${number}, ${seen.rows} rows`);
    page = pageAfter(first, page, query.paging, rows, answer.rest, pages);
  }
}

/** No rows, and no place for rows, are not the same. */
const checkRowsThere = (rest: unknown, { first }: RowsPlace, rows: string): void => {
  let here = rest;
  for (const step of first) {
    const inside = here;
    here =
      typeof inside === 'object' && inside !== null && Object.hasOwn(inside, step)
        ? (inside as Record<string, unknown>)[step]
        : undefined;
    if (here === undefined) throw notThere(rows, String(step), inside);
  }
  if (typeof here !== 'object' || here === null) throw notThere(rows, first.join('.'), here);
};

async function* fetch(options: HttpOptions, asked: Query, io: GuardedContext): AsyncGenerator<Observation> {
  const seen = new Seen();
  yield* fetchAll(options, asked, io, seen);
  if (seen.kept.size === 0) throw new SourceProblem(whyNone(asked, asked.want.arms[0], seen));
  warn(asked, io, seen);
}

async function preflight(options: HttpOptions, asked: Query, io: GuardedContext): Promise<readonly Found[]> {
  const { metric, arms } = asked.want;
  const seen = new Seen();
  const spans = new Map<string, { points: number; missing: number; fromMs: number; toMs: number }>();
  let failed: Reason | null = null;
  try {
    for await (const { arm, value, start, end } of fetchAll(options, asked, io, seen)) {
      const span = spans.get(arm) ?? { points: 0, missing: 0, fromMs: start, toMs: end };
      spans.set(arm, {
        points: span.points + 1,
        missing: span.missing + (value === null ? 1 : 0),
        fromMs: Math.min(span.fromMs, start),
        toMs: Math.max(span.toMs, end),
      });
    }
    if (spans.size > 0) warn(asked, io, seen);
  } catch (error) {
    io.signal.throwIfAborted();
    failed = reasonOf(error);
  }
  return arms.map((arm): Found => {
    const span = failed === null ? spans.get(arm.name) : undefined;
    if (span !== undefined) return { metric, arm: arm.name, ...span, problem: null };
    return {
      metric,
      arm: arm.name,
      points: 0,
      fromMs: null,
      toMs: null,
      problem: failed ?? whyNone(asked, arm, seen),
    };
  });
}

export const http = guarded<HttpOptions, HttpQuery>({
  title: 'Any JSON API: Graphite, Datadog, OpenCost, your own',
  options: httpOptions,
  query: httpQuery,
  ask,
  preflight,
  fetch,
});
