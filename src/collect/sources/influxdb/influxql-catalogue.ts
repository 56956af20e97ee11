/** What a server has, asked with SHOW. */
import type { Endpoint } from '../../http/endpoint.js';
import type { GuardedContext } from '../../http/guarded.js';
import { type Catalogue, MOST, unique } from './has.js';
import { measurementText } from './influxql.js';
import { askInfluxql } from './influxql-answer.js';
import type { Declared } from './question.js';
import { quotedName } from './text.js';

export const influxqlCatalogue = (
  io: GuardedContext,
  endpoint: Endpoint,
  database: string,
  declared: Declared,
): Catalogue => {
  const name = (text: string): string => quotedName('influxql', text);
  const from = measurementText(declared.measurement, declared.retentionPolicy);
  const cells = <T>(
    text: string,
    at: string,
    keep: (cell: unknown) => T,
    params: Record<string, string> = {},
    db: string | null = database,
  ) =>
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
    const where =
      tags.length === 0 ? '' : ` WHERE ${tags.map(([tag], i) => `${name(tag)} = $p${i}`).join(' AND ')}`;
    return cells(
      `SELECT ${fn}(${name(declared.field)}) FROM ${from}${where}`,
      'time',
      (cell) => cell,
      params,
    );
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
