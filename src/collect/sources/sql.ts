/**
 * PostgreSQL, and what speaks its protocol and its catalogue: rows of batches, orders or runs, where the work itself
 * is written down.
 * ```yaml
 * sources: { warehouse: { type: sql, url: "${PG_URL}" } }
 * metrics:
 *   batch_seconds:
 *     from: warehouse
 *     query: { table: batches, value: seconds, time: finished_at, unit: batch_id, where: { env: prod } }
 *     in: s
 *   records:
 *     from: warehouse
 *     query:
 *       text: |
 *         SELECT date_bin({every}, finished_at, 'epoch') AS time, stack, sum(records) AS value
 *         FROM batches WHERE finished_at >= {from} AND finished_at < {to} GROUP BY 1, 2
 *     by: 5m
 *     fold: sum
 *     in: records
 * ```
 */
import type { Observation } from '../../model/evidence.js';
import type { Found, Query, Want } from '../../model/ports.js';
import { type Reason, reason } from '../../model/reason.js';
import { durationMs } from '../http/endpoint.js';
import { type GuardedContext, guarded } from '../http/guarded.js';
import { nearestFirst } from '../nearest.js';
import { nothingFound } from '../nothing-found.js';
import { reasonOf, SourceProblem } from '../source-problem.js';
import { type Span, spansOf } from './influxdb/spans.js';
import { addressOf, shownAddress } from './sql/address.js';
import { checkTable, whatIsMissing } from './sql/catalogue.js';
import { type SqlOptions, type SqlQuery, sqlOptions, sqlQuery } from './sql/options.js';
import { type Asked, questionOf } from './sql/question.js';
import { RowReader } from './sql/rows.js';
import { type Session, unknownZone, withSession } from './sql/session.js';

interface Request extends Readonly<Record<string, unknown>> {
  readonly asked: Asked;
  readonly times: number;
}

interface Answered {
  readonly reader: RowReader;
  readonly spans: ReadonlyMap<string, Readonly<Span>>;
  /** By arm that has no row: why. */
  readonly none: ReadonlyMap<string, Reason>;
}

const ask = (options: SqlOptions, want: Want): readonly Query[] => {
  const query = sqlQuery.parse(want.query);
  const asked = questionOf(query, want);
  const request: Request = { asked, times: query.times ?? 1 };
  const params = asked.params.length === 0 ? '' : `\n${JSON.stringify(asked.params)}`;
  return [{ want, text: `${shownAddress(options)}\n${asked.text}${params}`, request }];
};

const deadlineOf = ({ deadline }: SqlOptions): number => durationMs(deadline ?? '2m');

/** Why the arm at `index` has no row in a whole answer. */
const whyNone = async (
  session: Session,
  want: Want,
  asked: Asked,
  index: number,
  reader: RowReader,
): Promise<Reason> => {
  const { metric, arms } = want;
  const arm = arms[index].name;
  const { declared, kept } = asked;
  const points = reader.heldBack.get(arm);
  if (points !== undefined) return reason('sql-nothing-yet', { metric, arm, points });
  for (const { column, equals } of declared === null ? asked.arms[index] : []) {
    const seen = reader.others.get(column);
    const value = String(equals);
    if (seen !== undefined && !seen.has(value))
      return reason('sql-arm-missing', { metric, arm, column, value, exist: nearestFirst(value, seen) });
  }
  const { first, last } = reader;
  if (declared === null && kept !== null && first !== null && last !== null)
    return reason('sql-rows-outside-window', { metric, arm, first, last, from: kept.fromMs, to: kept.toMs });
  const missing =
    declared === null ? null : await whatIsMissing(session, metric, arm, declared, asked.arms[index]);
  return missing ?? reason('sql-no-rows', { metric, arm, query: asked.text });
};

const answered = async (
  options: SqlOptions,
  { want, request }: Query,
  io: GuardedContext,
): Promise<Answered> => {
  const { asked, times } = request as Request;
  const completeUntilMs = io.now() - durationMs(options.delay ?? '1m');
  try {
    return await withSession(io, addressOf(io, options), deadlineOf(options), async (session) => {
      if (asked.declared !== null) await checkTable(session, want, asked, asked.declared);
      const reader = new RowReader(want, asked, times, completeUntilMs);
      await session.stream(asked.text, asked.params, (fields) => reader.open(fields));
      const spans = spansOf(reader);
      const none = new Map<string, Reason>();
      for (const [index, { name }] of want.arms.entries())
        if (!spans.has(name)) none.set(name, await whyNone(session, want, asked, index, reader));
      return { reader, spans, none };
    });
  } catch (error) {
    throw unknownZone(error, want.metric, asked.declared?.zone ?? '') ?? error;
  }
};

/** What is to be said of an answer that is there; an answer without a single value is none. */
const warn = ({ want }: Query, io: GuardedContext, { reader, spans }: Answered): void => {
  const { metric } = want;
  for (const [arm, points] of reader.heldBack) io.warn(reason('source-held-back', { metric, points }), [arm]);
  for (const [arm, { missing, points }] of spans)
    if (missing > 0) io.warn(reason('sql-null-values', { metric, arm, points: missing, of: points }), [arm]);
  if (spans.size > 0 && [...spans.values()].every(({ missing, points }) => missing === points))
    throw new SourceProblem(reason('sql-no-values', { metric }));
};

async function* fetch(options: SqlOptions, query: Query, io: GuardedContext): AsyncGenerator<Observation> {
  const answer = await answered(options, query, io);
  if (answer.spans.size === 0) throw new SourceProblem(answer.none.get(query.want.arms[0].name) as Reason);
  warn(query, io, answer);
  for (const [arm, why] of answer.none) io.warn(why, [arm]);
  yield* answer.reader.observations;
}

async function preflight(options: SqlOptions, query: Query, io: GuardedContext): Promise<readonly Found[]> {
  const { metric, arms } = query.want;
  const nothing = nothingFound(metric);
  try {
    const answer = await answered(options, query, io);
    warn(query, io, answer);
    return arms.map(({ name }): Found => {
      const span = answer.spans.get(name);
      if (span === undefined) return nothing(name, answer.none.get(name) as Reason);
      const { points, missing, fromMs, toMs } = span;
      return { metric, arm: name, points, missing, fromMs, toMs, problem: null };
    });
  } catch (error) {
    io.signal.throwIfAborted();
    const why = reasonOf(error);
    return arms.map(({ name }) => nothing(name, why));
  }
}

const version = (options: SqlOptions, io: GuardedContext): Promise<string> =>
  withSession(
    io,
    addressOf(io, options),
    deadlineOf(options),
    async (session) => `PostgreSQL ${session.version}`,
  );

export const sql = guarded<SqlOptions, SqlQuery>({
  title: 'SQL: PostgreSQL',
  options: sqlOptions,
  query: sqlQuery,
  ask,
  preflight,
  fetch,
  version,
});
