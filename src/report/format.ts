/**
 * The only place where a computed number becomes text. English, the same on every machine:
 * no Intl, no toLocale*, UTC with the zone shown, and no more digits than the interval supports.
 */
export {
  boundTexts,
  estimateParts,
  estimateWithInterval,
  intervalText,
  type Style,
  UNBOUNDED,
} from './format/interval.js';
export { count, fixed, number, percent, pValue } from './format/number.js';
export { list, plural } from './format/phrase.js';
export { axisTime, duration, timestamp } from './format/time.js';
export { amountText, axisScale, quantity, scaleOf, type UnitScale, workAmount } from './format/unit.js';
