/**
 * Flux through InfluxData's own client: it writes the request and reads the annotated CSV. The bytes between are
 * carried by our HTTP layer, because the client's own transport takes a cut-short body for a whole one, waits for
 * ever for a stalled one, keeps the process alive after its time-out, never tries again, and reads `Retry-After` as
 * milliseconds (measured with 1.35.0).
 */
import type { ChunkCombiner, FluxTableMetaData, Transport } from '@influxdata/influxdb-client';
import { reason } from '../../../model/reason.js';
import type { Endpoint } from '../../http/endpoint.js';
import { HttpFailure } from '../../http/failure.js';
import type { GuardedContext } from '../../http/guarded.js';
import { type Answer, type Call, request } from '../../http/request.js';
import { SourceProblem } from '../../source-problem.js';
import { numberOf } from '../file/cell.js';
import { integer } from './exact.js';
import type { Cell, ReadRow } from './rows.js';
import { addressOf } from './server.js';

/** A line of CSV that never ends would be held in memory, and copied with every chunk. */
const LONGEST_LINE = 4 * 2 ** 20;

const cut = (what: string, how: string): HttpFailure =>
  new HttpFailure('http-truncated', `${what}: ${how}`, {
    hint: 'The server or a proxy gave up in the middle; ask for a shorter window.',
    retryable: true,
  });

/** What the client believes to be its connection: it hands over what it wants sent, and is handed the answer. */
class Carried implements Transport {
  readonly chunkCombiner: ChunkCombiner;
  sent: { path: string; body: string; headers: Record<string, string> } | null = null;
  answer: Answer | null = null;
  /** Bytes since the client last gave a line. */
  pending = 0;

  constructor(chunkCombiner: ChunkCombiner) {
    this.chunkCombiner = chunkCombiner;
  }

  async *iterate(path: string, body: string, options: { headers?: Record<string, string> }): AsyncIterableIterator<Uint8Array> {
    this.sent = { path, body, headers: options.headers ?? {} };
    if (this.answer === null) return;
    const { bytes, what } = this.answer;
    for await (const chunk of bytes) {
      this.pending += chunk.byteLength;
      if (this.pending > LONGEST_LINE + chunk.byteLength)
        throw new HttpFailure('http-too-large', `${what}: a line of the answer is longer than ${LONGEST_LINE} bytes`, {
          hint: 'Check that `url` is that of InfluxDB.',
        });
      yield chunk;
    }
  }

  send(): void {
    throw new Error('the client was only to iterate');
  }

  request(): Promise<never> {
    return Promise.reject(new Error('the client was only to iterate'));
  }
}

/** Whether HTTP itself says where the answer ends. */
const isFramed = ({ headers }: Answer): boolean =>
  headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined || headers['content-encoding'] !== undefined;

/** Lines of the client, and whether the last of them was the blank one that InfluxDB puts after every result. */
async function* checkedLines(lines: AsyncIterable<string>, carried: Carried, answer: Answer): AsyncGenerator<string> {
  let last: string | null = null;
  for await (const line of lines) {
    carried.pending = 0;
    if (line.includes('\u{fffd}'))
      throw new HttpFailure('http-not-utf8', `${answer.what}: the answer is not UTF-8 text`, { hint: 'Check that `url` is that of InfluxDB.' });
    last = line;
    yield line;
  }
  if (!isFramed(answer) && last !== '') throw cut(answer.what, 'the answer stops before its end');
}

/** How the text of a column is to be understood: numbers by their type, the rest as text; nothing there is null. */
const cellReader = (dataType: string, defaultValue: string): ((text: string) => Cell) => {
  const filled = (text: string): string => (text === '' ? defaultValue : text);
  if (dataType === 'long' || dataType === 'unsignedLong')
    return (text) => (filled(text) === '' ? null : integer(filled(text)));
  if (dataType === 'double') return (text) => (filled(text) === '' ? null : (numberOf(filled(text)) ?? filled(text)));
  return filled;
};


/** Reads the tables of one try; made anew for each. */
export interface FluxReader<T> {
  table(columns: readonly string[], result: string): ReadRow;
  finish(): T;
}

const isErrorTable = (labels: readonly string[]): boolean =>
  labels.length === 2 && labels.includes('error') && labels.includes('reference');

const errorRow = (labels: readonly string[], values: readonly string[], rows: number): SourceProblem => {
  const at = (label: string): string => values[labels.indexOf(label)] ?? '';
  return new SourceProblem(
    reason('influxdb-error-row', { error: at('error').slice(0, 500), reference: at('reference'), rows }),
  );
};

interface Bound {
  readonly labels: readonly string[];
  readonly cells: readonly ((text: string) => Cell)[];
  readonly result: number;
  /** By name of the result: a table of another result may follow without a new header. */
  readonly readers: Map<string, ReadRow>;
}

const bind = (meta: FluxTableMetaData, what: string): Bound => {
  const labels = meta.columns.map(({ label }) => label);
  if (!isErrorTable(labels) && meta.columns.some(({ dataType }) => dataType === ''))
    throw new SourceProblem(reason('influxdb-not-annotated', { address: what, columns: labels.slice(0, 10) }));
  const cells = meta.columns.map(({ dataType, defaultValue }) => cellReader(dataType, defaultValue));
  return { labels, cells, result: labels.indexOf('result'), readers: new Map() };
};

/**
 * @throws HttpFailure; SourceProblem for error rows inside an answer, rows with too few or too many cells, answers
 *   without annotations, and whatever `begin`'s readers refuse
 */
export async function askFlux<T>(
  io: GuardedContext,
  endpoint: Endpoint,
  org: string,
  flux: string,
  begin: () => FluxReader<T>,
): Promise<T> {
  const { InfluxDB, createTextDecoderCombiner, linesToRowsIterable } = await import('@influxdata/influxdb-client');
  const carried = new Carried(createTextDecoderCombiner());
  const api = new InfluxDB({ url: endpoint.base.href, transport: carried }).getQueryApi({ org });
  // Nothing is there to be read yet: this makes the client write down its request.
  for await (const _line of api.iterateLines(flux)) throw new Error('a line before the question was sent');
  const { path, body, headers } = carried.sent as NonNullable<Carried['sent']>;
  const call: Call = {
    url: addressOf(endpoint, path),
    method: 'POST',
    headers,
    body: { type: headers['content-type'] ?? 'application/json', text: body },
    accepts: ['text/csv', 'application/csv'],
  };
  return request(io, endpoint, call, async (answer) => {
    carried.answer = answer;
    carried.pending = 0;
    const reader = begin();
    let bound: Bound | null = null;
    let meta: FluxTableMetaData | null = null;
    let rows = 0;
    let short: number | null = null;
    for await (const { values, tableMeta } of linesToRowsIterable(checkedLines(api.iterateLines(flux), carried, answer))) {
      if (bound === null || tableMeta !== meta) {
        meta = tableMeta;
        bound = bind(tableMeta, answer.what);
      }
      const { labels, cells, readers } = bound;
      if (short !== null) throw misshapen(short, rows, labels);
      rows += 1;
      if (values.length !== labels.length) {
        if (values.length > labels.length) throw misshapen(values.length, rows, labels);
        // The last row of an answer that is cut short; anywhere else it is a defect.
        short = values.length;
        continue;
      }
      if (isErrorTable(labels)) throw errorRow(labels, values, rows - 1);
      const result = bound.result < 0 ? '' : String(cells[bound.result](values[bound.result]));
      let read = readers.get(result);
      if (read === undefined) {
        read = reader.table(labels, result);
        readers.set(result, read);
      }
      read(values.map((text, i) => cells[i](text)));
    }
    if (short !== null) throw cut(answer.what, `the last row has ${short} cells instead of ${bound?.labels.length}`);
    return reader.finish();
  });
}

const misshapen = (cells: number, row: number, labels: readonly string[]): SourceProblem =>
  new SourceProblem(reason('influxdb-row-misshapen', { row, cells, columns: labels.length }));
