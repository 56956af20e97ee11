/** What a `query:` of the source `file` says, and which rows belong to an arm. */
import { z } from 'zod';
import type { Arm } from '../../../model/experiment.js';
import type { Want } from '../../../model/ports.js';
import { type Reason, reason } from '../../../model/reason.js';

export const fileOptions = z.strictObject({
  folder: z.string().optional().meta({
    description: 'Folder of the files, relative to the experiment file.',
  }),
});
export type FileOptions = z.infer<typeof fileOptions>;

export const FORMATS = ['csv', 'ndjson', 'json', 'parquet'] as const;
export type Format = (typeof FORMATS)[number];

const column = z.string().min(1);
export const fileQuery = z.strictObject({
  file: z.string().min(1).meta({ description: 'A file or a pattern such as results/*.csv.' }),
  value: column.meta({ description: 'Column that holds the value.' }),
  arm: z
    .union([column, z.literal(false)])
    .optional()
    .meta({
      description:
        'Column that names the arm; default: the columns of the arm’s match. false: the file holds this arm only.',
    }),
  unit: column.optional().meta({ description: 'Column that names the unit; default: the design’s unit.' }),
  time: column.optional().meta({
    description: 'Column of the start: ISO 8601 or an epoch number; UTC without a zone.',
  }),
  end: column.optional().meta({ description: 'Column of the end; default: the start.' }),
  n: column.optional().meta({ description: 'Column with the number of points that a row stands for.' }),
  where: z
    .record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()]))
    .optional()
    .meta({ description: 'Only rows whose column has this value.' }),
  format: z.enum(FORMATS).optional().meta({ description: 'Default: by the name of the file.' }),
});
export type FileQuery = z.infer<typeof fileQuery>;

export interface Condition {
  readonly column: string;
  readonly equals: string | number | boolean | null;
}

/** Conditions that select the rows of the arm, or why they cannot be told. */
export const armConditions = (query: FileQuery, arm: Arm, arms: number): readonly Condition[] | Reason => {
  const match = Object.entries(arm.match);
  if (query.arm === undefined) return match.map(([name, equals]) => ({ column: name, equals }));
  if (query.arm === false) return arms === 1 ? [] : reason('file-arms-share-rows', { file: query.file });
  if (Object.hasOwn(arm.match, query.arm)) return [{ column: query.arm, equals: arm.match[query.arm] }];
  if (match.length === 1) return [{ column: query.arm, equals: match[0][1] }];
  return reason('file-arm-ambiguous', { column: query.arm, match: match.map(([name]) => name) });
};

/** Another arm to which a row of this one may belong as well. */
export interface Rival {
  readonly name: string;
  readonly conditions: readonly Condition[];
}

/** Can a row meet both? Only where there is no column of which they want different values. */
const canMeet = (some: readonly Condition[], others: readonly Condition[]): boolean =>
  some.every(({ column, equals }) => others.every((one) => one.column !== column || one.equals === equals));

/** Arms of which the conditions do not exclude those of `own`: whether they share a row is seen in the file. */
export const rivalsOf = (
  query: FileQuery,
  arms: readonly Arm[],
  own: Arm,
  conditions: readonly Condition[],
): readonly Rival[] =>
  arms.flatMap((arm) => {
    if (arm.name === own.name) return [];
    const theirs = armConditions(query, arm, arms.length);
    return 'code' in theirs || !canMeet(conditions, theirs) ? [] : [{ name: arm.name, conditions: theirs }];
  });

/** What the metric needs that the query does not name. */
export const missingColumns = (query: FileQuery, want: Want): Reason | null => {
  const needsTime = want.byMs !== null || want.fold.kind === 'last' || want.fold.kind === 'increase';
  if (needsTime && query.time === undefined)
    return reason('file-needs-time', {
      file: query.file,
      fold: want.fold.kind,
      bucketed: want.byMs !== null,
    });
  if (want.byMs === null && query.unit === undefined && want.unit === null)
    return reason('file-needs-unit', { file: query.file });
  return null;
};

/** Columns in the order in which a row is read; null: not asked for. */
export interface Columns {
  readonly value: string;
  readonly unit: string | null;
  readonly time: string | null;
  readonly end: string | null;
  readonly n: string | null;
}

export const columnsOf = (query: FileQuery, want: Want): Columns => ({
  value: query.value,
  unit: query.unit ?? (want.byMs === null ? want.unit : null),
  time: query.time ?? null,
  end: query.end ?? null,
  n: query.n ?? null,
});
