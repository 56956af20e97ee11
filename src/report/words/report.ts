/** Sentences of the codes that the report itself gives. */
import { count } from '../format.js';
import type { Words } from './types.js';

export const reportWords = {
  'report-points-thinned': (v) =>
    `The pictures of ${v.metric} show ${count(v.shown)} of ${count(v.of)} units of ${v.arm}, evenly taken; every number is computed from all of them.`,
  'report-invalid-effects': () =>
    'The run is invalid: effects and verdicts are shown for whoever mends it, and decide nothing.',
  'report-no-table': (v) => `Nothing was collected for ${v.metric}.`,
} satisfies Words;
