/** How a check answers: one result with what it saw and what it needed. Skipped is an answer and says why. */
import type { CheckResult, CheckStatus, Severity } from '../model/decision.js';
import type { Reason } from '../model/reason.js';

export interface Answer {
  readonly status: CheckStatus;
  readonly saw: Reason;
}

/** Results of one check: same name, severity and need, any number of scopes. */
export function answering(check: string, severity: Severity, need: Reason) {
  return (scope: CheckResult['scope'], { status, saw }: Answer): CheckResult => ({
    check,
    scope,
    severity,
    status,
    saw,
    need,
  });
}

export const pass = (saw: Reason): Answer => ({ status: 'pass', saw });
export const warn = (saw: Reason): Answer => ({ status: 'warn', saw });
export const fail = (saw: Reason): Answer => ({ status: 'fail', saw });
export const skip = (saw: Reason): Answer => ({ status: 'skipped', saw });
