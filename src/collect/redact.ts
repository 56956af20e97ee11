/** Values of secrets are replaced by `${NAME}` in whatever a server echoed back to us. */
import type { Reason } from '../model/reason.js';
import type { Secret } from '../model/secret.js';
import { Secrets } from './http/secrets.js';

export interface Redaction {
  text(text: string): string;
  reason(reason: Reason): Reason;
}

export function redact(
  secrets: readonly Secret[],
  lookUp: (secret: Secret) => string | undefined,
): Redaction {
  const hidden = new Secrets();
  for (const secret of secrets) hidden.remember(lookUp(secret) ?? '', secret.toString());
  return { text: (text) => hidden.text(text), reason: (reason) => hidden.reason(reason) };
}
