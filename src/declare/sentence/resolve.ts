/** A statement → claims: arms, metrics and words looked up, each complaint where its word stands. */
import type { ArmName, Claim, Estimand } from '../../model/experiment.js';
import { suggestion } from '../nearest.js';
import { amountOn } from './amounts.js';
import { claimText } from './normal.js';
import type { ClaimStatement, Statement } from './statement.js';
import { BUILT_IN_WORDS, type Noun } from './tokens.js';
import { findName, type SpokenMetric, type Vocabulary } from './vocabulary.js';

const SLOT = { better: 0, 'not-worse': 1, within: 2 } as const;

export interface Occasion {
  readonly role: Claim['role'];
  /** 0-based place in its list. */
  readonly index: number;
  /** As written; null for the long form, which is named by its normal form. */
  readonly sentence: string | null;
}

function findArm(noun: Noun, { arms }: Vocabulary): ArmName | null {
  const arm = findName(noun.text, arms, (name) => name);
  // Where there are no arms at all, that is the complaint, and it stands elsewhere.
  if (arm === null && arms.length > 0)
    noun.blame(`there is no arm "${noun.text}"`, suggestion(noun.text, arms, 'arms'));
  return arm;
}

function findMetric(noun: Noun, { metrics }: Vocabulary): SpokenMetric | null {
  const names = metrics.map(({ name }) => name);
  const metric = findName(noun.text, metrics, ({ name }) => name);
  if (metric === null)
    noun.blame(`there is no metric "${noun.text}"`, suggestion(noun.text, names, 'metrics'));
  return metric;
}

/** The metric that a word belongs to, with the word's meaning: 0 better, 1 worse, 2 equal. */
function findWord(
  word: Noun,
  claim: ClaimStatement,
  vocabulary: Vocabulary,
): { metric: SpokenMetric; slot: number } | null {
  const same = (one: string): boolean => one.toLowerCase() === word.text.toLowerCase();
  const builtIn = BUILT_IN_WORDS.findIndex(same);
  if (builtIn >= 0) {
    if (claim.on === null) {
      word.blame(`"${word.text}" needs a metric`, `Write "${word.text} on METRIC".`);
      return null;
    }
    const metric = findMetric(claim.on, vocabulary);
    return metric && { metric, slot: builtIn };
  }
  const metric = vocabulary.metrics.find(({ words }) => words.some(same));
  if (metric === undefined) {
    const known = vocabulary.metrics.flatMap(({ words }) => words);
    if (!vocabulary.wordsIncomplete)
      word.blame(
        `"${word.text}" is not a word of any metric`,
        suggestion(word.text, [...known, ...BUILT_IN_WORDS], 'words'),
      );
    return null;
  }
  const other = claim.on && findMetric(claim.on, vocabulary);
  if (other && other.name !== metric.name)
    claim.on?.blame(
      `"${word.text}" is a word of ${metric.name}, not of ${other.name}`,
      `Write "better on ${other.name}", or leave "on …" out.`,
    );
  return { metric, slot: metric.words.findIndex(same) };
}

function metricOf(claim: ClaimStatement, vocabulary: Vocabulary, than: string): SpokenMetric | null {
  if (claim.word === null) return claim.on && findMetric(claim.on, vocabulary);
  const found = findWord(claim.word, claim, vocabulary);
  if (found === null) return null;
  const wanted = SLOT[claim.mode as keyof typeof SLOT];
  if (found.slot === wanted) return found.metric;
  const { metric } = found;
  const [better, worse, equal] = BUILT_IN_WORDS.map(
    (word, i) => metric.words[i] ?? `${word} on ${metric.name}`,
  ) as [string, string, string];
  if (claim.mode === 'within')
    claim.word.blame(
      `"as ${claim.word.text} as" does not say that two arms are equal`,
      `Write "as ${equal} as ${than} within 3%".`,
    );
  else if (claim.mode === 'not-worse')
    claim.word.blame(
      `"at most" limits a loss; "${claim.word.text}" is none`,
      `Write "at most 5% ${worse}" or "at least 5% ${better}".`,
    );
  else
    claim.word.blame(
      `"${claim.word.text}" does not say what is better`,
      `Write "${better} than ${than}"; to allow a loss: "at most 5% ${worse}".`,
    );
  return null;
}

function estimandOf(claim: ClaimStatement, metric: SpokenMetric): Estimand | null {
  if (claim.at === null) return metric.estimand;
  const q = Number(/^p(\d{1,2}(?:\.\d{1,3})?)$/i.exec(claim.at.text)?.[1]);
  if (!(q > 0 && q < 100)) {
    claim.at.blame(`"${claim.at.text}" is not a quantile`, 'Write p50, p95, p99 or p99.9.');
    return null;
  }
  if (metric.cost || metric.estimand === 'proportion') {
    const why = metric.cost ? 'a cost is compared in total' : 'a proportion has no quantiles';
    claim.at.blame(why, `Leave "at ${claim.at.text}" out.`);
    return null;
  }
  return `p${q}`;
}

/** Treatment against baseline, and nothing else. */
function findArms(
  statement: Statement,
  vocabulary: Vocabulary,
): { arm: ArmName | null; than: ArmName | null } {
  const { baseline, arms } = vocabulary;
  const arm = findArm(statement.arm, vocabulary);
  const than = statement.than ? findArm(statement.than, vocabulary) : baseline;
  if (baseline === null) return { arm, than };
  const treatment = arms.find((name) => name !== baseline) ?? 'TREATMENT';
  const limit = statement.claims[0]?.mode === 'below' || statement.claims[0]?.mode === 'above';
  if (arm === baseline)
    statement.arm.blame(
      limit
        ? `a limit is on a treatment; ${baseline} is the baseline`
        : `${baseline} is the baseline; a sentence is about a treatment`,
      limit
        ? `Write "${treatment} …".`
        : `Write "${than !== null && than !== baseline ? than : treatment} is … than ${baseline}", or make the other arm the baseline.`,
    );
  else if (than !== null && than !== baseline)
    statement.than?.blame(`arms are compared with the baseline, ${baseline}`, `Write "… than ${baseline}".`);
  return { arm, than };
}

/** The claims of a statement; fewer than it makes where there were problems. */
export function resolveStatement(
  statement: Statement,
  vocabulary: Vocabulary,
  occasion: Occasion,
): readonly Claim[] {
  const { arm, than } = findArms(statement, vocabulary);
  const claims: Claim[] = [];
  for (const [index, claim] of statement.claims.entries()) {
    const limit = claim.mode === 'below' || claim.mode === 'above';
    if (limit && occasion.role === 'hypothesis')
      statement.arm.blame('a limit on one arm is not a hypothesis', 'Move it under guardrails.');
    const metric = metricOf(claim, vocabulary, vocabulary.baseline ?? 'BASELINE');
    if (metric === null) continue;
    if (metric.better === null && !limit)
      (claim.word ?? claim.on)?.blame(
        `${metric.name} does not say which direction is better`,
        `Add "better: lower" or "better: higher" to ${metric.name}.`,
      );
    const estimand = estimandOf(claim, metric);
    const amount = amountOn(metric, claim.mode, claim);
    if (arm === null || (than === null && !limit) || estimand === null || amount === null) continue;
    const said = {
      kind: limit ? ('bound' as const) : (claim.mode as 'better' | 'not-worse' | 'within'),
      treatment: arm,
      reference: limit ? null : than,
      metric: metric.name,
      estimand,
      amount,
      bound: limit ? (claim.mode as 'below' | 'above') : null,
    };
    const text = claimText(said, metric);
    claims.push({
      id: `${occasion.role === 'hypothesis' ? 'h' : 'g'}${occasion.index + 1}.${index + 1}`,
      role: occasion.role,
      sentence: occasion.sentence ?? text,
      sentenceIndex: occasion.index,
      text,
      ...said,
      join: statement.join,
      siblings: statement.claims.length,
    });
  }
  return claims;
}
