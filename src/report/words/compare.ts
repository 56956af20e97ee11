import { count, number, percent } from '../format.js';
import type { Words } from './types.js';

/** `companion-unmeasured`: the reasons for which a companion, unlike the effect itself, had no answer. */
const because: Readonly<Record<string, string>> = {
  'typical-needs-positive-values': 'some values are zero or negative, and have no logarithm',
  'unit-without-denominator': 'some units have nothing to divide by',
  'constant-data': 'its values do not vary',
};

export const compareWords = {
  'arm-without-data': (v) =>
    `${v.arm} has no value of ${v.metric}, so nothing can be compared. Look at the source of ${v.metric} for this arm.`,
  'companion-unmeasured': (v) =>
    `The companion ${v.companion} is not shown beside the effect${v.why in because ? `: ${because[v.why]}` : ` (${v.why})`}.`,
  'constant-data': (v) =>
    `The ${count(v.n)} values do not vary, so nothing says how far they could be off. If this is a contract price or a flat fee, declare the metric \`exact: true\`; otherwise look at the source.`,
  'denominator-not-positive': (v) =>
    `The denominator of ${v.arm} is not above zero, so its ratio does not exist.`,
  'exact-has-no-spread': (v) =>
    `An exact metric is held against the claim as a total, a mean or a ratio; ${v.estimand} is not a single number.`,
  'few-items': (v) =>
    `Only ${count(v.items)} distinct items stand for all others; with fewer than ${count(v.wanted)} the interval leans on their being typical.`,
  'infinite-values': (v) =>
    `${v.arm} has ${count(v.count)} infinite ${v.count === 1 ? 'value' : 'values'} of ${v.metric} (first at ${v.unit}). A measurement cannot be infinite: look at the source.`,
  'items-left-out': (v) =>
    `${count(v.items)} of ${count(v.of)} items have fewer than two complete blocks and are left out: how much they vary cannot be seen.`,
  'items-without-repeats': (v) =>
    `None of the ${count(v.items)} items was measured twice on both arms, so their variation cannot be seen. Set \`repeats: 2\` or more, or declare \`workload: sample\`.`,
  'method-not-available': (v) =>
    v.part === 'quantiles'
      ? `Quantiles (${v.estimand}) are not available yet: claim the total, the mean or the typical unit.`
      : `This needs the methods for series in time, which are not available yet: units of ${/^[aeiou]/.test(v.design) ? 'an' : 'a'} ${v.design} design follow each other and are not independent. Use an interleaved or by-key design.`,
  'metric-without-data': (v) => `Nothing was collected for ${v.metric}.`,
  'no-complete-units': (v) => `No unit has a value of ${v.metric} in both ${v.treatment} and ${v.baseline}.`,
  'no-variation-in-proportion': (v) =>
    `No unit differs from any other in this proportion (${count(v.attempts)} attempts). How failures would cluster is unknown, so the interval takes the worst case: ${count(v.units)} units an arm, each failing whole or not at all.`,
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
} satisfies Words;
