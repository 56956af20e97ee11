/**
 * Flux through InfluxData's own client: it writes the request and reads the annotated CSV. The bytes between are
 * carried by our HTTP layer, because the client's own transport takes a cut-short body for a whole one, waits for
 * ever for a stalled one, keeps the process alive after its time-out, never tries again, and reads `Retry-After` as
 * milliseconds (measured with 1.35.0).
 */
import type { FluxTableMetaData } from '@influxdata/influxdb-client';
import { reason } from '../../../model/reason.js';
import type { Endpoint } from '../../http/endpoint.js';
import type { GuardedContext } from '../../http/guarded.js';
import { type Call, request } from '../../http/request.js';
import { SourceProblem } from '../../source-problem.js';
import { numberOf } from '../file/cell.js';
import { integer } from './exact.js';
import { Carried, checkedLines, cut } from './flux-carrier.js';
import type { ReadRow } from './rows.js';
import { addressOf } from './server.js';
import type { Cell } from './which-arm.js';

/** How the text of a column is to be understood: numbers by their type; null: text, which stays as it is. */
const cellReader = (dataType: string, defaultValue = ''): ((text: string) => Cell) | null => {
  const filled = (text: string): string => (text === '' ? defaultValue : text);
  if (dataType === 'long' || dataType === 'unsignedLong')
    return (text) => (filled(text) === '' ? null : integer(filled(text)));
  if (dataType === 'double')
    return (text) => (filled(text) === '' ? null : (numberOf(filled(text)) ?? filled(text)));
  return defaultValue === '' ? null : filled;
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
  /** Columns whose cells are not the text that stands there. */
  readonly cells: readonly { readonly index: number; readonly read: (text: string) => Cell }[];
  readonly result: number;
  /** By name of the result: a table of another result may follow without a new header. */
  readonly readers: Map<string, ReadRow>;
}

const bind = (meta: FluxTableMetaData, what: string): Bound => {
  const labels = meta.columns.map(({ label }) => label);
  if (!isErrorTable(labels) && meta.columns.some(({ dataType }) => !dataType))
    throw new SourceProblem(
      reason('influxdb-not-annotated', { address: what, columns: labels.slice(0, 10) }),
    );
  const cells = meta.columns.flatMap(({ dataType, defaultValue }, index) => {
    // The number of the table is not read.
    const read = labels[index] === 'table' ? null : cellReader(dataType, defaultValue);
    return read === null ? [] : [{ index, read }];
  });
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
  const { InfluxDB, createTextDecoderCombiner, linesToRowsIterable } = await import(
    '@influxdata/influxdb-client'
  );
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
    for await (const { values, tableMeta } of linesToRowsIterable(
      checkedLines(api.iterateLines(flux), carried, answer),
    )) {
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
      const row: Cell[] = values;
      for (const { index, read } of cells) row[index] = read(values[index]);
      const result = bound.result < 0 ? '' : String(row[bound.result]);
      let read = readers.get(result);
      if (read === undefined) {
        read = reader.table(labels, result);
        readers.set(result, read);
      }
      read(row);
    }
    if (short !== null)
      throw cut(answer.what, `the last row has ${short} cells instead of ${bound?.labels.length}`);
    return reader.finish();
  });
}

const misshapen = (cells: number, row: number, labels: readonly string[]): SourceProblem =>
  new SourceProblem(reason('influxdb-row-misshapen', { row, cells, columns: labels.length }));
