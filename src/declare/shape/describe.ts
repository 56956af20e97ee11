/** The description of a key, as editors show it, also serves as the hint where the key is missing. */
import { z } from 'zod';

export const describe = (schema: z.core.$ZodType): string | undefined =>
  z.globalRegistry.get(schema)?.description;
