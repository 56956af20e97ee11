/**
 * One connection, one read-only transaction, one snapshot of the database: what the catalogue says and what the rows say
 * is of the same moment. Rows come through a cursor, so that memory holds a few thousand of them at a time. The deadline
 * is told to the server too, so that no statement of ours goes on there after we have left.
 */
import type { Client, CustomTypesConfig, QueryArrayResult } from 'pg';
import { reason } from '../../../model/reason.js';
import { HttpFailure } from '../../http/failure.js';
import type { GuardedContext } from '../../http/guarded.js';
import { retrying } from '../../http/retry.js';
import { SourceProblem } from '../../source-problem.js';
import type { Address } from './address.js';
import { lateFailure, sqlFailure } from './failure.js';
import type { Param } from './text.js';
import type { Cell, Field } from './whose-row.js';

export interface Session {
  readonly version: string;
  /** An answer that fits into memory; every cell is text. */
  rows(text: string, params?: readonly Param[]): Promise<readonly (readonly Cell[])[]>;
  /** `open` is given the columns, before the first row, and also where there is none. */
  stream(
    text: string,
    params: readonly Param[],
    open: (fields: readonly Field[]) => (cells: readonly Cell[]) => void,
  ): Promise<void>;
}

const CONNECT_MS = 10_000;
const AT_A_TIME = 5_000;
const RETRIES = 5;
/** The server, which knows more, may say first that it is too late. */
const GRACE_MS = 500;

/** Text as the server wrote it: a parser would round what a double cannot hold. */
const AS_TEXT: CustomTypesConfig = { getTypeParser: () => (text: unknown) => text };

const clientOf = async (address: Address): Promise<Client> => {
  const { default: pg } = await import('pg');
  const { host, port, database, user, password, tls } = address;
  return new pg.Client({
    host,
    port,
    database,
    user,
    // A function, because nothing would be taken from PGPASSWORD.
    password: () => password ?? '',
    ssl: tls === 'disable' ? false : { rejectUnauthorized: tls === 'verify' },
    application_name: 'stacktrial',
    connectionTimeoutMillis: CONNECT_MS,
    types: AS_TEXT,
  });
};

/** `client_connection_check_interval` (14 and later): the server notices within a second that we have left. */
const prepare = async (client: Client, leftMs: number): Promise<string> => {
  await client.query('BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY');
  const set = await client.query<{ version: string; number: string }>({
    text: `SELECT current_setting('server_version') AS version, current_setting('server_version_num') AS number,
      set_config('statement_timeout', $1, true), set_config('lock_timeout', $1, true), set_config('TimeZone', 'UTC', true),
      set_config('DateStyle', 'ISO, YMD', true), set_config('extra_float_digits', '1', true)`,
    values: [`${Math.ceil(leftMs)}ms`],
  });
  const [{ version, number }] = set.rows;
  if (Number(number) >= 140_000)
    await client.query(`SELECT set_config('client_connection_check_interval', '1s', true)`);
  return version;
};

const sessionOf = (client: Client, version: string, arrived: () => void): Session => {
  const send = (text: string, values: readonly Param[]): Promise<QueryArrayResult<Cell[]>> =>
    client.query<Cell[]>({ text, values: [...values], rowMode: 'array' });
  return {
    version,
    rows: async (text, params = []) => (await send(text, params)).rows,
    async stream(text, params, open) {
      await send(`DECLARE stacktrial NO SCROLL CURSOR FOR ${text}`, params);
      let read: ((cells: readonly Cell[]) => void) | null = null;
      for (;;) {
        const { rows, fields } = await send(`FETCH FORWARD ${AT_A_TIME} FROM stacktrial`, []);
        read ??= open(fields.map(({ name, dataTypeID }) => ({ name, type: dataTypeID })));
        if (rows.length > 0) arrived();
        rows.forEach(read);
        if (rows.length < AT_A_TIME) return;
      }
    },
  };
};

/**
 * `use` begins with nothing at each try.
 * @throws HttpFailure (exit 69) that names the database, what it answered, how often it was tried and what to do;
 *   whatever `use` throws that is no failure of the database; the reason of `io.signal`
 */
export const withSession = async <T>(
  io: GuardedContext,
  address: Address,
  deadlineMs: number,
  use: (session: Session) => Promise<T>,
): Promise<T> => {
  const attempt = async (leftMs: number): Promise<T> => {
    const client = await clientOf(address);
    let begun = false;
    let leave: (why: unknown) => void = () => {};
    const left = new Promise<never>((_resolve, reject) => {
      leave = reject;
    });
    const stop = (): void => leave(io.signal.reason);
    const deadline = setTimeout(() => leave(lateFailure(address.what, deadlineMs)), leftMs + GRACE_MS);
    io.signal.addEventListener('abort', stop, { once: true });
    // What ends the connection is told by the query that was under way.
    client.on('error', () => {});
    const work = async (): Promise<T> => {
      await client.connect();
      const version = await prepare(client, leftMs);
      return use(
        sessionOf(client, version, () => {
          begun = true;
        }),
      );
    };
    try {
      io.signal.throwIfAborted();
      return await Promise.race([work(), left]);
    } catch (error) {
      if (io.signal.aborted) throw io.signal.reason;
      if (error instanceof SourceProblem || error instanceof HttpFailure) throw error;
      throw sqlFailure(error, address, deadlineMs, begun);
    } finally {
      clearTimeout(deadline);
      io.signal.removeEventListener('abort', stop);
      // Not COMMIT and a farewell: there is nothing to keep, and a server that hangs would not answer them.
      client.connection.stream.destroy();
    }
  };
  return retrying(io, { retries: RETRIES, deadlineMs }, attempt);
};

export const unknownZone = (error: unknown, metric: string, zone: string): SourceProblem | null =>
  error instanceof HttpFailure && error.code === 'sql-state-22023' && error.message.includes('time zone')
    ? new SourceProblem(reason('sql-zone-unknown', { metric, zone }))
    : null;
