/** What a history of runs suggests. */
import { count, percent, plural } from '../format.js';
import type { Words } from './types.js';

export const historyWords = {
  'too-many-values': (v) =>
    `A history of ${count(v.n)} runs is too long to search for changes: ${count(v.most)} at most.`,
  'history-hypotheses': () =>
    'Something may have changed (hypotheses to follow up, not tests; E-divisive over the runs):',
  'history-shift': (v) => {
    const ratio = Number(v.ratio);
    const size = percent(Math.abs(ratio - 1), 0);
    return `  from ${v.run} on, ${v.metric} of ${v.of} is ${size} ${ratio < 1 ? 'lower' : 'higher'} than in the runs before`;
  },
  'history-together': (v) =>
    `  at ${v.run} ${v.metric} moved in several arms at once: look at the machine and the workload first`,
  'history-no-shift': (v) =>
    Number(v.runs) < Number(v.need)
      ? `${plural(v.runs, 'finished run')}: from ${count(v.need)} on, changes over time are looked for.`
      : `No change over time stands out in ${plural(v.runs, 'finished run')}.`,
} satisfies Words;
