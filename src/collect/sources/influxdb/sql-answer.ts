/** SQL of 3.x over /api/v3/query_sql: a line of JSON for each row, in which what is null may be left out. */
import { reason } from '../../../model/reason.js';
import type { Endpoint } from '../../http/endpoint.js';
import { HttpFailure } from '../../http/failure.js';
import type { GuardedContext } from '../../http/guarded.js';
import { parseJson } from '../../http/json.js';
import { linesOf } from '../../http/lines.js';
import { request } from '../../http/request.js';
import { SourceProblem } from '../../source-problem.js';
import { markLost, revived } from './exact.js';
import { addressOf } from './server.js';

export interface SqlQuestion {
  readonly database: string | null;
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
}

export type ReadObject = (row: Readonly<Record<string, unknown>>) => void;

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export async function askSql<T>(
  io: GuardedContext,
  endpoint: Endpoint,
  { database, text, params }: SqlQuestion,
  begin: () => { read: ReadObject; finish(): T },
): Promise<T> {
  const asked = { ...(database === null ? {} : { db: database }), q: text, format: 'jsonl', params };
  const call = {
    url: addressOf(endpoint, '/api/v3/query_sql'),
    method: 'POST' as const,
    body: { type: 'application/json', text: JSON.stringify(asked) },
    accepts: ['application/jsonl', 'application/json', 'application/x-ndjson', 'text/plain'],
  };
  return request(io, endpoint, call, async (answer) => {
    const { headers, what } = answer;
    // Rows say nothing about how many there are: if HTTP does not say it either, nobody knows whether all came.
    if (
      headers['content-length'] === undefined &&
      headers['transfer-encoding'] === undefined &&
      headers['content-encoding'] === undefined
    )
      throw new HttpFailure('http-truncated', `${what}: nothing says where the answer ends`, {
        hint: 'A proxy between here and InfluxDB drops Content-Length and chunked encoding; use an address without it.',
      });
    const { read, finish } = begin();
    for await (const line of linesOf(answer)) {
      if (line.trim() === '') continue;
      const row = parseJson(markLost(line), what);
      if (!isObject(row)) throw new SourceProblem(reason('influxdb-not-its-api', { address: what }));
      if (
        typeof row.error === 'string' &&
        Object.keys(row).length <= 2 &&
        (Object.keys(row).length === 1 || 'data' in row)
      )
        throw new SourceProblem(reason('influxdb-refused', { error: row.error.slice(0, 500) }));
      read(Object.fromEntries(Object.entries(row).map(([name, cell]) => [name, revived(cell)])));
    }
    return finish();
  });
}
