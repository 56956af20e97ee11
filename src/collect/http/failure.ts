/** How a request failed, before it is known whether it will be tried again. */
import { KnownError } from '../../errors.js';

export interface FailureDetail {
  readonly hint?: string;
  /** Status that was answered; null where nothing was. */
  readonly status?: number | null;
  /** May be tried again: the failure is of the moment and not of the question. */
  readonly retryable?: boolean;
  /** How long the server asks to wait, ms. */
  readonly waitMs?: number | null;
  /** Text only, rid of secrets by whoever made it. */
  readonly cause?: string;
}

/** Codes: http-unreachable, http-tls, http-silent, http-deadline, http-truncated, http-too-large, http-status-…, http-login, http-content-type, http-redirect, http-not-json … */
export class HttpFailure extends KnownError {
  readonly status: number | null;
  readonly retryable: boolean;
  readonly waitMs: number | null;

  constructor(code: string, message: string, detail: FailureDetail = {}) {
    super(code, message, {
      ...(detail.hint === undefined ? {} : { hint: detail.hint }),
      cause: detail.cause,
      exit: 69,
    });
    this.name = 'HttpFailure';
    this.status = detail.status ?? null;
    this.retryable = detail.retryable ?? false;
    this.waitMs = detail.waitMs ?? null;
  }
}

/** The failure that ends it, with how often it was tried. */
export const afterTries = (
  failure: HttpFailure,
  tries: number,
  elapsedMs: number,
  note: string | null,
): HttpFailure => {
  const seconds = Math.round(elapsedMs / 1000);
  const told =
    tries > 1 ? `tried ${tries} times in ${seconds} s` : failure.retryable ? 'tried once' : 'not tried again';
  const { hint, status, retryable, waitMs } = failure;
  return new HttpFailure(failure.code, `${failure.message} (${note === null ? told : `${told}; ${note}`})`, {
    ...(hint === null ? {} : { hint }),
    status,
    retryable,
    waitMs,
    ...(typeof failure.cause === 'string' ? { cause: failure.cause } : {}),
  });
};
