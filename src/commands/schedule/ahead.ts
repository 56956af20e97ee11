/** A ledger that was written while the clock was wrong: nothing would be due until that time comes, and nobody told. */
import { KnownError } from '../../errors.js';
import { timestamp } from '../../report/format.js';
import type { LedgerRow } from '../../schedule/index.js';

/** Clocks are set back by less than this in the ordinary course of things. */
const SET_BACK_MS = 15 * 60_000;

/** @throws KnownError where a row is from a time that is still to come */
export function refuseAhead(rows: readonly LedgerRow[], nowMs: number): void {
  const last = rows.reduce((newest, { at }) => Math.max(newest, at), Number.NEGATIVE_INFINITY);
  if (last <= nowMs + SET_BACK_MS) return;
  throw new KnownError(
    'ledger-ahead',
    `its firings.ndjson has a row of ${timestamp(last)}, and now is ${timestamp(nowMs)}: the clock is wrong or was, and nothing is due until then; set the clock, or delete the rows of the time to come`,
  );
}
