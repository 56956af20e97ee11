/** How long an experiment has to be, and what its plan does not know. */
import {
  amountText,
  count,
  duration,
  list,
  number,
  percent,
  plural,
  quantity,
  timestamp,
} from '../format.js';
import type { Values, Words } from './types.js';

/** A benefit on its own scale: 12.3%, 0.5 points, 3.2 ms. */
const amount = (value: unknown, v: Values): string =>
  amountText({ kind: v.scale, value: value as number }, v.unitOfScale ?? v.unit);

const ones: Readonly<Record<string, string>> = {
  blocks: 'block',
  items: 'item',
  keys: 'key',
  buckets: 'bucket',
  units: 'unit',
  slots: 'slot of each arm',
  runs: 'run of each arm',
};
const many: Readonly<Record<string, string>> = { slots: 'slots of each arm', runs: 'runs of each arm' };
const units = (n: unknown, v: Values): string => plural(n, ones[v.unit] ?? v.unit, many[v.unit] ?? v.unit);

const repeats = (v: Values): string =>
  v.repeats == null ? '' : ` (${plural(v.repeats, 'repeat')} of each item)`;

/** How a benefit reads: 13% better, 2% worse, no difference. */
const benefit = (value: number, v: Values): string =>
  value === 0 ? 'no difference' : `${amount(Math.abs(value), v)} ${value > 0 ? 'better' : 'worse'}`;

const asked = (v: Values): string => {
  if (v.kind === 'within') return `within ${amount(v.threshold, v)}`;
  if (v.threshold < 0) return `at most ${amount(-v.threshold, v)} worse`;
  return v.threshold === 0 ? 'better by any amount' : `at least ${amount(v.threshold, v)} better`;
};

const reasonsToExpect: Readonly<Record<string, string>> = {
  option: 'as told by --expect',
  margin: 'what is claimed plus the margin',
  'no-difference': 'the arms as equals',
  evidence: 'as in the evidence',
};

export const planWords = {
  'plan-claim-expects': (v) =>
    v.from === 'evidence'
      ? `Planned for ${quantity(v.expected, v.unit)} of room to the limit, as in the evidence.`
      : `Tested against ${asked(v)}; planned for ${benefit(v.expected, v)}: ${reasonsToExpect[v.from]}.`,
  'plan-claim-seen': (v) => `The evidence saw ${benefit(v.seen, v)}.`,
  'plan-claim-variation': (v) =>
    `One of its ${v.unit} varies by ${percent(v.variation)} (${v.basis === 'evidence' ? 'from the evidence' : 'as declared'})` +
    `${v.tau == null ? '' : `; ${number(v.tau)} in a row carry as much as one independent`}.`,
  'plan-claim-needs': (v) =>
    `${units(v.units80, v)} for 80%, ${v.units90 === null ? 'no number' : units(v.units90, v)} for 90%.`,
  'plan-claim-declared': (v) =>
    `The ${units(v.have, v)} declared: ${v.power === null ? 'power not known' : `${percent(v.power, 0)} power for it alone`}` +
    `${v.detectable80 === null ? '' : `; they would show what is truly ${benefit(v.detectable80, v)}${v.detectable90 === null ? '' : ` (${benefit(v.detectable90, v)} for 90%)`}`}.`,
  'plan-claim-if-varies': (v) =>
    `If it varies by ${percent(v.variation)}: ${v.units80 === null ? 'no number' : units(v.units80, v)} for 80%, ${v.units90 === null ? 'no number' : units(v.units90, v)} for 90%.`,

  'plan-power-shared': (v) =>
    v.obligations === 1
      ? 'One claim or guardrail has to hold.'
      : `${count(v.obligations)} claims and guardrails have to hold together: each is planned for ${percent(v.each80, 1)} power, so that all do with 80% (${percent(v.each90, 1)} for 90%).`,
  'plan-from-evidence': (v) => `What varies, and how long a unit takes, is taken from ${v.run}.`,
  'plan-total': (v) =>
    `${percent(v.power)} power: ${units(v.units, v)}${repeats(v)}` +
    `${v.durationMs === null ? '' : `, about ${duration(v.durationMs)}`}` +
    `${v.endMs === null ? '' : `, until ${timestamp(v.endMs)}`}` +
    `${v.finalMs === null || v.finalMs === v.endMs ? '' : ` (costs final ${timestamp(v.finalMs)})`}.`,
  'plan-total-unknown': (v) => `${percent(v.power)} power: not known before all claims have a number.`,
  'plan-total-declared': (v) =>
    `Declared: ${units(v.units, v)}${repeats(v)}` +
    `${v.durationMs === null ? '' : `, about ${duration(v.durationMs)}`}` +
    `${v.endMs === null ? '' : `, until ${timestamp(v.endMs)}`}.`,
  'plan-cost': (v) =>
    `${v.metric} of running it for ${percent(v.power)}: ${quantity(v.total, v.unit)} (${list((v.arms as string[]).map((arm, i) => `${arm} ${quantity(v.costs[i], v.unit)}`))}).`,
  'plan-query-price': (v) =>
    `Asking ${v.source} for ${v.metric} costs about ${quantity(v.usd, 'USD')} each time.`,
  'plan-looks': (v) =>
    `${count(v.looks)} looks need ${percent(v.extra, 1)} more units than one (O’Brien–Fleming, Lan–DeMets).`,
  'plan-look': (v) =>
    `${percent(v.time)}: ${v.atMs === null ? '' : `${timestamp(v.atMs)}, `}${v.units === null ? '' : `${units(v.units, v)}, `}` +
    `stops beyond z = ${number(v.critical, 4)}; stopped by then with ${percent(v.stopped, 0)} if the expected effect is the truth.`,

  'plan-exact': (v) => `${v.metric} is known exactly: no units are needed.`,
  'plan-variation-unknown': (v) =>
    `How much ${v.metric} varies is not known: plan --from an earlier run, run a short pilot, or declare \`variation: 15%\` on the metric.`,
  'plan-evidence-needed': (v) =>
    `An amount in the unit of ${v.metric} can only be planned from evidence: run a short pilot and use --from.`,
  'plan-attempts': (v) =>
    `If failures come one by one and equally often in both arms${v.shared === true ? ', on each arm' : ', both arms together'}: ${(
      v.rates as readonly number[]
    )
      .map(
        (rate, i) =>
          `${count(v.attempts80[i])} ${v.per} (${count(v.attempts90[i])} for 90%) where ${percent(rate)} fail`,
      )
      .join('; ')}. Where they come k at a time it takes k times as many.`,
  'plan-unseen-outage': (v) =>
    `Where none of ${v.metric} fails, or failures come in fewer than five clusters, attempts do not help: an outage that nobody saw could have lasted. ${
      v.durationMs === null
        ? `Declare how long one lasts at most (\`outage: 30s\` on the metric)${v.worth === null ? '' : `; the run has to be ${count(v.worth)} times as long`}.`
        : `With outages of at most ${duration(v.outageMs)} the run has to last ${duration(v.durationMs)}, ${count(v.worth)} times as long.`
    }`,
  'plan-few-failures': (v) =>
    v.clusters === 0
      ? `Nothing of ${v.metric} varied in ${v.run}: more keys alone will not tell how long an outage lasts that nobody saw.`
      : `Failures of ${v.metric} came in ${plural(v.clusters, 'cluster')} in ${v.run}; ten have to be expected before more keys are counted on, in ${number(v.times, 2)} times as many${v.outageMs === null ? '' : ', or as many outages of the declared length have to fit into the run as the limit asks for'}.`,
  'plan-evidence-without-metric': (v) =>
    `${v.run} holds nothing that answers this claim on ${v.metric}: the metric, the arms and the estimand must be the same.`,
  'plan-no-expected-effect': (v) =>
    `Which effect is expected is not known: declare \`margin:\` on ${v.metric}, or use --expect ${v.metric}=…`,
  'plan-expected-not-beyond': (v) =>
    `An effect of ${benefit(v.expected, v)} does not go beyond ${asked(v)}: however many units, it would not be shown. Expect more, or claim less.`,
  'plan-expected-impossible': (v) =>
    `${amount(v.expected, v)} less of ${v.metric} leaves nothing: use --expect ${v.metric}=… with what is possible.`,
  'plan-too-many-units': (v) => `More than 1,000,000,000 units would be needed for ${v.metric}.`,
  'plan-autocorrelation-assumed': (v) =>
    `Neighbouring units in time resemble each other; ρ = ${number(v.rho)} is assumed for ${v.metric}. Use --autocorrelation, or --from for what it is.`,
  'plan-quantile-rough': (v) =>
    `For ${v.estimand} values are taken to be normal with the declared variation: with longer tails it takes more. Use --from.`,
  'plan-stalls-unknown': (v) =>
    `The variation of ${v.metric} is that of keys. A stall of one arm hits all keys that are there, and how much that adds only evidence knows: use --from.`,
  'plan-bound-in-time': (v) => `A limit on ${v.metric} over units in time (slots, too) is not planned.`,
  'plan-bound-without-scatter': (v) =>
    `The evidence for the limit on ${v.metric} does not vary, or has no repeats: nothing can be planned from it.`,
  'plan-evidence-falls-short': (v) =>
    `The evidence saw ${benefit(v.seen, v)}, which is not ${asked(v)}: if that is the truth, more units will not support it.`,
  'plan-small-pilot': (v) =>
    `With ${plural(Math.round(v.df), 'degree')} of freedom the scatter is itself a guess: one pilot in five like ${v.run} needs ${number(v.factor, 2)} times these units or more.`,
  'plan-too-few-units': (v) =>
    `${units(v.have, v)} can never answer for ${v.metric}: ${count(v.need)} are needed whatever it varies.`,
  'plan-gate': (v) =>
    `${units(v.have, v)} of ${v.metric} hold about ${number(v.independent)} independent values; it is not answered below ${count(v.need)}.`,

  'plan-slots-beyond-balance': (v) =>
    `The variation of ${v.metric} is that of a slot, beyond what its time of day and its weekday explain: the draw balances those.`,
  'plan-slots-too-few': (v) =>
    `${v.run} has too few slots to say how much ${v.metric} varies: its own interval has no end.`,
  'plan-ramp-stretched': () =>
    'Where more is needed than declared, every stage is longer in the same proportion; stages with little traffic add little.',
  'plan-looks-not-taken': (v) =>
    `No looks are taken in design ${v.design} without trials: it is analysed once, at its end.`,

  'plan-not-concurrent': () =>
    'The arms are observed at different times, and what differs between those times is in the difference: whatever it is, nothing is adopted. Let both run at the same time, or take turns in random slots (design switchback).',
  'plan-anytime': () =>
    'Looks at any time: the units are those of the last look, with intervals that hold at all looks together. One analysis at the end needs about two thirds of them.',
  'plan-nothing-claimed': () => 'No hypothesis: nothing can be adopted, however long it runs.',
  'plan-incomplete': (v) =>
    `No number of units for: ${list((v.claims as string[]).map((text) => `“${text}”`))}.`,
  'plan-declared-too-short': (v) =>
    v.endMs === null
      ? `The ${units(v.have, v)} declared are too few for 80% power; ${count(v.need)} are needed${repeats(v)}.`
      : `The window holds ${units(v.have, v)}, too few for 80% power: extend it to ${timestamp(v.endMs)}, ${count(v.need)} ${v.unit}.`,
  'plan-first-look-early': (v) =>
    `The look at ${percent(v.time)} comes before ${count(v.need)} units per arm: it can stop nothing.`,
  'plan-workload-not-listed': (v) => `The files of the workload are not there yet: ${v.why}`,
} satisfies Words;
