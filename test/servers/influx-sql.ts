/**
 * A stand-in for the HTTP interface of InfluxDB 3: POST /api/v3/query_sql, whose SQL is carried out by DuckDB. It
 * answers rows as 3.x writes them: a line of JSON each, what is null left out, times in UTC without saying so.
 */
import type { ServerResponse } from 'node:http';
import { DuckDBInstance } from '@duckdb/node-api';
import { json, type Loopback, loopback } from './loopback.js';

export interface SqlSettings {
  readonly token: string;
  readonly database: string;
  /** Statements that make the tables; tags are of a type of their own, as they are in 3.x. */
  readonly tables: readonly string[];
  /** Answers instead; false: the stand-in answers itself. */
  readonly instead?: (response: ServerResponse, count: number) => boolean;
}

/** What DataFusion has and DuckDB has under another name; times without a zone are UTC. */
const translated = (sql: string): string =>
  sql
    .replace(/date_bin\((INTERVAL '[^']*'), time, (TIMESTAMP '[^']*')\)/gu, 'time_bucket($1, time, $2)')
    .replace(/last_value\(("(?:[^"]|"")*") ORDER BY time\)/gu, 'last($1 ORDER BY time)')
    .replace("table_schema = 'iox'", "table_schema = 'main'")
    .replace("LIKE 'Dictionary%'", "LIKE 'ENUM%'");

const cell = (value: unknown): unknown => {
  if (typeof value === 'object' && value !== null && 'micros' in value)
    return new Date(Number((value as { micros: bigint }).micros) / 1000).toISOString().slice(0, -1);
  return value;
};

const written = (value: unknown): string => {
  if (typeof value === 'bigint') return String(value);
  if (typeof value === 'number' && Number.isInteger(value)) return value.toFixed(1);
  return JSON.stringify(cell(value));
};

export const startInfluxSql = async ({
  token,
  database,
  tables,
  instead,
}: SqlSettings): Promise<Loopback & { readonly queries: string[] }> => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run("SET TimeZone = 'UTC'");
  for (const statement of tables) await connection.run(statement);
  const queries: string[] = [];
  const server = await loopback(async (request, response, body, count) => {
    response.setHeader('x-influxdb-version', '3.4.1');
    response.setHeader('x-influxdb-build', 'Core');
    if (request.url === '/ping') return json(response, { version: '3.4.1' });
    if (request.headers.authorization !== `Bearer ${token}`) return void response.writeHead(401).end();
    if (request.method !== 'POST' || request.url !== '/api/v3/query_sql')
      return void response.writeHead(404).end('not found');
    const asked = JSON.parse(body) as {
      db: string;
      q: string;
      format: string;
      params?: Record<string, string>;
    };
    if (asked.db !== database) return json(response, { error: 'database not found' }, 404);
    if (asked.format !== 'jsonl') return json(response, { error: 'only jsonl streams' }, 400);
    queries.push(asked.q);
    if (instead?.(response, count) === true) return;
    try {
      const result = await connection.runAndReadAll(translated(asked.q), asked.params ?? {});
      const names = result.columnNames();
      response.writeHead(200, { 'content-type': 'application/jsonl' });
      for (const row of result.getRows()) {
        const there = row.map((value, i) => [names[i], value] as const).filter(([, value]) => value !== null);
        response.write(
          `{${there.map(([name, value]) => `${JSON.stringify(name)}:${written(value)}`).join(',')}}\n`,
        );
      }
      response.end();
    } catch (error) {
      json(response, { error: error instanceof Error ? error.message : String(error) }, 400);
    }
  });
  return {
    ...server,
    queries,
    async close() {
      await server.close();
      connection.closeSync();
      instance.closeSync();
    },
  };
};
