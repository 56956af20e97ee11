/**
 * An effect in words, chosen by direction and size in this one place: "78% faster (76–80%)",
 * "12% dearer (9–15%)", "3% faster (2% slower to 8% faster)". A benefit is positive where it favours the treatment.
 */
import type { ClaimResult, Direction } from '../model/decision.js';
import type { Comparison, EstimateData, IntervalData } from '../model/effect.js';
import type { Amount, Better, Estimand } from '../model/experiment.js';
import type { MetricReport } from '../model/report.js';
import {
  boundTexts,
  estimateParts,
  estimateWithInterval,
  quantity,
  type Style,
  UNBOUNDED,
} from './format.js';

export interface Benefit {
  readonly estimate: number;
  readonly interval: IntervalData;
}

/** A relative effect r = treatment ÷ baseline as a benefit: 1 − r where lower is better, else r − 1. */
export const benefitOfRatio = (
  { estimate, interval }: Pick<EstimateData, 'estimate' | 'interval'>,
  better: Better | null,
): Benefit =>
  better === 'lower'
    ? { estimate: 1 - estimate, interval: mirrored(shifted(interval)) }
    : { estimate: estimate - 1, interval: shifted(interval) };

const moved = (x: number | null, by: (x: number) => number): number | null => (x === null ? null : by(x));

const shifted = (i: IntervalData): IntervalData => ({
  kind: i.kind,
  low: moved(i.low, (x) => x - 1),
  high: moved(i.high, (x) => x - 1),
});

/** The same set seen from the other side. */
export const mirrored = (i: IntervalData): IntervalData => ({
  kind: i.kind,
  low: moved(i.high, (x) => -x),
  high: moved(i.low, (x) => -x),
});

/** How benefits of a claim or comparison are written: as a percentage, in points, in the metric's unit. */
export const styleOf = (kind: Amount['kind'], unit: string, near: readonly number[] = []): Style => {
  if (kind === 'relative') return { unit: 'fraction', near };
  return kind === 'points' || unit === 'fraction'
    ? { unit: 'fraction', near, after: ' points' }
    : { unit, near };
};

/** Which side of "no change" the whole interval lies on. */
export const sideOf = ({ kind, low, high }: IntervalData): 'better' | 'worse' | 'open' => {
  if (kind === 'unbounded') return 'open';
  if (low !== null && low > 0) return 'better';
  return high !== null && high < 0 ? 'worse' : 'open';
};

export interface SidedWords {
  readonly better: string;
  readonly worse: string;
}

/** The metric's own words; without any: better and worse, or higher and lower where neither is better. */
export const wordsOf = (metric: Pick<MetricReport, 'words' | 'better'> | undefined): SidedWords => {
  if (metric !== undefined && metric.better === null) return { better: 'higher', worse: 'lower' };
  return { better: metric?.words[0] ?? 'better', worse: metric?.words[1] ?? 'worse' };
};

/** "at p95" for quantiles; other estimands are said in the methods. */
export const estimandTail = (estimand: Estimand): string => (/^p\d/.test(estimand) ? ` at ${estimand}` : '');

interface Phrase {
  readonly size: string;
  readonly word: string;
  /** Inside the parentheses; null for exact numbers. */
  readonly interval: string | null;
}

/** The parts of the phrase, for sentences that put more words between. */
export const effectPhrase = (benefit: Benefit, style: Style, words: SidedWords, exact = false): Phrase => {
  const side = sideOf(benefit.interval);
  const negative = side === 'worse' || (side === 'open' && benefit.estimate < 0);
  const facing = negative ? { estimate: -benefit.estimate, interval: mirrored(benefit.interval) } : benefit;
  const facingStyle = negative ? { ...style, near: (style.near ?? []).map((x) => -x) } : style;
  const parts = estimateParts(facing.estimate, facing.interval, facingStyle);
  const word = negative ? words.worse : words.better;
  if (exact) return { size: parts.estimate, word, interval: null };
  if (side !== 'open' || benefit.interval.kind === 'unbounded') {
    return { size: parts.estimate, word, interval: parts.interval };
  }
  return { size: parts.estimate, word, interval: openRange(benefit.interval, style, words) };
};

/** "2% slower to 8% faster": both sides named, because a sign alone is easily misread. */
export const openRange = (
  interval: IntervalData,
  style: Style,
  words: SidedWords,
  joint: 'to' | 'and' = 'to',
): string => {
  const { low, high } = boundTexts(interval, style);
  const side = (text: string): string =>
    text.startsWith('−')
      ? `${text.slice(1)} ${words.worse}`
      : /[1-9]/.test(text)
        ? `${text} ${words.better}`
        : text;
  if (low === null && high === null) return UNBOUNDED;
  if (low === null) return `at most ${side(high as string)}`;
  return high === null ? `at least ${side(low)}` : `${side(low)} ${joint} ${side(high)}`;
};

/** "0.0000 points": not one digit of it is seen. */
export const isNothing = (size: string): boolean => !/[1-9]/.test(size);

export const effectText = (benefit: Benefit, style: Style, words: SidedWords, exact = false): string => {
  const { size, word, interval } = effectPhrase(benefit, style, words, exact);
  // Neither better nor worse; how large it may be all the same, the interval says.
  if (isNothing(size)) return `no change seen (${interval ?? 'exact'})`;
  return `${size} ${word} (${interval ?? 'exact'})`;
};

const nearOf = (result: ClaimResult): readonly number[] => {
  const { benefit } = result;
  if (benefit === null) return [];
  const { threshold, margin } = benefit;
  return [threshold, -threshold, ...(margin === null ? [] : [margin, -margin])];
};

/** Style and words of one claim's benefit. */
export const claimStyle = (result: ClaimResult, metric: MetricReport | undefined): Style =>
  styleOf(result.benefit?.scale ?? result.claim.amount.kind, metric?.unit ?? '', nearOf(result));

const directionWords: Readonly<Record<Direction, string>> = {
  better: '',
  worse: '',
  equivalent: ', equivalent within the margin',
  unclear: '',
};

/** A limit on one arm: the arm's own value again, from the room that is left to the limit. */
const boundValue = ({ claim, benefit }: ClaimResult, metric: MetricReport | undefined): string | null => {
  if (benefit === null) return null;
  const limit = claim.amount.value;
  const place = (room: number): number => (claim.bound === 'below' ? limit - room : limit + room);
  const ends = [benefit.interval.low, benefit.interval.high].map((end) => (end === null ? null : place(end)));
  const [low, high] = claim.bound === 'below' ? [ends[1], ends[0]] : ends;
  const interval = { kind: benefit.interval.kind, low, high };
  return `${estimateWithInterval(place(benefit.estimate), interval, { unit: metric?.unit ?? '', near: [limit] })}, limit ${quantity(limit, metric?.unit ?? '')}`;
};

/** The effect of a claim in one phrase; null where there is none. */
export const claimEffect = (
  result: ClaimResult,
  metric: MetricReport | undefined,
  comparison: Comparison | undefined,
): string | null => {
  if (result.benefit === null) return null;
  if (result.claim.kind === 'bound') return boundValue(result, metric);
  const exact = comparison?.exact ?? false;
  const text = effectText(result.benefit, claimStyle(result, metric), wordsOf(metric), exact);
  return `${text}${estimandTail(result.claim.estimand)}${result.direction === null ? '' : directionWords[result.direction]}`;
};

/** A difference treatment − baseline as a benefit. */
export const benefitOfDifference = (
  { estimate, interval }: Pick<EstimateData, 'estimate' | 'interval'>,
  better: Better | null,
): Benefit =>
  better === 'lower' ? { estimate: -estimate, interval: mirrored(interval) } : { estimate, interval };

/** The relative effect of any comparison; where the baseline allows no ratio, the difference. */
export const comparisonEffect = (comparison: Comparison, metric: MetricReport | undefined): string | null => {
  const { effect, exact } = comparison;
  if (effect === null) return null;
  const words = wordsOf(metric);
  if (effect.ratio !== null) {
    const benefit = benefitOfRatio(effect.ratio, metric?.better ?? null);
    return effectText(benefit, styleOf('relative', ''), words, exact);
  }
  const benefit = benefitOfDifference(effect.difference, metric?.better ?? null);
  return effectText(benefit, styleOf('absolute', metric?.unit ?? ''), words, exact);
};
