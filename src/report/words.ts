/** The sentence of every reason code. Each stage's sentences are in words/<stage>.ts; this joins them. */
import type { Reason } from '../model/reason.js';
import { billingWords } from './words/billing.js';
import { checkWords } from './words/check.js';
import { collectWords } from './words/collect.js';
import { compareWords } from './words/compare.js';
import { decideWords } from './words/decide.js';
import { historyWords } from './words/history.js';
import { planWords } from './words/plan.js';
import { reportWords } from './words/report.js';
import { sourcesWords } from './words/sources.js';
import { splitWords } from './words/split.js';
import { statsWords } from './words/stats.js';
import { tradeOffWords } from './words/trade-off.js';
import type { Words } from './words/types.js';

/** By stage, so that a test can see a code that two stages claim. */
export const wordsByStage = {
  split: splitWords,
  collect: collectWords,
  sources: sourcesWords,
  billing: billingWords,
  check: checkWords,
  compare: compareWords,
  stats: statsWords,
  decide: decideWords,
  tradeOff: tradeOffWords,
  plan: planWords,
  history: historyWords,
  report: reportWords,
} satisfies Readonly<Record<string, Words>>;

const words: Words = Object.assign({}, ...Object.values(wordsByStage));

const bare = (reason: Reason): string => {
  const values = Object.keys(reason.values).length === 0 ? '' : ` ${JSON.stringify(reason.values)}`;
  return `${reason.code}${values}`;
};

/** Never throws: a code without a sentence, or whose sentence fails on its values, is printed as it is. */
export const sentence = (reason: Reason): string => {
  const say = Object.hasOwn(words, reason.code) ? words[reason.code] : undefined;
  if (say === undefined) return bare(reason);
  try {
    return say(reason.values);
  } catch {
    return bare(reason);
  }
};
