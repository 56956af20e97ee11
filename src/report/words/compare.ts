import { count, list, number, percent, plural, quantity } from '../format.js';
import type { Values, Words } from './types.js';

/** `companion-unmeasured`: the reasons for which a companion, unlike the effect itself, had no answer. */
const because: Readonly<Record<string, string>> = {
  'typical-needs-positive-values': 'some values are zero or negative, and have no logarithm',
  'unit-without-denominator': 'some units have nothing to divide by',
  'constant-data': 'its values do not vary',
  'too-little-independent-information': 'its series holds too little independent information',
};

/** What the units are worth where no failure was seen. */
const lasting = ({ units, lasting: long, worth, outageShare, declared }: Values): string =>
  worth !== undefined
    ? `an outage of one arm that nobody saw lasts ${percent(outageShare)} of the run${declared === true ? ', as the metric declares' : ' (how long it lasts at most can be declared: `outage: 30s`)'}, so that ${plural(units, 'unit')} an arm are worth ${number(worth)}.`
    : Number(long ?? 1) > 1
      ? `an outage of one arm that fails ${plural(long, 'unit')} whole, one after the other, so that ${plural(units, 'unit')} an arm are worth ${number(Number(units) / Number(long))}.`
      : `${plural(units, 'unit')} an arm, each failing whole or not at all.`;

export const compareWords = {
  'trade-off-no-cloud-of-slots': () =>
    'No cost–time cloud: whole slots are the units, and too few of them to be drawn again.',
  'trade-off-no-money': (v) =>
    `The cost ${v.cost} is in ${v.unit}, which is no money: an hour cannot be priced.`,
  'trade-off-no-hours': (v) => `The time ${v.time} is in ${v.unit}, which is no time: no hours can be saved.`,
  'trade-off-time-not-summed': (v) =>
    `The time ${v.time} folds its points by ${v.fold}: that is a speed, not hours of work. An hour can be priced where times are summed.`,
  'trade-off-other-work': (v) =>
    `The metrics ${v.time} and ${v.cost} are not counted on the same work, so hours and money cannot be added.`,
  'trade-off-no-common-units': (v) =>
    `The metrics ${v.time} and ${v.cost} were not measured on the same units in ${v.arm}, so hours and money cannot be added.`,
  'trade-off-no-method': (v) => `No method compares ${v.cost} and ${v.time} together.`,
  'anytime-needs-series': () =>
    'At looks that nobody declared only totals, means and ratios of units side by side in time can be judged.',
  'arm-without-data': (v) =>
    `${v.arm} has no value of ${v.metric}, so nothing can be compared. Look at the source of ${v.metric} for this arm.`,
  'break-even-price-steps': (v) => {
    const step = quantity(v.step, v.unit);
    const why: Readonly<Record<string, string>> = {
      tiers: `the price of ${v.rate} depends on the volume of the month`,
      'free-tier': `a free tier of ${v.rate} is deducted`,
      minimum: `${v.rate} bills ${step} at least, and ${v.arm} used down to ${quantity(v.smallest, v.unit)}`,
      rounded: `${v.rate} bills each ${step} that was begun, and ${v.arm} used down to ${quantity(v.smallest, v.unit)}`,
    };
    return `The rate card has steps (${why[v.kind]}), so costs do not follow a line: the difference at each volume is shown instead.`;
  },
  'buckets-are-not-trials': () =>
    'An interleaved design compares trials, and the units of this metric are time buckets in which trials of both arms follow each other. Measure it per trial, or watch both arms side by side: design observed with `concurrent: true`.',
  'buckets-by-key-need-work': () =>
    'The units of this metric are time buckets, and by key the arms get different amounts of work in each: a total says nothing. Compare it per record or per request: a `ratio:` of two metrics.',
  'companion-unmeasured': (v) =>
    `The companion ${v.companion} is not shown beside the effect${v.why in because ? `: ${because[v.why]}` : ` (${v.why})`}.`,
  'constant-data': (v) =>
    `${v.n === undefined ? 'The values' : `The ${plural(v.n, 'value')}`} ${v.n === 1 ? 'does' : 'do'} not vary, so nothing says how far they could be off. If this is a contract price or a flat fee, declare the metric \`exact: true\`; otherwise look at the source.`,
  'denominator-not-positive': (v) =>
    `The denominator of ${v.arm} is not above zero, so its ratio does not exist.`,
  'exact-has-no-spread': (v) =>
    `An exact metric is held against the claim as a total, a mean or a ratio; ${v.estimand} is not a single number.`,
  'failures-last-too-long': (v) =>
    `${v.unit === 'piece' ? 'What sets the arms apart' : 'Failures'} ${v.unit === 'piece' ? 'seems' : 'seem'} to last so long (neighbouring ${v.unit}s are alike, correlation ${number(v.correlation)}; chance does that once in 20 times) that ${plural(v.units, v.unit)} are worth only ${number(v.have)} independent ones: how often they come cannot be told apart from chance. ${count(v.need)} are needed, which takes about ${plural(v.bucketsNeeded, v.unit)}.`,
  'failures-in-runs': (v) =>
    v.unit === 'piece'
      ? `What one arm has more of in one piece of the run, it has more of in the next as well (correlation ${number(v.correlation)} over ${plural(v.units, 'piece')} with equal traffic): it lasts, so the interval is not narrower than that of a series in time.`
      : `Where one arm fails more in one ${v.unit}, it does in the next as well (correlation ${number(v.correlation)} over ${plural(v.units, v.unit)}): failures last longer than a ${v.unit}, so the interval is not narrower than that of a series in time.`,
  'few-events-in-time': (v) =>
    `What is counted came in ${plural(v.clusters, 'cluster')} in time, so the interval is not narrower than that many outages allow.`,
  'few-items': (v) =>
    `Only ${count(v.items)} distinct items stand for all others; with fewer than ${count(v.wanted)} the interval leans on their being typical.`,
  'infinite-values': (v) =>
    `${v.arm} has ${count(v.count)} infinite ${v.count === 1 ? 'value' : 'values'} of ${v.metric} (first at ${v.unit}). A measurement cannot be infinite: look at the source.`,
  'items-left-out': (v) =>
    `${count(v.items)} of ${count(v.of)} items have fewer than two complete blocks and are left out: how much they vary cannot be seen.`,
  'items-without-repeats': (v) =>
    `None of the ${count(v.items)} items was measured twice on both arms, so their variation cannot be seen. Set \`repeats: 2\` or more, or declare \`workload: sample\`.`,
  'metric-out-of-range': (v) =>
    `The largest value of ${v.metric} in ${v.arm} is ${number(v.largest)}: its square is no number, so no variance follows. Give the metric another unit, or look at what stands for “none”.`,
  'metric-without-data': (v) => `Nothing was collected for ${v.metric}.`,
  'no-complete-units': (v) => `No unit has a value of ${v.metric} in both ${v.treatment} and ${v.baseline}.`,
  'no-failure-pattern-in-time': (v) =>
    `Over ${plural(v.units, 'unit')} failures never vary (none at all, or the same in each), so how they would cluster in time cannot be seen and no interval follows. Observe longer, or compare by key, where keys are independent.`,
  'no-variation-in-proportion': (v) =>
    `No unit differs from any other in this proportion (${count(v.attempts)} attempts). How failures would cluster is unknown, so the interval takes a bad case: ${lasting(v)}`,
  'keys-independent-in-time': () =>
    'The evidence does not say when during the run each key was served, so keys count as independent in time. An outage or a stall of one arm hits many keys at once, and claims are then supported too often: give the points their times, or watch the same metric in time buckets (`by:`) as well.',
  'keys-independent-for-estimate': (v) =>
    `Keys count as independent in time where ${v.estimand} is estimated. A stall of one arm hits many keys at once, and a difference is then claimed too often: totals, means, ratios and proportions are held against pieces of the run as well.`,
  'no-variation-between-arms': (v) =>
    `Both arms show the same proportion in each of ${count(v.units)} units, so pairs say nothing of chance. The interval takes the arms as independent (Newcombe), which is wider.`,
  'one-item-dominates': (v) =>
    `${v.item} alone holds ${percent(v.share)} of the total; the comparison is largely about this one item.`,
  'order-never-varied': (v) =>
    `The arms ran in the same order in all ${count(v.blocks)} blocks, so an effect of order cannot be told from the arms.`,
  'proportion-needs-counts': (v) =>
    `${v.arm} has a bare fraction; a proportion needs counts of events and attempts per unit. Declare it as a ratio of two metrics, or compare its mean.`,
  'proportion-out-of-range': (v) =>
    `${v.arm} has ${count(v.count)} ${v.count === 1 ? 'unit' : 'units'} (first ${v.unit}) with fewer than no events or more events than attempts: numerator and denominator do not belong together.`,
  'ratio-needs-positive-baseline': (v) =>
    `The baseline's value is ${number(v.baselineValue)}, so a percentage of it has no meaning; the absolute difference is shown.`,
  'ratio-unbounded': () =>
    'The baseline is too uncertain for an interval of the ratio: the set of ratios that fit the data has no end. Tests at a threshold still hold; the absolute difference is shown.',
  'sign-flip-too-coarse': (v) =>
    `With ${count(v.n)} blocks only ${count(v.schedules)} schedules could have been drawn: the randomisation test cannot reach the declared confidence.`,
  'too-few-units': (v) =>
    `Cannot decide ${v.metric} with ${count(v.have)} ${v.have === 1 ? 'unit' : 'units'} an arm: ${count(v.need)} are needed.`,
  'total-and-typical-disagree': (v) =>
    `The total and the typical unit point in opposite directions (ratios ${number(v.total)} and ${number(v.typical)}): large units behave differently from most. The declared one, ${v.decides}, decides.`,
  'typical-needs-positive-values': (v) =>
    `The typical ratio needs positive values; ${v.arm} has ${count(v.count)} that are not (first ${v.unit}).`,
  'unit-measured-twice': (v) =>
    `${v.arm} has two values of ${v.metric} for the same unit, so units cannot be joined. Declare how points become one value: \`fold:\`.`,
  'unit-without-denominator': (v) =>
    `${v.arm} has ${count(v.count)} ${v.count === 1 ? 'unit' : 'units'} without a denominator (first ${v.unit}).`,
  'units-dropped': (v) =>
    `${count(v.count)} of ${count(v.of)} units (${percent(v.share)}) lack a value of ${v.metric} and are left out.`,
  'location-needs-keys': () =>
    'Ranks compare units that are independent of each other: keys of one arm and of the other. In this design declare estimand: total, mean or typical.',
  'adjust-missing': (v) =>
    `Of ${plural(v.units, 'unit')} of ${v.metric}, ${count(v.missing)} have no value of ${v.adjust} and are left out of the adjusted comparison.`,
  'slot-too-small-for-quantile': (v) =>
    `A slot of ${v.arm} holds ${plural(v.have, 'value')}: ${v.estimand} needs ${v.need} in every slot. Make the slots longer, or claim a lower quantile.`,
  'switchback-without-draws': () =>
    'The schedule does not say how its slots were drawn, so nothing is known of the schedules that could have been.',
  'ramp-needs-means': () =>
    'Stages of a ramp are combined as means or ratios of sums, not as quantiles or typical values; claim the mean, or the ratio to the work done.',
  'ramp-buckets-need-work': () =>
    'In a ramp the arms get different shares of the traffic, so totals per bucket say who got more, not who is better; declare a ratio to the work done (ratio: { of: …, per: … }) or estimand: mean.',
  'ramp-stages-left-out': (v) =>
    `${plural(v.count, 'stage')} of ${v.of} ${Number(v.count) === 1 ? 'has' : 'have'} too little in one arm to be compared, and ${Number(v.count) === 1 ? 'is' : 'are'} left out: ${list(v.stages)}.`,
  'ramp-no-stage': () => 'No stage of the ramp holds enough of both arms to be compared.',
} satisfies Words;
