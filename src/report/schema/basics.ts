/** The words of which the schema of report.json is made. */
import { type ZodType, z } from 'zod';
import type { Reason } from '../../model/reason.js';

/** A type as it stands in the file. */
export type Written<T> = T extends readonly (infer U)[]
  ? Written<U>[]
  : T extends object
    ? { -readonly [K in keyof T]: Written<T[K]> } & (T extends Reason ? { text: string } : unknown)
    : T;

export const named = <T extends ZodType>(schema: T, about: string): T => schema.describe(about) as T;

export const number = z.number();

export const count = z.int().min(0);

export const text = z.string();

export const utcMs = named(z.number(), 'UTC milliseconds');

export const reason = z.strictObject({
  code: named(text, 'stable name of the sentence'),
  text: named(text, 'the sentence in English'),
  values: z.record(text, z.union([text, number, z.boolean(), z.null(), z.array(z.union([text, number]))])),
});

export const estimand = z.union([
  z.enum(['total', 'mean', 'typical', 'location', 'proportion']),
  z.templateLiteral(['p', z.number()]),
]);

export const amount = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('relative'), value: number }),
  z.strictObject({ kind: z.literal('points'), value: number }),
  z.strictObject({ kind: z.literal('absolute'), value: number }),
]);

export const interval = named(
  z.strictObject({
    kind: z.enum(['interval', 'unbounded']),
    low: number.nullable(),
    high: number.nullable(),
  }),
  'null: unbounded on that side; kind unbounded: the set is not an interval',
);

export const estimate = z.strictObject({
  estimate: number,
  interval,
  intervals: z.strictObject({ '80': interval, '90': interval, '95': interval, '99': interval }),
});
