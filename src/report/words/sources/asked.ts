/** What sentences of sources begin and end with. */
import { list } from '../../format.js';
import type { Values } from '../types.js';

/** "cost of spark: " where it is known what was asked. */
export const asked = (v: Values): string => {
  if (v.metric === undefined) return '';
  return v.arm === undefined ? `${v.metric}: ` : `${v.metric} of ${v.arm}: `;
};

/** What exists, or nothing. */
export const instead = (names: unknown): string =>
  Array.isArray(names) && names.length > 0 ? ` There is ${list(names.slice(0, 8))}.` : '';
