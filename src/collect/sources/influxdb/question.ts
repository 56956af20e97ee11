/**
 * What is asked. Time buckets are folded on the server where a fold of a fold is the same (sum, mean with its weight,
 * largest, smallest, last); points come as they are where units are named, where a quantile is taken, where there must
 * be one value only, and of counters, whose restarts a sum would hide.
 */
import type { Arm } from '../../../model/experiment.js';
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { wholeBuckets } from '../../derive/bucket.js';
import { refuseNested } from '../../nested-arms.js';
import { SourceProblem } from '../../source-problem.js';
import { fluxText } from './flux.js';
import { influxqlText } from './influxql.js';
import { type Dialect, dialectOf, type InfluxdbOptions, type InfluxdbQuery } from './options.js';
import { refuseWrites } from './read-only.js';
import { sqlText } from './sql.js';
import { filled, namesArm } from './template.js';

/** Column of an answer in which something stands. */
export interface Columns {
  readonly value: string;
  /** null: the rows have no time. */
  readonly time: string | null;
  /** null: nobody named a unit. */
  readonly unit: string | null;
  /** Number of points behind the value; null: 1. */
  readonly n: string | null;
}

/** What a declared query is made of. */
export interface Declared {
  readonly measurement: string;
  readonly field: string;
  readonly unit: { readonly name: string; readonly isField: boolean } | null;
  readonly where: readonly (readonly [tag: string, value: string])[];
  readonly retentionPolicy: string | null;
  readonly arms: readonly Arm[];
  /** Labels that tell the arms apart, sorted. */
  readonly labels: readonly string[];
  /** UTC ms, half-open. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Width and fold of the server's buckets; null: points. */
  readonly buckets: { readonly byMs: number; readonly fold: 'sum' | 'mean' | 'max' | 'min' | 'last' } | null;
  /** Counters: every series of its own. */
  readonly everySeries: boolean;
}

export interface Asked {
  readonly dialect: Dialect;
  /** Bucket or database; null: the text says where. */
  readonly database: string | null;
  readonly text: string;
  readonly params: Readonly<Record<string, string>>;
  readonly columns: Columns;
  readonly arms: readonly Arm[];
  /** false: the rows belong to the one arm even where they do not say so. */
  readonly needsLabels: boolean;
  /** What it was made of; null: raw. */
  readonly declared: Declared | null;
}

const refuse = (code: string, values: Parameters<typeof reason>[1]): never => {
  throw new SourceProblem(reason(code, values));
};

const ON_SERVER: ReadonlySet<string> = new Set(['sum', 'mean', 'max', 'min', 'last']);

const unitOf = (query: InfluxdbQuery, want: Want): Declared['unit'] => {
  if (typeof query.unit === 'object') return { name: query.unit.field, isField: true };
  const name = query.unit ?? (want.byMs === null ? want.unit : null);
  return name === null ? null : { name, isField: false };
};

const labelsOf = (arm: Arm): readonly string[] => Object.keys(arm.match).sort();

const declaredOf = (query: InfluxdbQuery, want: Want, arms: readonly Arm[]): Declared => {
  const { metric, window, byMs, fold } = want;
  if (window === null) return refuse('influxdb-needs-window', { metric });
  const unit = unitOf(query, want);
  const buckets =
    byMs !== null && unit === null && ON_SERVER.has(fold.kind)
      ? { byMs, fold: fold.kind as NonNullable<Declared['buckets']>['fold'] }
      : null;
  // A counter's first bucket needs the point before it.
  const leadInMs = fold.kind === 'increase' ? (byMs ?? 0) : 0;
  const range =
    buckets === null
      ? { fromMs: window.fromMs - leadInMs, toMs: window.toMs }
      : wholeBuckets(window, buckets.byMs);
  if (range.toMs <= range.fromMs)
    refuse('influxdb-no-whole-bucket', { metric, byMs, from: window.fromMs, to: window.toMs });
  return {
    measurement: query.measurement as string,
    field: query.field as string,
    unit,
    where: Object.entries(query.where ?? {}),
    retentionPolicy: query.retentionPolicy ?? null,
    arms,
    labels: labelsOf(arms[0]),
    fromMs: range.fromMs,
    toMs: range.toMs,
    buckets,
    everySeries: fold.kind === 'increase',
  };
};

/** Bucket of Flux (1.8: `database/policy`), or database. */
const databaseOf = (dialect: Dialect, options: InfluxdbOptions, query: InfluxdbQuery): string | null => {
  const database = query.database ?? options.database ?? null;
  if (dialect === 'influxql') return database;
  if (dialect === 'sql') return database ?? query.bucket ?? null;
  if (query.bucket !== undefined) return query.bucket;
  return database === null ? null : `${database}/${query.retentionPolicy ?? 'autogen'}`;
};

const declaredQuestion = (
  dialect: Dialect,
  options: InfluxdbOptions,
  query: InfluxdbQuery,
  want: Want,
  arms: readonly Arm[],
): Asked => {
  const database = databaseOf(dialect, options, query);
  if (database === null) return refuse('influxdb-needs-database', { metric: want.metric, dialect });
  const declared = declaredOf(query, want, arms);
  if (dialect === 'sql' && declared.everySeries) refuse('influxdb-counter-in-sql', { metric: want.metric });
  const write = { flux: fluxText, influxql: influxqlText, sql: sqlText }[dialect];
  return { dialect, database, ...write(declared, database), arms, needsLabels: true, declared };
};

const rawQuestion = (
  dialect: Dialect,
  options: InfluxdbOptions,
  query: InfluxdbQuery,
  want: Want,
  arms: readonly Arm[],
  perArm: boolean,
): Asked => {
  const { metric, window, byMs } = want;
  const raw = query[dialect] as string;
  const filling = {
    metric,
    fromMs: window?.fromMs ?? null,
    toMs: window?.toMs ?? null,
    byMs,
    arm: perArm ? arms[0] : null,
  };
  const time = query.time ?? (dialect === 'flux' ? '_time' : 'time');
  const value = query.value ?? (dialect === 'flux' ? '_value' : 'value');
  const columns = {
    value,
    time: time === false ? null : time,
    unit: unitOf(query, want)?.name ?? null,
    n: null,
  };
  return {
    dialect,
    database: databaseOf(dialect, options, query),
    ...filled(dialect, raw, filling),
    columns,
    arms,
    needsLabels: arms.length > 1,
    declared: null,
  };
};

const checkGrain = (query: InfluxdbQuery, want: Want): void => {
  const { metric, byMs, fold } = want;
  if (byMs === null && unitOf(query, want) === null) refuse('influxdb-needs-unit', { metric });
  const needsTime = byMs !== null || fold.kind === 'last' || fold.kind === 'increase';
  if (needsTime && query.time === false) refuse('influxdb-needs-time', { metric, fold: fold.kind });
};

/** Arms whose labels have the same names are asked for together. */
const together = (arms: readonly Arm[]): readonly (readonly Arm[])[] => {
  const groups = new Map<string, Arm[]>();
  for (const arm of arms) {
    const labels = JSON.stringify(labelsOf(arm));
    groups.set(labels, [...(groups.get(labels) ?? []), arm]);
  }
  return [...groups.values()];
};

/** One question for all arms, unless their labels have other names or the raw query names one. @throws SourceProblem */
export const questionsOf = (options: InfluxdbOptions, query: InfluxdbQuery, want: Want): readonly Asked[] => {
  const { arms, metric } = want;
  const dialect = dialectOf(options, query, metric);
  checkGrain(query, want);
  const raw = query[dialect];
  if (raw === undefined || !namesArm(dialect, raw)) refuseNested(arms);
  if (raw === undefined)
    return together(arms).map((group) => declaredQuestion(dialect, options, query, want, group));
  refuseWrites(metric, dialect, raw);
  if (namesArm(dialect, raw))
    return arms.map((arm) => rawQuestion(dialect, options, query, want, [arm], true));
  return [rawQuestion(dialect, options, query, want, arms, false)];
};
