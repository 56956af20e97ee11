/** One claim as a clause of the decision sentence: "is 78% faster than functions (76–80%)". */
import type { ClaimResult } from '../../model/decision.js';
import type { MetricReport, Report } from '../../model/report.js';
import {
  claimStyle,
  effectPhrase,
  estimandTail,
  isNothing,
  openRange,
  type SidedWords,
  sideOf,
  wordsOf,
} from '../effect-words.js';
import { amountText, UNBOUNDED } from '../format.js';

export interface Clause {
  readonly side: 'better' | 'worse' | 'open';
  readonly text: string;
}

/** "per 1M records" of "USD/1M records". */
const perWhat = (unit: string): string => {
  const per = unit.split('/').slice(1).join('/').trim();
  return per === '' ? '' : ` per ${per}`;
};

interface Frame {
  readonly verb: 'is' | 'costs';
  readonly words: SidedWords;
  /** "per 1M records", "on Error rate", "at p95". */
  readonly about: string;
}

const frameOf = (metric: MetricReport | undefined, result: ClaimResult): Frame => {
  const tail = estimandTail(result.claim.estimand);
  if (metric?.role === 'cost') {
    return {
      verb: 'costs',
      words: { better: 'less', worse: 'more' },
      about: `${perWhat(metric.unit)}${tail}`,
    };
  }
  const named = (metric?.words.length ?? 0) > 0;
  const title = metric?.title ?? result.claim.metric;
  return { verb: 'is', words: wordsOf(metric), about: `${named ? '' : ` on ${title}`}${tail}` };
};

/** "less than the 10% claimed" where the effect is there but smaller than the sentence says. */
const shortfall = ({ claim, verdict, benefit }: ClaimResult, unit: string): string => {
  if (claim.kind !== 'better' || claim.amount.value <= 0 || benefit === null) return '';
  const amount = amountText(claim.amount, unit);
  if (verdict === 'refuted') return `, less than the ${amount} claimed`;
  return verdict === 'inconclusive' ? `, which does not settle the ${amount} claimed` : '';
};

export const claimClause = (result: ClaimResult, report: Report, first: boolean): Clause => {
  const metric = report.metrics.find(({ name }) => name === result.claim.metric);
  const { verb, words, about } = frameOf(metric, result);
  if (result.benefit === null || result.verdict === 'unmeasured') {
    const title = metric?.title ?? result.claim.metric;
    return { side: 'open', text: `has no measured effect on ${title}${estimandTail(result.claim.estimand)}` };
  }
  const exact = report.comparisons.find(({ id }) => id === result.comparison)?.exact ?? false;
  const style = claimStyle(result, metric);
  const than = first && result.claim.reference !== null ? ` than ${result.claim.reference}` : '';
  const side = sideOf(result.benefit.interval);
  const within = result.direction === 'equivalent' ? ', equivalent within the margin' : '';
  if (side === 'open' && !exact) {
    const range = openRange(result.benefit.interval, style, words, 'and');
    if (range === UNBOUNDED) {
      const title = metric?.title ?? result.claim.metric;
      return {
        side,
        text: `has an effect on ${title}${estimandTail(result.claim.estimand)} that cannot be bounded`,
      };
    }
    const between = range.includes(' and ') ? `between ${range}` : range;
    return { side, text: `${verb} ${between}${than}${about}${within}` };
  }
  const { size, word, interval } = effectPhrase(result.benefit, style, words, exact);
  if (exact && isNothing(size)) {
    const title = metric?.title ?? result.claim.metric;
    return { side, text: `shows no change on ${title}${estimandTail(result.claim.estimand)} (exact)` };
  }
  const effect = verb === 'costs' ? `${size} ${word}${about}${than}` : `${size} ${word}${than}${about}`;
  const small = within === '' && side === 'better' ? shortfall(result, metric?.unit ?? '') : within;
  return { side, text: `${verb} ${effect} (${interval ?? 'exact'})${small}` };
};
