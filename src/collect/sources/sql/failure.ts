/** What PostgreSQL and the way to it answer instead of rows: what it means, whether it may be tried again, what to do. */
import { HttpFailure } from '../../http/failure.js';
import { networkFailure } from '../../http/network-failure.js';
import type { Address } from './address.js';

interface Meaning {
  readonly hint: string;
  readonly retryable?: boolean;
}

/** By SQLSTATE, whole or its class (two characters). */
const MEANINGS: Readonly<Record<string, Meaning>> = {
  '28P01': {
    hint: 'Check user and password; the password of a url must be written with %XX for special characters.',
  },
  '28000': { hint: 'Check the user, and whether pg_hba.conf lets it in from here and with this encryption.' },
  '3D000': { hint: 'Check the database in the address; psql -l lists those that exist.' },
  '42501': { hint: 'Grant it: GRANT USAGE ON SCHEMA … and GRANT SELECT ON … TO the user.' },
  '42P01': { hint: 'Check the name and its schema; names in capitals need double quotes.' },
  '42703': { hint: 'Check the name of the column; names in capitals need double quotes.' },
  '25006': { hint: 'A source only reads; the transaction is read only.' },
  '57014': { hint: 'Raise `deadline`, ask for a shorter window, or give the time column an index.' },
  '57P03': { hint: 'The server is starting up or shutting down.', retryable: true },
  '57P01': { hint: 'The server was shut down, or somebody ended the session.', retryable: true },
  '57P02': { hint: 'The server crashed; see its log.', retryable: true },
  '53300': { hint: 'Too many sessions: close some, or raise max_connections.', retryable: true },
  '40': { hint: 'The server gave up the transaction for another one.', retryable: true },
  '08': { hint: 'The connection broke.', retryable: true },
  '22': { hint: 'A value in a row cannot be computed as the query asks; try the query in psql.' },
  '42': { hint: 'Try the query in psql; `stacktrial validate` prints it as it is sent.' },
};

const textOf = (value: unknown): string => (typeof value === 'string' && value !== '' ? value : '');

/** Of an error that the server sent. */
const stateOf = (error: unknown): string | null => {
  const { code, severity } = error as { code?: unknown; severity?: unknown };
  return typeof severity === 'string' && typeof code === 'string' ? code : null;
};

/** What the driver says when the connection ends, and what it says before it understood the server. */
const ENDED = /Connection terminated|Client has encountered a connection error/u;
const NO_TLS = /does not support SSL/u;
const PASSWORD = /client password must be|no password supplied/u;

export const lateFailure = (what: string, deadlineMs: number): HttpFailure =>
  new HttpFailure('sql-deadline', `${what}: no whole answer within the deadline of ${deadlineMs / 1000} s`, {
    hint: MEANINGS['57014'].hint,
  });

/** @param begun rows had arrived */
export const sqlFailure = (
  error: unknown,
  { what, password }: Address,
  deadlineMs: number,
  begun: boolean,
): HttpFailure => {
  const message = error instanceof Error ? error.message : String(error);
  const state = stateOf(error);
  if (state !== null) {
    const { detail, hint, where } = error as { detail?: unknown; hint?: unknown; where?: unknown };
    if (state === '57014' && /statement timeout/u.test(message)) return lateFailure(what, deadlineMs);
    const meaning = MEANINGS[state] ?? MEANINGS[state.slice(0, 2)];
    const said = [message, textOf(detail), textOf(hint)].filter((part) => part !== '').join('; ');
    return new HttpFailure(
      `sql-state-${state.toLowerCase()}`,
      `${what} answered: ${said} (SQLSTATE ${state})`,
      {
        ...(meaning === undefined ? {} : { hint: meaning.hint, retryable: meaning.retryable ?? false }),
        ...(textOf(where) === '' ? {} : { cause: textOf(where) }),
      },
    );
  }
  if (NO_TLS.test(message))
    return new HttpFailure('sql-no-tls', `${what} does not speak TLS`, {
      hint: 'Have TLS turned on there (ssl = on), or declare ssl: disable where the network is trusted.',
    });
  if (PASSWORD.test(message))
    return new HttpFailure('sql-no-password', `${what} asks for a password`, {
      hint:
        password === null
          ? 'Declare password: as the name of a variable of the environment.'
          : 'Check the password: it is empty.',
    });
  if (/timeout expired/u.test(message))
    return new HttpFailure('sql-unreachable', `${what} did not answer within 10 s`, {
      hint: 'Check host and port, the network between here and there, VPN and firewall.',
      retryable: true,
    });
  if (ENDED.test(message))
    return new HttpFailure(
      'sql-cut',
      `${what} cut the connection${begun ? ' in the middle of the answer' : ''}`,
      {
        hint: 'See the server’s log: it may have been shut down, or have run out of memory.',
        retryable: true,
      },
    );
  const failure = networkFailure(error, what, begun);
  const isTls = failure.code === 'http-tls';
  return new HttpFailure(failure.code.replace(/^http-/u, 'sql-'), failure.message, {
    hint: isTls
      ? 'If it is signed by your own authority, set NODE_EXTRA_CA_CERTS to its PEM file before the start; ssl: require encrypts without checking it.'
      : (failure.hint ?? 'Check host and port, and that PostgreSQL listens there.'),
    retryable: failure.retryable,
    ...(typeof failure.cause === 'string' ? { cause: failure.cause } : {}),
  });
};
