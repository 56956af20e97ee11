/**
 * What must not leave. A value becomes known here at the moment at which it is resolved, together with the forms in
 * which a server or a library may give it back; from then on every text that passes is rid of it.
 */
import { z } from 'zod';
import type { Reason, ReasonValue } from '../../model/reason.js';
import type { Secret } from '../../model/secret.js';

export type SecretText = string | Secret;

/** Text of an option that may be written as `${NAME}`: checked as it stands in the file, a Secret afterwards. */
export const secretText: z.ZodType<SecretText, string> = z.string().min(1);

const lowerHex = (encoded: string): string => encoded.replace(/%[0-9A-F]{2}/gu, (hex) => hex.toLowerCase());

const HTML: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** As it stands, in a URL, in a form, in JSON, in HTML, in base64. */
const formsOf = (value: string): readonly string[] => {
  const inUrl = encodeURIComponent(value.toWellFormed());
  const inForm = new URLSearchParams({ '': value }).toString().slice(1);
  return [
    value,
    value.trim(),
    inUrl,
    lowerHex(inUrl),
    inForm,
    lowerHex(inForm),
    JSON.stringify(value).slice(1, -1),
    value.replace(/[&<>"']/gu, (character) => HTML[character]),
    Buffer.from(value).toString('base64'),
    Buffer.from(value).toString('base64url'),
  ];
};

export class Secrets {
  /** Longest first: a secret that is part of another does not leave the rest of it behind. */
  #shown: readonly (readonly [form: string, shown: string])[] = [];

  /** From now on `value` is shown as `shown` wherever it appears. */
  remember(value: string, shown: string): void {
    const known = new Map(this.#shown);
    for (const form of formsOf(value)) if (form !== '' && !known.has(form)) known.set(form, shown);
    this.#shown = [...known].sort(([a], [b]) => b.length - a.length);
  }

  text(text: string): string {
    return this.#shown.reduce((left, [form, shown]) => left.replaceAll(form, () => shown), text);
  }

  reason({ code, values }: Reason): Reason {
    const one = (value: ReasonValue): ReasonValue => {
      if (typeof value === 'string') return this.text(value);
      if (typeof value !== 'object' || value === null) return value;
      return value.map((part) => (typeof part === 'string' ? this.text(part) : part));
    };
    return {
      code,
      values: Object.fromEntries(Object.entries(values).map(([name, value]) => [name, one(value)])),
    };
  }
}
