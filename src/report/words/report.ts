/** Sentences of the codes that the report itself gives. */
import { count, list, percent, plural } from '../format.js';
import type { Words } from './types.js';

const several = (metrics: unknown): string => {
  const names = metrics as readonly string[];
  return names.length <= 3 ? names.join(', ') : plural(names.length, 'metric');
};

export const reportWords = {
  'report-look-anytime': (v) =>
    `Look ${v.index} of a run that may be looked at any time: its ${percent(v.confidence)} intervals hold at all looks together, and are wider than those of a single one.`,
  'report-points-thinned': (v) =>
    `Pictures show at most ${count(v.shown)} units of an arm, evenly taken (${several(v.metrics)}); every number is computed from all of them.`,
  'report-points-outside-window': (v) =>
    `${list(v.metrics)}: ${plural(v.count, 'point')} outside the window, or in its warm-up, took no part.`,
  'report-invalid-effects': () =>
    'The run is invalid: effects and verdicts are shown for whoever mends it, and decide nothing.',
  'report-look-intervals': (v) =>
    `Look ${count(v.index)} of ${count(v.of)}, after ${count(v.units)} of ${plural(v.maximum, 'planned unit')}: intervals are ${percent(v.interval)} intervals, so that all looks together keep ${percent(v.confidence)}.`,
  'report-stopped-early': (v) =>
    `The experiment stopped early, at look ${count(v.index)} of ${count(v.of)}: its estimate is biased outward, because a look stops where the effect happens to look large. The verdicts hold; expect the effect itself to be smaller.`,
  'report-no-table': (v) => `Nothing was collected for ${v.metric}.`,
} satisfies Words;
