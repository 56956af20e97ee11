/** One question, sent in its language and read; nothing of it is told to anybody before it is whole. */
import type { Observation } from '../../../model/evidence.js';
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import type { Endpoint } from '../../http/endpoint.js';
import type { GuardedContext } from '../../http/guarded.js';
import { SourceProblem } from '../../source-problem.js';
import { COUNTS } from './flux.js';
import { askFlux } from './flux-answer.js';
import { askInfluxql } from './influxql-answer.js';
import type { Asked } from './question.js';
import { type Reading, type ReadRow, RowReader } from './rows.js';
import { askSql } from './sql-answer.js';
import type { Cell } from './which-arm.js';

/** The counts of Flux's buckets come as a result of their own; every bucket must have one. */
const withCounts = (want: Want, values: RowReader, counts: RowReader): Reading => {
  const key = ({ start, arm }: Observation): string => `${start} ${arm}`;
  const byBucket = new Map(counts.observations.map((one) => [key(one), one.value]));
  const observations = values.observations.map((one): Observation => {
    const n = byBucket.get(key(one));
    if (n === undefined || n === null)
      throw new SourceProblem(
        reason('influxdb-half-answer', { metric: want.metric, arm: one.arm, atMs: one.start }),
      );
    return { ...one, n };
  });
  const { rows, heldBack, others, columns } = values;
  return { observations, rows, heldBack, others, columns };
};

const sqlTables = (reader: RowReader, asked: Asked) => {
  const { value, unit, n } = asked.columns;
  const tables = new Map<string, { columns: readonly string[]; read: ReadRow }>();
  return (row: Readonly<Record<string, unknown>>): void => {
    const names = Object.keys(row);
    const shape = JSON.stringify(names);
    let table = tables.get(shape);
    if (table === undefined) {
      // What is null in a row may be left out of it; time and labels are never null.
      const columns = [...new Set([...names, ...[value, unit, n].filter((name) => name !== null)])];
      table = { columns, read: reader.table(columns) };
      tables.set(shape, table);
    }
    table.read(table.columns.map((name): Cell => row[name] ?? null));
  };
};

export const answerOf = (
  io: GuardedContext,
  endpoint: Endpoint,
  org: string,
  want: Want,
  asked: Asked,
  times: number,
  completeUntilMs: number,
): Promise<Reading> => {
  const newReader = (factor = times): RowReader => new RowReader(want, asked, factor, completeUntilMs);
  if (asked.dialect === 'sql')
    return askSql(io, endpoint, asked, () => {
      const reader = newReader();
      return { read: sqlTables(reader, asked), finish: () => reader };
    });
  if (asked.dialect === 'influxql')
    return askInfluxql(io, endpoint, asked, () => {
      const reader = newReader();
      return { table: ({ columns, tags }) => reader.table(columns, tags), finish: () => reader };
    });
  const hasCounts = asked.declared !== null && asked.declared.buckets !== null;
  return askFlux(io, endpoint, org, asked.text, () => {
    const values = newReader();
    const counts = newReader(1);
    return {
      table: (columns, result) => (hasCounts && result === COUNTS ? counts : values).table(columns),
      finish: () => (hasCounts ? withCounts(want, values, counts) : values),
    };
  });
};
