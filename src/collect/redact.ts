/** Values of secrets are replaced by `${NAME}` in whatever a server echoed back to us. */
import type { Reason, ReasonValue } from '../model/reason.js';
import type { Secret } from '../model/secret.js';

export interface Redaction {
  text(text: string): string;
  reason(reason: Reason): Reason;
}

export const redact = (
  secrets: readonly Secret[],
  lookUp: (secret: Secret) => string | undefined,
): Redaction => {
  const pairs = secrets
    .map((secret) => ({ name: secret.toString(), value: lookUp(secret) ?? '' }))
    .filter(({ value }) => value !== '')
    .sort((a, b) => b.value.length - a.value.length);
  // A server may echo a secret as it stands in a URL.
  const text = (given: string): string =>
    pairs.reduce(
      (shown, { name, value }) => shown.replaceAll(value, name).replaceAll(encodeURIComponent(value), name),
      given,
    );
  const one = (value: ReasonValue): ReasonValue => {
    if (typeof value === 'string') return text(value);
    if (typeof value !== 'object' || value === null) return value;
    return value.map((part) => (typeof part === 'string' ? text(part) : part));
  };
  return {
    text,
    reason: ({ code, values }) => ({
      code,
      values: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, one(value)])),
    }),
  };
};
