/** What a server has: its buckets or databases, measurements, fields, tags and their values, asked in its own language. */
import { z } from 'zod';
import type { Endpoint } from '../../http/endpoint.js';
import type { GuardedContext } from '../../http/guarded.js';
import { askFlux } from './flux-answer.js';
import { measurementText } from './influxql.js';
import { askInfluxql } from './influxql-answer.js';
import type { Asked, Declared } from './question.js';
import { askSql } from './sql-answer.js';
import { fluxString, quotedName } from './text.js';

export interface Catalogue {
  databases(): Promise<readonly string[]>;
  measurements(): Promise<readonly string[]>;
  fields(): Promise<readonly string[]>;
  tags(): Promise<readonly string[]>;
  /** Values of a tag of the measurement. */
  values(tag: string): Promise<readonly string[]>;
  /** First and last time, UTC ms, at which the field has a point of these tags; null: never. */
  span(tags: readonly (readonly [tag: string, value: string])[]): Promise<{ fromMs: number; toMs: number } | null>;
}

const MOST = 1_000;
const ever = 'range(start: 1970-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z)';

const unique = (cells: readonly unknown[]): readonly string[] => [
  ...new Set(cells.filter((cell) => typeof cell === 'string' && cell !== '') as string[]),
];

export const fluxQueries = (bucket: string, { measurement, field }: Declared) => {
  const from = `from(bucket: ${fluxString(bucket)})\n  |> ${ever}`;
  const equals = (name: string, value: string): string => `filter(fn: (r) => r[${fluxString(name)}] == ${fluxString(value)})`;
  const ofMeasurement = `${from}\n  |> ${equals('_measurement', measurement)}`;
  const distinct = (source: string, column: string): string =>
    `${source}\n  |> keep(columns: [${fluxString(column)}])\n  |> group()\n  |> distinct(column: ${fluxString(column)})\n  |> limit(n: ${MOST})`;
  return {
    buckets: `buckets()\n  |> keep(columns: ["name"])\n  |> rename(columns: {name: "_value"})\n  |> limit(n: ${MOST})`,
    measurements: distinct(from, '_measurement'),
    fields: distinct(ofMeasurement, '_field'),
    tags: `${ofMeasurement}\n  |> limit(n: 1)\n  |> keys()\n  |> keep(columns: ["_value"])\n  |> group()\n  |> distinct()\n  |> limit(n: ${MOST})`,
    values: (tag: string) => distinct(ofMeasurement, tag),
    end: (fn: 'first' | 'last', tags: readonly (readonly [string, string])[]) => {
      const steps = [equals('_field', field), ...tags.map(([tag, value]) => equals(tag, value)), `${fn}()`, 'keep(columns: ["_time"])', 'group()'];
      return `${[ofMeasurement, ...steps].join('\n  |> ')}\n  |> ${fn === 'first' ? 'min' : 'max'}(column: "_time")`;
    },
  };
};

const STORAGE = new Set(['_start', '_stop', '_time', '_value', '_field', '_measurement']);

const fluxCatalogue = (io: GuardedContext, endpoint: Endpoint, org: string, bucket: string, declared: Declared): Catalogue => {
  const queries = fluxQueries(bucket, declared);
  const column = (flux: string, name: string): Promise<readonly string[]> =>
    askFlux(io, endpoint, org, flux, () => {
      const cells: unknown[] = [];
      return {
        table: (columns) => {
          const at = columns.indexOf(name);
          return (row) => cells.push(row[at]);
        },
        finish: () => unique(cells),
      };
    });
  return {
    databases: () => column(queries.buckets, '_value'),
    measurements: () => column(queries.measurements, '_value'),
    fields: () => column(queries.fields, '_value'),
    tags: async () => (await column(queries.tags, '_value')).filter((name) => !STORAGE.has(name)),
    values: (tag) => column(queries.values(tag), '_value'),
    span: async (tags) => {
      const [first] = await column(queries.end('first', tags), '_time');
      const [last] = await column(queries.end('last', tags), '_time');
      return first === undefined || last === undefined ? null : { fromMs: Date.parse(first), toMs: Date.parse(last) };
    },
  };
};

const influxqlCatalogue = (io: GuardedContext, endpoint: Endpoint, database: string, declared: Declared): Catalogue => {
  const name = (text: string): string => quotedName('influxql', text);
  const from = measurementText(declared.measurement, declared.retentionPolicy);
  const cells = <T>(text: string, at: string, keep: (cell: unknown) => T, params: Record<string, string> = {}, db: string | null = database) =>
    askInfluxql(io, endpoint, { database: db, text, params }, () => {
      const found: T[] = [];
      return {
        table: ({ columns }) => {
          const index = columns.indexOf(at);
          return (row) => found.push(keep(row[index]));
        },
        finish: () => found,
      };
    });
  const column = async (text: string, at: string, db?: null): Promise<readonly string[]> =>
    unique(await cells(text, at, (cell) => cell, {}, db === undefined ? database : db));
  const times = (fn: string, tags: readonly (readonly [string, string])[]): Promise<readonly unknown[]> => {
    const params = Object.fromEntries(tags.map(([, value], i) => [`p${i}`, value]));
    const where = tags.length === 0 ? '' : ` WHERE ${tags.map(([tag], i) => `${name(tag)} = $p${i}`).join(' AND ')}`;
    return cells(`SELECT ${fn}(${name(declared.field)}) FROM ${from}${where}`, 'time', (cell) => cell, params);
  };
  return {
    databases: () => column('SHOW DATABASES', 'name', null),
    measurements: () => column(`SHOW MEASUREMENTS LIMIT ${MOST}`, 'name'),
    fields: () => column(`SHOW FIELD KEYS FROM ${from}`, 'fieldKey'),
    tags: () => column(`SHOW TAG KEYS FROM ${from}`, 'tagKey'),
    values: (tag) => column(`SHOW TAG VALUES FROM ${from} WITH KEY = ${name(tag)} LIMIT ${MOST}`, 'value'),
    span: async (tags) => {
      const [first] = await times('first', tags);
      const [last] = await times('last', tags);
      return typeof first === 'number' && typeof last === 'number' ? { fromMs: first, toMs: last } : null;
    },
  };
};

const sqlCatalogue = (io: GuardedContext, endpoint: Endpoint, database: string, declared: Declared): Catalogue => {
  const name = (text: string): string => quotedName('sql', text);
  const rows = (text: string, params: Record<string, string> = {}) =>
    askSql(io, endpoint, { database, text, params }, () => {
      const found: Readonly<Record<string, unknown>>[] = [];
      return { read: (row) => found.push(row), finish: () => found };
    });
  const column = async (text: string, at: string, params: Record<string, string> = {}): Promise<readonly string[]> =>
    unique((await rows(text, params)).map((row) => row[at]));
  const columns = (isTag: boolean): Promise<readonly string[]> =>
    column(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'iox' AND table_name = $p0 AND column_name <> 'time' AND data_type ${isTag ? '' : 'NOT '}LIKE 'Dictionary%'`,
      'column_name',
      { p0: declared.measurement },
    );
  return {
    databases: () => Promise.resolve([database]),
    measurements: () => column(`SELECT table_name FROM information_schema.tables WHERE table_schema = 'iox'`, 'table_name'),
    fields: () => columns(false),
    tags: () => columns(true),
    values: (tag) => column(`SELECT DISTINCT ${name(tag)} AS "found" FROM ${name(declared.measurement)} LIMIT ${MOST}`, 'found'),
    span: async (tags) => {
      const where = [`${name(declared.field)} IS NOT NULL`, ...tags.map(([tag], i) => `${name(tag)} = $p${i}`)].join(' AND ');
      const params = Object.fromEntries(tags.map(([, value], i) => [`p${i}`, value]));
      const [row] = await rows(`SELECT min(time) AS "first", max(time) AS "last" FROM ${name(declared.measurement)} WHERE ${where}`, params);
      const times = z.object({ first: z.string(), last: z.string() }).safeParse(row);
      if (!times.success) return null;
      // Times of 3.x are UTC and do not say so.
      const utc = (text: string): number => Date.parse(/[zZ]|[+-]\d\d:\d\d$/u.test(text) ? text : `${text}Z`);
      return { fromMs: utc(times.data.first), toMs: utc(times.data.last) };
    },
  };
};

export const catalogueOf = (io: GuardedContext, endpoint: Endpoint, org: string, { dialect, database }: Asked, declared: Declared): Catalogue => {
  // A declared question always knows where it asks.
  const at = database as string;
  if (dialect === 'flux') return fluxCatalogue(io, endpoint, org, at, declared);
  return (dialect === 'sql' ? sqlCatalogue : influxqlCatalogue)(io, endpoint, at, declared);
};
