/**
 * InfluxQL over /query. Asked for in chunks, the server sends a line of JSON for some thousands of rows, so that an
 * answer neither lies in memory whole nor is cut at `max-row-limit`; `partial` on the last line means that one was.
 */
import { z } from 'zod';
import { reason } from '../../../model/reason.js';
import type { Endpoint } from '../../http/endpoint.js';
import { HttpFailure } from '../../http/failure.js';
import type { GuardedContext } from '../../http/guarded.js';
import { parseJson } from '../../http/json.js';
import { linesOf } from '../../http/lines.js';
import { request } from '../../http/request.js';
import { SourceProblem } from '../../source-problem.js';
import { markLost, revived } from './exact.js';
import type { ReadRow } from './rows.js';
import { addressOf } from './server.js';

const series = z.looseObject({
  name: z.string().optional(),
  tags: z.record(z.string(), z.string()).optional(),
  columns: z.array(z.string()),
  values: z.array(z.array(z.unknown())).optional(),
  partial: z.boolean().optional(),
});
const envelope = z.looseObject({
  results: z
    .array(
      z.looseObject({
        statement_id: z.int().optional(),
        series: z.array(series).optional(),
        error: z.string().optional(),
        partial: z.boolean().optional(),
      }),
    )
    .optional(),
  error: z.string().optional(),
});
export type Series = z.infer<typeof series>;

export interface InfluxqlReader<T> {
  table(series: Series): ReadRow;
  finish(): T;
}

export interface InfluxqlQuestion {
  readonly database: string | null;
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
}

/** @throws SourceProblem `influxdb-refused` for an error with status 200 */
const refuse = (error: string | undefined): void => {
  if (error !== undefined)
    throw new SourceProblem(reason('influxdb-refused', { error: error.slice(0, 500) }));
};

export async function askInfluxql<T>(
  io: GuardedContext,
  endpoint: Endpoint,
  { database, text, params }: InfluxqlQuestion,
  begin: () => InfluxqlReader<T>,
): Promise<T> {
  const form = new URLSearchParams({ q: text, epoch: 'ms', chunked: 'true' });
  if (database !== null) form.set('db', database);
  if (Object.keys(params).length > 0) form.set('params', JSON.stringify(params));
  const url = addressOf(endpoint, '/query');
  const body = { type: 'application/x-www-form-urlencoded', text: form.toString() };
  return request(io, endpoint, { url, method: 'POST', body }, async (answer) => {
    const { what } = answer;
    const reader = begin();
    let partial = false;
    let lines = 0;
    for await (const line of linesOf(answer, true)) {
      if (line.trim() === '') continue;
      lines += 1;
      const parsed = envelope.safeParse(parseJson(markLost(line), what));
      if (!parsed.success || (parsed.data.results === undefined && parsed.data.error === undefined))
        throw new SourceProblem(reason('influxdb-not-its-api', { address: what }));
      refuse(parsed.data.error);
      partial = false;
      for (const { statement_id: statement = 0, error, series: all = [], partial: more } of parsed.data
        .results ?? []) {
        refuse(error);
        if (statement > 0) throw new SourceProblem(reason('influxdb-several-statements'));
        partial ||= more === true || all.some((one) => one.partial === true);
        for (const one of all) {
          const read = reader.table(one);
          for (const row of one.values ?? []) {
            if (row.length !== one.columns.length)
              throw new SourceProblem(
                reason('influxdb-row-misshapen', { row: 0, cells: row.length, columns: one.columns.length }),
              );
            read(row.map(revived));
          }
        }
      }
    }
    if (lines === 0) parseJson('', what);
    if (partial)
      throw new HttpFailure(
        'http-truncated',
        `${what}: the server says that its answer is only a part (partial: true)`,
        {
          hint: 'Raise max-row-limit of the server, or ask for a shorter window or wider buckets.',
          retryable: lines > 1,
        },
      );
    return reader.finish();
  });
}
