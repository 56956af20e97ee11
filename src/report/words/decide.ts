/** Why a claim got its verdict, why the decision fell as it did, and what would change it. */
import { amountText, count, list, number, percent, plural, quantity } from '../format.js';
import type { Values, Words } from './types.js';

/** A benefit on its own scale: 12.3%, 0.5 points, 3.2 ms. */
const amount = (value: unknown, v: Values): string =>
  amountText({ kind: v.scale, value: value as number }, v.unit);

const end = (value: unknown, show: (x: unknown) => string, open: string): string =>
  value === null ? open : show(value);

const asked = (v: Values): string => {
  if (v.kind === 'within') return `within ${amount(v.amount, v)}`;
  if (v.kind === 'not-worse') return `at most ${amount(v.amount, v)} worse`;
  return v.amount === 0 ? 'better by any amount' : `at least ${amount(v.amount, v)} better`;
};

/** The effect itself stands beside the sentence; a set without ends has no whole to speak of. */
const held = (v: Values, part: string, verb: string): string =>
  v.low === null && v.high === null
    ? `The interval has no end; by the test at the threshold alone it ${verb} ${asked(v)}.`
    : `${part} is ${asked(v)}.`;

const armRange = (v: Values): string => {
  const show = (x: unknown) => quantity(x, v.unit);
  return `${quantity(v.estimate, v.unit)} (${end(v.low, show, 'no lower limit')} to ${end(v.high, show, 'no upper limit')})`;
};
const limit = (v: Values): string => `${v.bound} ${quantity(v.limit, v.unit)}`;

export const decideWords = {
  'claim-supported': (v) => held(v, 'The whole interval', 'is'),
  'claim-refuted': (v) => held(v, 'No part of the interval', 'is not'),
  'claim-inconclusive': (v) => `Part of the interval is ${asked(v)}, part is not.`,
  'claim-exact-supported': (v) => `The benefit is ${amount(v.estimate, v)}, known exactly: ${asked(v)}.`,
  'claim-exact-refuted': (v) => `The benefit is ${amount(v.estimate, v)}, known exactly: not ${asked(v)}.`,
  'claim-exact-inconclusive': (v) =>
    `The benefit is ${amount(v.estimate, v)}, exactly at the limit of ${asked(v)}.`,
  'claim-supported-but-equivalent': (v) =>
    `The change is real but smaller than ${amount(v.margin, v)}, the smallest change that matters.`,
  'claim-smaller-would-hold': (v) =>
    `A benefit of at least ${amount(v.low, v)} can be claimed: the interval's lower end.`,
  'claim-more-units': (v) =>
    `About ${plural(v.more, 'more unit')} would settle it, if what was seen is what is true.`,
  'claim-estimate-short': () =>
    'The estimate does not reach what is claimed, or its interval has no end: more units are unlikely to support it.',
  'claim-outage-unseen': () =>
    'No failure was seen, and an outage could have gone unseen: declare how long one lasts at most (`outage: 30s` on the metric), and run many times as long.',
  'claim-check-failed': (v) =>
    `The check “${v.check}” failed for ${v.metric}, so nothing can be claimed on it.`,
  'claim-price-range-changes': (v) =>
    `At the ${v.end} end of the price range of ${v.rate} (${number(v.price, 6)} ${v.currency} instead of ${number(v.typical, 6)}) the verdict would be ${v.verdict}, not ${v.now}.`,
  'decision-price-range-changes': (v) =>
    `At the ${v.end} end of the price range of ${v.rate} (${number(v.price, 6)} ${v.currency} instead of ${number(v.typical, 6)}) the decision on ${v.treatment} would be ${v.outcome}, not ${v.now}.`,
  'decision-price-range-holds': (v) =>
    `What the hours saved are worth decides the same at both ends of the declared price range of ${list(v.rates)}.`,
  'change-price': (v) =>
    `The price of ${v.rate}: at ${number(v.price, 6)} ${v.currency}, the ${v.end} end of its declared range (typical: ${number(v.typical, 6)}), the decision on ${v.treatment} would be ${v.outcome}.`,
  'what-if-cuts-not-judged': () =>
    'Other warm-up cuts, at which the analysis judges an adoption again, were not judged here.',
  'claim-price-range-holds': (v) =>
    `The verdict is the same at both ends of the declared price range of ${list(v.rates)}.`,
  'claim-metric-unknown': (v) => `There is no metric ${v.metric}.`,
  'claim-not-compared': (v) => `${v.metric} was not compared between these arms.`,
  'claim-no-estimate': (v) => `${v.metric} has no estimate to hold against the claim.`,
  'claim-no-data': (v) => `${v.metric} has no data in ${v.arm}.`,
  'claim-metric-without-direction': (v) =>
    `${v.metric} does not say what is better. Declare \`better: lower\` or \`better: higher\`.`,
  'claim-baseline-not-positive': (v) =>
    `${v.metric} is not positive in the baseline, so a percentage of it has no meaning. Claim an amount in its unit.`,
  'claim-amount-too-large': (v) => `“Within ${percent(v.amount)}” has no upper limit; use less than 100%.`,
  'too-few-units-to-decide': (v) =>
    `Cannot decide with n = ${count(v.n)}: ${count(v.needed)} units are needed.`,
  'look-too-few-units': (v) =>
    `Look ${count(v.index)} of ${count(v.of)} is due and not taken: ${v.metric} has ${plural(v.have, 'unit')} in an arm, and ${count(v.need)} are the least that can give a verdict. Its α is kept for later looks.`,
  'too-few-schedules-to-decide': (v) =>
    `Cannot decide with n = ${count(v.n)} slots of each arm: of the schedules that could have been drawn, no p is below ${number(v.smallest)}, and ${number(v.level)} is asked for. ${plural(v.needed, 'slot')} of each arm are needed.`,
  'level-below-schedules': (v) =>
    `Cannot decide at this level with any number of slots: a switchback counts p over at most ${count(Math.round(1 / v.smallest))} schedules, so that none is below ${number(v.smallest)}, and ${number(v.level)} is asked for. Look later, or ask for less confidence.`,

  'exact-flip': (v) => `The answer turns if the treatment's ${v.metric} moves by ${percent(v.move)}.`,
  'exact-flip-impossible': () => 'No price of the treatment would turn the answer.',
  'exact-flip-unknown': () =>
    'By how much the price must move to turn the answer cannot be said: there is no positive price.',

  'bound-supported': (v) => `${v.arm} is at ${armRange(v)}, all of it ${limit(v)}.`,
  'bound-refuted': (v) => `${v.arm} is at ${armRange(v)}, none of it ${limit(v)}.`,
  'bound-inconclusive': (v) => `${v.arm} is at ${armRange(v)}, part of it ${limit(v)}, part not.`,
  'bound-method-not-available': (v) =>
    `A limit on the ${v.estimand} unit of one arm has no method: limit its mean, its total or a quantile.`,
  'bound-limit-not-in-unit': (v) =>
    `A limit in percent has no meaning for ${v.metric}; give it in ${v.unit}.`,
  'bound-value-not-finite': (v) => `${v.arm} has values that are not numbers.`,
  'bound-denominator-not-positive': (v) =>
    `What the ratio is taken over does not add up to more than zero in ${v.arm}.`,
  'bound-no-repeats': (v) =>
    `${v.arm} measured some unit once only; a fixed workload needs repeats to know its scatter.`,
  'bound-needs-counts': (v) => `A proportion needs counts of events and attempts in ${v.arm}.`,
  'bound-not-a-proportion': (v) => `${number(v.value)} is not between 0 and 1, so it is not a proportion.`,
  'bound-zero-variance': (v) =>
    `All ${plural(v.n, 'value')} of ${v.arm} are the same. Declare \`exact: true\` if that is known, else look at the source.`,
  'bound-exact-varies': () => 'The metric is declared exact, but its values differ.',

  'decision-check-failed': (v) => `The check “${v.check}” failed, so this run decides nothing.`,
  'decision-guardrail-refuted': (v) => `The guardrail “${v.sentence}” is broken.`,
  'decision-all-supported': (v) =>
    `${plural(v.claims, 'claim')} supported` +
    `${v.guardrails === 0 ? '; no guardrail was declared.' : `, and ${plural(v.guardrails, 'guardrail')} kept.`}`,
  'decision-trade-off': (v) =>
    `Better on ${list(v.better)}, worse on ${list(v.worse)}: what is gained is paid for elsewhere.`,
  'decision-claim-refuted': (v) => `“${v.sentence}” is refuted.`,
  'decision-all-equivalent': (v) =>
    `${list(v.metrics)}: the arms differ by less than the smallest change that matters.`,
  'decision-open': (v) => `“${v.sentence}” is ${v.verdict}.`,
  'decision-no-hypothesis': (v) =>
    `No hypothesis holds this arm against ${v.baseline}, so nothing can be adopted.`,
  'decision-not-concurrent': () =>
    'The arms were observed at different times: whatever else changed in between may be the cause.',
  'decision-fails-more': (v) =>
    `${v.treatment} fails more often than the baseline: it is not adopted for what it does when it works.`,
  'decision-exploratory': () =>
    'The hypotheses were written after the data were seen: they need a run of their own.',
  'decision-these-deployments': () =>
    'This compares these two deployments; another deployment of the same stacks may differ.',
  'decision-several-adoptable': (v) =>
    `${list(v.arms)} can each be adopted; which of them is a choice among good ones.`,
  'decision-pair': (v) => {
    const parts = [
      ['better on', v.better],
      ['worse on', v.worse],
      ['equivalent on', v.equivalent],
      ['not told apart on', v.open],
    ].filter(([, names]) => names.length > 0);
    return `${v.treatment} against ${v.baseline}: ${parts.map(([how, names]) => `${how} ${list(names)}`).join('; ')}.`;
  },
  'decision-warm-up-sensitive': (v) => {
    const say = (outcome: unknown) => (outcome === null ? 'not computed' : String(outcome));
    return `The decision depends on the warm-up: without a cut ${say(v.none)}, with twice the cut ${say(v.twice)}.`;
  },
  'decision-warm-up-cut-not-varied': (v) =>
    `Whether another warm-up cut would decide otherwise is not known (not computed: ${list(v.cuts)}).`,

  'harm-seen': (v) =>
    `The guardrail “${v.sentence}” is broken, by ${plural(v.batches, 'batch', 'batches')} of units so far.`,
  'harm-not-seen': (v) =>
    `No harm seen yet on “${v.sentence}” in ${plural(v.batches, 'batch', 'batches')} of units; that is no proof of safety.`,
  'harm-too-early': (v) =>
    `Whether it does harm cannot be said yet: ${plural(v.have, 'batch', 'batches')} of units, and ${count(v.need)} are needed.`,
  'harm-too-few-units': (v) =>
    `Whether it does harm cannot be said yet: ${plural(v.have, 'unit')}, and ${count(v.need)} are needed.`,
  'harm-no-quantiles': (v) =>
    `The ${v.estimand} of two arms cannot be watched while it grows; a limit on one arm (“stays below”) can.`,
  'harm-no-typical': () => 'A typical ratio cannot be watched while it grows; a mean or a total can.',

  'change-mend-check': (v) => `Mend what the check “${v.check}” found, and run again.`,
  'change-state-a-hypothesis': () => 'State a hypothesis: without one nothing can be adopted.',
  'change-run-at-the-same-time': () => 'Run both arms at the same time, or alternate them.',
  'change-measure': (v) => `“${v.claim}”: measure ${v.metric}; without it the claim decides nothing.`,
  'change-more-units': (v) =>
    `“${v.claim}”: about ${plural(v.more, 'more unit')}, if what was seen is what is true.`,
  'change-claim-less': (v) =>
    `“${v.claim}”: the interval's lower end, ${amount(v.low, v)}, is what can be claimed.`,
  'change-claim-more': (v) =>
    `“${v.claim}”: would no longer be supported if it asked for more than ${amount(v.low, v)}.`,
  'change-tolerate': (v) =>
    `“${v.claim}”: would be supported if more than ${amount(-(v.low as number), v)} worse were acceptable.`,
  'change-declare-outage': (v) =>
    `“${v.claim}”: declare how long an outage lasts at most (\`outage: 30s\` on the metric), and run many times as long.`,
  'change-estimate-short': (v) =>
    `“${v.claim}”: the estimate does not reach what is claimed, or its interval has no end; more units alone are unlikely to help.`,
} satisfies Words;
