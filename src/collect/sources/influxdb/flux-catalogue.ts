/** What a server has, asked in Flux without the package `schema`, which 1.8 does not have. */
import type { Endpoint } from '../../http/endpoint.js';
import type { GuardedContext } from '../../http/guarded.js';
import { askFlux } from './flux-answer.js';
import { type Catalogue, MOST, unique } from './has.js';
import type { Declared } from './question.js';
import { fluxString } from './text.js';

const ever = 'range(start: 1970-01-01T00:00:00Z, stop: 2100-01-01T00:00:00Z)';

export const fluxQueries = (bucket: string, { measurement, field }: Declared) => {
  const from = `from(bucket: ${fluxString(bucket)})\n  |> ${ever}`;
  const equals = (name: string, value: string): string =>
    `filter(fn: (r) => r[${fluxString(name)}] == ${fluxString(value)})`;
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
      const steps = [
        equals('_field', field),
        ...tags.map(([tag, value]) => equals(tag, value)),
        `${fn}()`,
        'keep(columns: ["_time"])',
        'group()',
      ];
      return `${[ofMeasurement, ...steps].join('\n  |> ')}\n  |> ${fn === 'first' ? 'min' : 'max'}(column: "_time")`;
    },
  };
};

const STORAGE = new Set(['_start', '_stop', '_time', '_value', '_field', '_measurement']);

export const fluxCatalogue = (
  io: GuardedContext,
  endpoint: Endpoint,
  org: string,
  bucket: string,
  declared: Declared,
): Catalogue => {
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
      return first === undefined || last === undefined
        ? null
        : { fromMs: Date.parse(first), toMs: Date.parse(last) };
    },
  };
};
