/** Results that lie in files: CSV, NDJSON, JSON or Parquet, one or many, read as a stream through DuckDB. */
import { resolve } from 'node:path';
import type { Observation } from '../../model/evidence.js';
import type { Found, Query, Source, SourceContext, Want } from '../../model/ports.js';
import { type Reason, reason } from '../../model/reason.js';
import { refuseNested } from '../nested-arms.js';
import { reasonOf, SourceProblem } from '../source-problem.js';
import { buckets, hasTypes, isFoldable } from './file/buckets.js';
import { type ColumnChunk, openSandbox } from './file/duckdb.js';
import {
  armConditions,
  type Condition,
  columnsOf,
  type FileOptions,
  type FileQuery,
  fileOptions,
  fileQuery,
  missingColumns,
  type Rival,
  rivalsOf,
} from './file/query.js';
import { type Row, rowReader, Seen } from './file/rows.js';
import { readableSql, rowsSql } from './file/sql.js';
import { countRows, openTable, refuseSharedRows, whyNoRows } from './file/table.js';
import { checkWhole } from './file/whole.js';

interface Request extends Readonly<Record<string, unknown>> {
  readonly query: FileQuery;
  readonly conditions: readonly Condition[];
  readonly rivals: readonly Rival[];
}

const isReason = (found: readonly Condition[] | Reason): found is Reason => 'code' in found;

/** @throws SourceProblem where no row could be told to be the arm's */
const askArm = (query: FileQuery, want: Want, index: number): Query => {
  const arm = want.arms[index];
  const found = armConditions(query, arm, want.arms.length);
  if (isReason(found)) throw new SourceProblem(found);
  const missing = missingColumns(query, want);
  if (missing !== null) throw new SourceProblem(missing);
  const where = Object.entries(query.where ?? {}).map(([column, equals]) => ({ column, equals }));
  const conditions = [...found, ...where];
  const rivals = rivalsOf(query, want.arms, arm, conditions);
  const request: Request = { query, conditions, rivals };
  return {
    want: { ...want, arms: [arm] },
    text: readableSql(query.file, columnsOf(query, want), conditions),
    request,
  };
};

/** Rows of a chunk, in the order of `rowsSql`. */
function* rowsOf(file: string, chunk: ColumnChunk): Generator<Row> {
  const [row, value, unit, time, end, n] = chunk as [number[], ...(string | null)[][]];
  for (let i = 0; i < row.length; i++)
    yield { file, row: row[i], value: value[i], unit: unit[i], time: time[i], end: end[i], n: n[i] };
}

/** An arm without a single value has none, however many rows. */
const checkValues = ({ want, request }: Query, { kept, withValue }: Seen, io: SourceContext): void => {
  const { file, value } = (request as Request).query;
  if (kept > withValue) {
    const about = { file, column: value, missing: kept - withValue, rows: kept };
    if (withValue === 0) throw new SourceProblem(reason('file-no-values', about));
    io.warn?.(reason('file-null-values', { metric: want.metric, arm: want.arms[0].name, ...about }));
  }
};

async function* fetchFile(
  options: FileOptions,
  asked: Query,
  io: SourceContext,
): AsyncGenerator<Observation> {
  const { query, conditions, rivals } = asked.request as Request;
  const columns = columnsOf(query, asked.want);
  const named = [
    ...Object.values(columns).filter((name) => name !== null),
    ...conditions.map(({ column }) => column),
  ];
  const sandbox = await openSandbox(query.file, resolve(io.folder, options.folder ?? ''), io.signal);
  try {
    const seen = new Seen();
    const read = rowReader(asked.want, columns, seen);
    const tables: string[] = [];
    for (const file of sandbox.files) {
      await checkWhole(file, io.signal);
      const table = await openTable(sandbox, file, query, named);
      tables.push(table);
      await refuseSharedRows(sandbox, file, query, conditions, rivals);
      if (isFoldable(asked.want, columns) && (await hasTypes(sandbox, table, columns))) {
        yield* buckets(sandbox, file, table, asked.want, columns, conditions, seen);
        continue;
      }
      const { sql, parameters } = rowsSql(table, columns, conditions);
      const rows = await countRows(sandbox, table, conditions);
      for await (const chunk of sandbox.chunks(sql, parameters, rows)) {
        for (const row of rowsOf(file, chunk)) {
          const observation = read(row);
          if (observation !== null) yield observation;
        }
      }
    }
    if (seen.rows === 0) throw await whyNoRows(sandbox, tables, conditions, query.file);
    const { window } = asked.want;
    if (seen.kept === 0 && window !== null)
      throw new SourceProblem(
        reason('file-outside-window', {
          file: query.file,
          rows: seen.rows,
          first: seen.first,
          last: seen.last,
          from: window.fromMs,
          to: window.toMs,
        }),
      );
    checkValues(asked, seen, io);
  } finally {
    sandbox.close();
  }
}

async function preflight(options: FileOptions, asked: Query, io: SourceContext): Promise<readonly Found[]> {
  const found = { metric: asked.want.metric, arm: asked.want.arms[0].name };
  let points = 0;
  let fromMs: number | null = null;
  let toMs: number | null = null;
  try {
    for await (const { start, end } of fetchFile(options, asked, io)) {
      points += 1;
      fromMs = fromMs === null || start < fromMs ? start : fromMs;
      toMs = toMs === null || end > toMs ? end : toMs;
    }
    const timed = (asked.request as Request).query.time !== undefined;
    return [{ ...found, points, fromMs: timed ? fromMs : null, toMs: timed ? toMs : null, problem: null }];
  } catch (error) {
    io.signal.throwIfAborted();
    return [{ ...found, points: 0, fromMs: null, toMs: null, problem: reasonOf(error) }];
  }
}

export const file: Source<FileOptions, FileQuery> = {
  title: 'Files: CSV, NDJSON, JSON, Parquet',
  options: fileOptions,
  query: fileQuery,
  ask: (_options, want) => {
    const query = fileQuery.parse(want.query);
    if (query.arm === undefined) refuseNested(want.arms);
    return want.arms.map((_arm, index) => askArm(query, want, index));
  },
  preflight,
  fetch: fetchFile,
  version: async () => `DuckDB ${(await import('@duckdb/node-api')).version()}`,
};
