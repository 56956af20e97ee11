/**
 * Trying again: exponential back-off with full jitter (Brooker, "Exponential Backoff and Jitter", AWS 2015), never
 * before the server's `Retry-After`, and all tries and waits within one deadline. p-retry counts; the waiting is
 * ours, because its clock cannot be replaced and it knows no `Retry-After`.
 */
import { setTimeout as realSleep } from 'node:timers/promises';
import type { Io } from '../../model/ports.js';
import { afterTries, HttpFailure } from './failure.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 30_000;
/** Those who were told the same `Retry-After` should not come back in the same moment. */
const SPREAD_MS = 1_000;

const sleep = (io: Io, ms: number): Promise<void> =>
  io.sleep === undefined ? realSleep(ms, undefined, { signal: io.signal }) : io.sleep(ms, io.signal);

/** Delay after the failure of try `tried` (from 1): uniform in [0, min(30 s, 0.5 s · 2^(tried − 1))]. */
export const backOffMs = (tried: number, random: () => number): number =>
  random() * Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (tried - 1));

/** `Retry-After: 120` or an HTTP date, which is held against the server's own clock where it tells it. */
export const retryAfterMs = (header: string | undefined, serverNowMs: number): number | null => {
  const text = header?.trim() ?? '';
  if (/^\d+(\.\d+)?$/u.test(text)) return Number(text) * 1000;
  const at = /^[A-Za-z]{3}/u.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(at) ? null : Math.max(0, at - serverNowMs);
};

export interface Tries {
  /** Tries after the first one. */
  readonly retries: number;
  /** For all tries and waits together. */
  readonly deadlineMs: number;
}

/**
 * @param attempt is given what is left of the deadline, ms
 * @throws HttpFailure that tells how often it was tried; the reason of `io.signal`; whatever else `attempt` throws
 */
export async function retrying<T>(io: Io, tries: Tries, attempt: (leftMs: number) => Promise<T>): Promise<T> {
  const { default: pRetry } = await import('p-retry');
  const startedAt = io.now();
  const leftMs = (): number => tries.deadlineMs - (io.now() - startedAt);
  let tried = 0;
  let note: string | null = null;
  const waited = async (failure: Error): Promise<boolean> => {
    if (!(failure instanceof HttpFailure) || !failure.retryable) return false;
    const asked = failure.waitMs;
    const waitMs = asked === null ? backOffMs(tried, Math.random) : asked + Math.random() * SPREAD_MS;
    if (waitMs >= leftMs()) {
      const wanted = asked === null ? '' : `; the server asks to wait ${Math.ceil(asked / 1000)} s`;
      note = `the deadline of ${Math.round(tries.deadlineMs / 1000)} s leaves no time for another try${wanted}`;
      return false;
    }
    io.log.detail(`${failure.message}; again in ${(waitMs / 1000).toFixed(1)} s`);
    await sleep(io, waitMs);
    return true;
  };
  try {
    return await pRetry(
      (number) => {
        tried = number;
        return attempt(Math.max(1, leftMs()));
      },
      { retries: tries.retries, minTimeout: 0, signal: io.signal, shouldRetry: ({ error }) => waited(error) },
    );
  } catch (error) {
    io.signal.throwIfAborted();
    throw error instanceof HttpFailure ? afterTries(error, tried, io.now() - startedAt, note) : error;
  }
}
