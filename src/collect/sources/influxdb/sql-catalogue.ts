/** What a server has, asked of the information schema of 3.x, where tags are dictionaries. */
import { z } from 'zod';
import type { Endpoint } from '../../http/endpoint.js';
import type { GuardedContext } from '../../http/guarded.js';
import { type Catalogue, MOST, unique } from './has.js';
import type { Declared } from './question.js';
import { askSql } from './sql-answer.js';
import { quotedName } from './text.js';

export const sqlCatalogue = (
  io: GuardedContext,
  endpoint: Endpoint,
  database: string,
  declared: Declared,
): Catalogue => {
  const name = (text: string): string => quotedName('sql', text);
  const rows = (text: string, params: Record<string, string> = {}) =>
    askSql(io, endpoint, { database, text, params }, () => {
      const found: Readonly<Record<string, unknown>>[] = [];
      return { read: (row) => found.push(row), finish: () => found };
    });
  const column = async (
    text: string,
    at: string,
    params: Record<string, string> = {},
  ): Promise<readonly string[]> => unique((await rows(text, params)).map((row) => row[at]));
  const columns = (isTag: boolean): Promise<readonly string[]> =>
    column(
      `SELECT column_name FROM information_schema.columns WHERE table_schema = 'iox' AND table_name = $p0 AND column_name <> 'time' AND data_type ${isTag ? '' : 'NOT '}LIKE 'Dictionary%'`,
      'column_name',
      { p0: declared.measurement },
    );
  return {
    databases: () => Promise.resolve([database]),
    measurements: () =>
      column(`SELECT table_name FROM information_schema.tables WHERE table_schema = 'iox'`, 'table_name'),
    fields: () => columns(false),
    tags: () => columns(true),
    values: (tag) =>
      column(
        `SELECT DISTINCT ${name(tag)} AS "found" FROM ${name(declared.measurement)} LIMIT ${MOST}`,
        'found',
      ),
    span: async (tags) => {
      const where = [
        `${name(declared.field)} IS NOT NULL`,
        ...tags.map(([tag], i) => `${name(tag)} = $p${i}`),
      ].join(' AND ');
      const params = Object.fromEntries(tags.map(([, value], i) => [`p${i}`, value]));
      const [row] = await rows(
        `SELECT min(time) AS "first", max(time) AS "last" FROM ${name(declared.measurement)} WHERE ${where}`,
        params,
      );
      const times = z.object({ first: z.string(), last: z.string() }).safeParse(row);
      if (!times.success) return null;
      // Times of 3.x are UTC and do not say so.
      const utc = (text: string): number => Date.parse(/[zZ]|[+-]\d\d:\d\d$/u.test(text) ? text : `${text}Z`);
      return { fromMs: utc(times.data.first), toMs: utc(times.data.last) };
    },
  };
};
