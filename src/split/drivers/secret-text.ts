/** Text of an option that may be written as `${NAME}`: checked as it stands in the file, a Secret afterwards. */
import { z } from 'zod';
import { KnownError } from '../../errors.js';
import type { Io } from '../../model/ports.js';
import type { Secret } from '../../model/secret.js';

export type SecretText = string | Secret;

export const secretText: z.ZodType<SecretText, string> = z.string().min(1);

/** The value of the text. @throws KnownError where the environment has none of that name. */
export function resolved(text: SecretText, io: Pick<Io, 'env'>): string {
  if (typeof text === 'string') return text;
  const value = io.env(text);
  if (value === undefined || value === '')
    throw new KnownError('no-secret', `the environment variable ${text.name} is not set`, {
      hint: `The driver needs it: export ${text.name}=…`,
    });
  return value;
}
