/** Data for templates: only what was put in, and every text without characters that are obeyed instead of seen. */
import { visible } from './escape.js';

/** Handlebars names the object in its errors; nothing else is inherited. */
const BARE: object = Object.create(null, { toString: { value: () => 'the data there' } });

export const seen = (data: unknown): unknown => {
  if (typeof data === 'string') return visible(data);
  if (Array.isArray(data)) return data.map(seen);
  if (data === null || typeof data !== 'object') return data;
  const copy = Object.create(BARE) as Record<string, unknown>;
  for (const [key, value] of Object.entries(data)) copy[key] = seen(value);
  return copy;
};
