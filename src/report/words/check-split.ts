/** What the checks of a split in time saw and needed: slots, exposure, levels. */
import { count, fixed, list, percent, plural, pValue, quantity, timestamp } from '../format.js';
import type { Words } from './types.js';

/** "engine 45, functions 44" */
const perArm = (arms: unknown, counts: unknown): string =>
  (arms as readonly string[])
    .map((name, i) => `${name} ${count((counts as readonly number[])[i])}`)
    .join(', ');

export const checkSplitWords = {
  'exposure-not-seen': () => 'No tap counted single requests, so what went where is not known.',
  'exposure-need': (v) =>
    `Requests served by the arm they were sent to; above ${percent(v.failAbove)} elsewhere, beyond chance, the run is invalid.`,
  'exposure-saw': (v) =>
    v.elsewhere === 0
      ? `All of ${plural(v.total, 'request')} were served by the arm they were sent to.`
      : `${count(v.elsewhere)} of ${plural(v.total, 'request')} (${percent(v.share)}) were served by another arm, most of them sent to ${v.assigned} and served by ${v.served}.`,
  'redispatch-need': () => 'No request that a proxy sent on after a failure: it hides the arm that failed.',
  'redispatch-saw': (v) =>
    v.redispatched === 0
      ? `None of ${plural(v.total, 'request')} was sent on.`
      : `${count(v.redispatched)} of ${plural(v.total, 'request')} were sent on to another server (${perArm(v.arms, v.counts)}). Take "option redispatch" out for the experiment, and see why the servers failed.`,

  'lost-lines-need': (v) =>
    `A line about every request that the proxy counted: up to ${percent(v.tolerated)} may be lost, no more in one arm than in the other (p below ${v.limit}), and never more than ${percent(v.failAbove)}.`,
  'lost-lines-not-counted': () =>
    'No proxy counted requests beside its log, so whether lines were lost is not known.',
  'lost-lines-saw': (v) => {
    const shares = v.shares as readonly number[];
    const each = (v.arms as readonly string[]).map((arm, i) => `${arm} ${percent(shares[i])}`).join(', ');
    if (Number(v.surplus) > Number(v.lost))
      return `${count(v.surplus)} lines more than the ${plural(v.counted, 'request')} that the proxy counted: is each told twice, or does another proxy log here, too?`;
    return v.lost === 0
      ? `None of ${plural(v.counted, 'line')} was lost.`
      : `${count(v.lost)} of ${plural(v.counted, 'line')} were lost (${each}; between the arms ${pValue(v.p)}). The log goes over UDP: raise net.core.rmem_max, or give this machine less to do. Requests through another frontend that writes no such line count as lost, too.`;
  },

  'treatments-need': (v) =>
    `Every slot held as declared; above ${percent(v.failAbove)} lost, lost unequally (p below ${v.unequalBelow}), or above ${percent(v.strayAbove)} of the traffic, beyond chance, on an arm without a share, the run is invalid.`,
  'treatments-no-slots': () => 'The split does not change in this design.',
  'treatments-not-recorded': () => 'Nobody recorded what became of the slots; they are taken as planned.',
  'treatments-saw': (v) => {
    const lost =
      v.lost === 0
        ? `All of ${plural(v.slots, 'slot')} were held`
        : `${count(v.lost)} of ${plural(v.slots, 'slot')} were lost (${perArm(v.arms, v.counts)})`;
    const stray =
      v.stray === 0
        ? ''
        : `; ${count(v.stray)} of ${plural(v.total, 'request')} went to ${v.strayArm} where it had no share`;
    return `${lost}${stray}.`;
  },

  'sample-ratio-slots': () => 'Each slot belongs to one arm whole: there is no ratio inside it to test.',
  'sample-ratio-saw-traffic': (v) =>
    `${perArm(v.arms, v.counts)} of ${plural(v.total, 'request')} against the shares of each slot: χ² = ${fixed(v.statistic, 2)} with ${count(v.df)} df, ${pValue(v.p)}.`,
  'multiple-exposure-counted': (v) =>
    v.twice === 0
      ? `Each of ${plural(v.keys, 'key')} was served by one arm.`
      : `${count(v.twice)} of ${plural(v.keys, 'key')} (${percent(v.share)}) were served by more than one arm.`,

  'carry-over-need': (v) =>
    `Slots that start after a change of the arm start like the others: p not below ${v.limit}.`,
  'carry-over-no-slots': () => 'This design does not change arms in slots of time.',
  'carry-over-too-few': (v) =>
    `${plural(v.changed, 'slot')} of ${v.metric} after a change and ${plural(v.stayed, 'slot')} after the same arm, each with 3 values or more, are too few: ${count(v.fewestSlots)} of each are needed.`,
  'carry-over-saw': (v) => {
    const size = Math.abs(Number(v.change));
    const change = v.relative ? percent(size) : quantity(size, String(v.unit));
    return `${v.metric} starts ${change} ${Number(v.change) < 0 ? 'lower' : 'higher'} after a change of the arm than after the same arm (${count(v.changed)} and ${count(v.stayed)} slots, ${pValue(v.p)}). A longer burn-in cuts off what is left over.`;
  },

  'level-shift-need': (v) =>
    `No change of level by ${percent(v.least)} or more with |t| of ${v.limit} or more.`,
  'level-shift-not-positive': (v) =>
    `${v.metric} has values that are not positive: its levels are not compared.`,
  'level-shift-too-few': (v) => `${v.metric} has too few units to see a change of level: 20 are needed.`,
  'level-shift-none': (v) => `${v.metric} keeps its level.`,
  'level-shift-saw': (v) => {
    const arms = v.arms as readonly string[];
    const change = `${percent(Math.abs(Number(v.change)))} ${Number(v.change) < 0 ? 'lower' : 'higher'}`;
    const what = `${v.metric} of ${list(arms)} is ${change} from ${timestamp(v.at)} on (t = ${fixed(v.t, 1)})`;
    return arms.length > 1
      ? `${what}: the environment changed.`
      : `${what}, the other arm is not: an incident, or another version. The result is about both states together.`;
  },

  'arm-fingerprint-need': () =>
    'Versions and images of an arm do not change on the way; machines and places of the arms are alike.',
  'arm-fingerprint-no-labels': () => 'No source labels its points with versions or machines.',
  'arm-fingerprint-one-arm': (v) =>
    `Machines and places are told of some arms only, so they cannot be compared: ${list(v.alone)}.`,
  'arm-fingerprint-saw': (v) => {
    const changed = v.changed as readonly string[];
    const differing = v.differing as readonly string[];
    const alone = v.alone as readonly string[];
    const ofOne = alone.length === 0 ? '' : ` Told of some arms only: ${list(alone)}.`;
    if (changed.length + differing.length === 0) return `Unchanged and alike: ${list(v.labels)}.${ofOne}`;
    return [
      ...(changed.length > 0 ? [`Changed on the way: ${changed.join('; ')}.`] : []),
      ...(differing.length > 0
        ? [`Not alike: ${differing.join('; ')}. Where that is the treatment, nothing is wrong.`]
        : []),
    ]
      .join(' ')
      .concat(ofOne);
  },
} satisfies Words;
