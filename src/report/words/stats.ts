/** Why the mathematics has no answer, or one with a caution. */
import { count, number, plural, pValue, timestamp } from '../format.js';
import type { Values, Words } from './types.js';

/** From when on a series that is too short can be asked; only where its units are time buckets. */
const measurable = (v: Values): string =>
  v.from === undefined ? '' : ` It can be measured from ${timestamp(v.from)} on.`;

export const statsWords = {
  'too-few-buckets': (v) =>
    `${plural(v.have, 'unit')} in time ${v.have === 1 ? 'is' : 'are'} too few to see how much neighbours resemble each other: ${count(v.need)} are needed.${measurable(v)}`,
  'too-little-independent-information': (v) =>
    `Cannot decide: ${plural(v.buckets, 'unit')} in time ${v.buckets === 1 ? 'is' : 'are'} worth only ${number(v.have)} independent ones (n_eff), because neighbours resemble each other (τ = ${number(v.tau)}); ${count(v.need)} are needed, which takes about ${plural(v.bucketsNeeded, 'unit')} at this memory.${measurable(v)} Measure longer, or randomise time slots.`,
  'series-mostly-missing': (v) =>
    `More than half of the time between the first and the last of ${plural(v.have, 'unit')} was not measured: that is not one series. Look at the source, or choose wider buckets.`,
  'difference-without-information': (v) =>
    `The absolute difference is worth only ${number(v.have)} independent units of ${count(v.need)} needed, though the ratio has enough: a load that both arms share cancels from the ratio only. It is shown without ends.`,
  'slow-drift': (v) =>
    `The slowest movements in time are ${number(v.excess)} times as large as the others (${pValue(v.p)}), so only they are used and the interval is wide. Randomised time slots are recommended.`,
  'too-few-for-quantile': (v) =>
    `p${number(v.q * 100, 6)} needs ${plural(v.need, 'unit')} an arm so that some value bounds it; there ${v.have === 1 ? 'is' : 'are'} ${count(v.have)}.`,
  'too-few-batches': (v) =>
    `${plural(v.have, 'batch', 'batches')} of time ${v.have === 1 ? 'is' : 'are'} too few for an unplanned look: ${count(v.need)} are needed.`,
  'too-few-values': (v) => `${plural(v.have, 'value')} in an arm, and ${count(v.need)} are needed.`,
  'values-out-of-range': (v) =>
    `The largest of the values is ${number(v.largest)}: its square is no number, so no variance follows. Use another unit.`,
  'values-not-finite': (v) =>
    `${count(v.count)} of ${plural(v.of, 'value')} are not finite numbers: look at the source.`,
  'too-few-slots': (v) =>
    `One arm had ${plural(v.have, 'time slot')}; ${count(v.need)} each are needed for a verdict.`,
  'schedule-not-admissible': () =>
    'The schedule that ran is not one that this design could have drawn, so chance cannot be counted over its schedules.',
  'statistic-undefined': (v) =>
    `The estimate does not exist in ${count(v.count)} of ${plural(v.of, 'resample')}, so no interval follows from them.`,
  'bootstrap-one-sided': (v) =>
    `All of ${plural(v.resamples, 'resample')} lie on one side of the estimate, as with a maximum: the bootstrap cannot bound it.`,
  'slot-without-work': (v) =>
    `${plural(v.slots, 'slot')} held no work to divide by; such a slot says nothing about a ratio. Make the slots longer.`,
} satisfies Words;
