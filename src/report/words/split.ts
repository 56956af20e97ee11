import { percent } from '../format.js';
import type { Words } from './types.js';

export const splitWords = {
  'unit-without-key': (v) =>
    v.key === null
      ? `${v.unit} has no key, so no arm could be assigned to it; it took no part.`
      : `${v.unit} has no value at ${v.key}, so no arm could be assigned to it; it took no part.`,
  'unit-outside-coverage': (v) =>
    `${v.unit} lies outside the ${percent(v.coverage)} of keys that take part; raise \`coverage\` to include it.`,
} satisfies Words;
