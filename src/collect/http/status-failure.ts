/** A status that is not success, as what it means, what the server said, and what to do. */
import { STATUS_CODES } from 'node:http';
import { HttpFailure } from './failure.js';

/** The failure is of the moment: the same question may be answered later. */
const RETRYABLE: ReadonlySet<number> = new Set([408, 429, 500, 502, 503, 504]);

const hintOf = (status: number, sent: readonly string[]): string => {
  const credentials =
    sent.length === 0 ? 'No credentials were sent: give `auth`.' : `Sent was ${sent.join(', ')}.`;
  if (status === 401) return `The server wants to know who asks. ${credentials}`;
  if (status === 403)
    return `The server knows who asks and refuses; ask for the right to read. ${credentials}`;
  if (status === 404) return 'Check the path of `url`: a prefix such as /prometheus may be missing.';
  if (status === 407) return 'The proxy wants credentials: HTTPS_PROXY=http://user:password@host:port.';
  if (status === 400 || status === 422)
    return 'The server does not understand the question; its answer says why.';
  if (status === 413 || status === 414) return 'The question is too long for the server or a proxy.';
  if (status === 429) return 'The server limits how often it is asked; ask for less, or raise `deadline`.';
  if (status >= 500) return 'The server is in trouble; its log says why. Raise `deadline` to wait longer.';
  return 'The answer of the server says why.';
};

/**
 * What the server said, on one line, at most 300 characters.
 * Rid of secrets before anything is cut off, or half of one could stay.
 */
export const saidOf = (redacted: string): string => {
  const line = redacted
    .replace(/<(script|style)\b[\s\S]*?<\/\1>/giu, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim();
  return line.length > 300 ? `${line.slice(0, 300)}…` : line;
};

/** `credentials`: names of what was sent to identify us, never values. */
export const statusFailure = (
  what: string,
  status: number,
  said: string,
  credentials: readonly string[],
  waitMs: number | null,
): HttpFailure => {
  const title = STATUS_CODES[status] === undefined ? '' : ` ${STATUS_CODES[status]}`;
  return new HttpFailure(
    `http-status-${status}`,
    `${what} answered ${status}${title}${said === '' ? ' and said nothing' : `: ${said}`}`,
    { hint: hintOf(status, credentials), status, retryable: RETRYABLE.has(status), waitMs },
  );
};
