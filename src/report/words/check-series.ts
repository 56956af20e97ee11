/** What the checks of units in time saw and needed; why a series was refused is said in words/stats.ts. */
import { duration, number, plural } from '../format.js';
import type { Words } from './types.js';

export const checkSeriesWords = {
  'series-not-in-time': () =>
    'No claim rests on units that follow each other in time: trials and keys are independent by design.',

  'effective-n-need': () =>
    'Units in time worth at least 15 independent ones (8 in paired series of 10 to 59 units), so that what they are worth is no guess.',
  'effective-n-saw': (v) =>
    `${v.metric}: ${plural(v.units, 'unit')} are worth ${number(v.effectiveN)} independent ones for ${v.treatment} (memory τ = ${number(v.tau)} units).`,
  'effective-n-constant': (v) => `${v.metric} does not vary over time, so there is no memory to look at.`,

  'slow-drift-need': () =>
    'The slowest movements of the series no larger than the others (F test, p not below 0.05).',
  'slow-drift-none': (v) => `${v.metric}: no slow drift is seen.`,
  'slow-drift-not-seen': (v) =>
    `${v.metric}: the series is too short or does not vary, so drift cannot be seen.`,

  'window-whole-days-need': () =>
    'A window of whole days, and of whole weeks from seven days on; an hour more or less does not count.',
  'window-whole-days-not-watched': () =>
    'The arms are not watched side by side over a window, so the calendar is not shared out by it.',
  'window-whole-days-whole': (v) =>
    `The window of ${duration(v.lengthMs)} covers whole ${v.periodMs > 86_400_000 ? 'weeks' : 'days'}.`,
  'window-whole-days-broken': (v) =>
    `The window of ${duration(v.lengthMs)} does not cover whole ${v.periodMs > 86_400_000 ? 'weeks' : 'days'}: some hours or weekdays count more than others. Move its ends.`,
} satisfies Words;
