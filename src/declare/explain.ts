/** What each sentence was understood to mean, in plain words: `validate` prints it. */
import type { Amount, Claim, Experiment, Metric } from '../model/experiment.js';
import { amountText } from './amount.js';
import { limitText } from './sentence/normal.js';

export interface Explained {
  readonly sentence: string;
  readonly claims: readonly { readonly id: string; readonly text: string; readonly meaning: string }[];
}

/** Twelve digits: 1 − 0.07 is 0.93. */
const plain = (value: number, digits = 12): string => String(Number(value.toPrecision(digits)));

function estimandText(claim: Claim, metric: Metric): string {
  if (/^p\d/.test(claim.estimand)) return claim.estimand;
  if (metric.input.kind === 'ratio' && claim.estimand === 'total') return 'ratio of sums';
  const words = {
    total: 'totals over all units',
    mean: 'means over units',
    typical: 'geometric mean of the unit ratios',
    location: 'shift of the distribution, by ranks',
    proportion: 'proportions',
  } as const;
  return words[claim.estimand as keyof typeof words];
}

/** The claim as a statement about r = treatment ÷ baseline, or about the difference. */
function inequality(claim: Claim, metric: Metric): string {
  const { amount, kind } = claim;
  const quantity = (arm: string | null): string => `${claim.metric} of ${arm}`;
  const lower = metric.better === 'lower';
  const relative = amount.kind === 'relative';
  const left = `${quantity(claim.treatment)} ${relative ? '÷' : '−'} ${quantity(claim.reference)}`;
  const size = (value: number): string => differenceText(amount, value, metric.unit);
  const none = relative ? 1 : 0;
  if (kind === 'within') {
    const c = amount.value;
    return relative
      ? `${left} is between ${plain(1 - c)} and ${plain(1 / (1 - c), 6)}: equal within ${amountText(amount, '')}`
      : `${left} is between ${size(-c)} and ${size(c)}`;
  }
  if (kind === 'better' && amount.value === 0)
    return `${left} is ${lower ? 'below' : 'above'} ${none}: better by any amount (c = 0)`;
  // A time that gets better falls; one that may get worse may rise.
  const change = (kind === 'better') === lower ? -amount.value : amount.value;
  const threshold = relative ? plain(1 + change) : size(change);
  if (kind === 'better') return `${left} is ${lower ? 'at most' : 'at least'} ${threshold}`;
  return `${left} is ${lower ? 'below' : 'above'} ${threshold}`;
}

function differenceText({ kind }: Amount, value: number, unit: string): string {
  const sign = value < 0 ? '−' : '';
  const amount = { kind, value: Math.abs(value) } as Amount;
  return `${sign}${amountText(amount, unit)}${kind === 'points' ? ` (${sign}${plain(Math.abs(value))})` : ''}`;
}

function togetherText(claim: Claim, all: readonly Claim[]): string {
  const others = all.filter(({ id }) => id !== claim.id).map(({ id }) => id);
  if (others.length === 0) return '';
  return claim.join === 'and'
    ? `; must hold together with ${others.join(', ')}`
    : `; this or ${others.join(' or ')} is enough, each at 1/${claim.siblings} of α`;
}

function meaning(claim: Claim, metric: Metric, all: readonly Claim[]): string {
  if (claim.kind === 'bound')
    return `${claim.metric} of ${claim.treatment} is ${claim.bound} ${limitText(claim.amount, metric.unit)} (${estimandText(claim, metric)})`;
  const direction = `${metric.better} is better`;
  return `${inequality(claim, metric)} (${estimandText(claim, metric)}; ${direction})${togetherText(claim, all)}`;
}

/**
 * What each sentence of an experiment was understood to mean, in plain words. Guardrails after hypotheses, in file order.
 *
 * @param experiment of `declare`
 * @returns each sentence with its claims; never throws
 * @example
 * ```ts
 * const text = `
 * experiment: halves
 * question: Is new faster than old?
 * arms: { new: {}, old: {} }
 * baseline: old
 * design: { kind: by-key }
 * sources: { results: { type: file } }
 * metrics:
 *   seconds: { from: results, query: { file: jobs.csv, arm: stack, unit: job, value: seconds }, in: s, better: lower }
 * hypotheses: [new is at least 10% better than old on seconds]`;
 * const noCards = () => Promise.reject(new Error('this experiment names no other file'));
 * const [first] = explain(await declare({ text, file: 'halves.yaml' }, plugins, noCards));
 * first.claims[0].meaning; // → "seconds of new ÷ seconds of old is at most 0.9 (totals over all units; lower is better)"
 * ```
 */
export function explain(experiment: Experiment): readonly Explained[] {
  const metrics = new Map(experiment.metrics.map((metric) => [metric.name, metric]));
  const sentences = (claims: readonly Claim[]): Explained[] =>
    [...new Set(claims.map(({ sentenceIndex }) => sentenceIndex))].map((index) => {
      const own = claims.filter(({ sentenceIndex }) => sentenceIndex === index);
      return {
        sentence: own[0]?.sentence ?? '',
        claims: own.map((claim) => ({
          id: claim.id,
          text: claim.text,
          meaning: meaning(claim, metrics.get(claim.metric) as Metric, own),
        })),
      };
    });
  const none: Explained[] = [
    {
      sentence: 'no hypothesis',
      claims: [
        { id: 'h0', text: 'no hypothesis', meaning: 'nothing is claimed: the decision can never be adopt' },
      ],
    },
  ];
  const hypotheses = experiment.hypotheses.length === 0 ? none : sentences(experiment.hypotheses);
  return [...hypotheses, ...sentences(experiment.guardrails)];
}

export interface MarginExplained {
  readonly metric: string;
  readonly meaning: string;
}

export const explainMargins = (experiment: Experiment): readonly MarginExplained[] =>
  experiment.metrics.flatMap(({ name, unit, margin }) =>
    margin === null
      ? []
      : [{ metric: name, meaning: `a change smaller than ${amountText(margin, unit)} does not matter` }],
  );

/** Claims of less than what was declared to matter: allowed, but seldom meant. */
export function belowMargin(experiment: Experiment): readonly string[] {
  const metrics = new Map(experiment.metrics.map((metric) => [metric.name, metric]));
  return [...experiment.hypotheses, ...experiment.guardrails].flatMap(
    ({ id, text, kind, amount, metric }) => {
      const { margin, unit } = metrics.get(metric) as Metric;
      if (kind === 'bound' || margin === null || amount.kind !== margin.kind) return [];
      // "faster" without an amount claims a direction, not a size.
      if (amount.value === 0 || amount.value >= margin.value) return [];
      return [
        `${id} “${text}” is about ${amountText(amount, unit)}, less than the margin of ${metric}, ${amountText(margin, unit)}: changes that small were declared not to matter`,
      ];
    },
  );
}
