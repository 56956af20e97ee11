/** A claim in normal form: one English sentence that the grammar reads back as the same claim. */
import type { Amount, Claim, Metric } from '../../model/experiment.js';
import { amountText } from '../amount.js';
import { BUILT_IN_WORDS } from './tokens.js';

type Said = Pick<Claim, 'kind' | 'treatment' | 'reference' | 'metric' | 'estimand' | 'amount' | 'bound'>;
type Spoken = { readonly unit: string | null; readonly words: readonly string[] };

const SLOTS = { better: 0, 'not-worse': 1, within: 2 } as const;

/** ` at p99`, unless the metric's own estimand is meant. */
const quantileText = (claim: Said): string => (/^p\d/.test(claim.estimand) ? ` at ${claim.estimand}` : '');

/** The part between `is` and `than`. */
function comparisonText(claim: Said, { unit, words }: Spoken): string {
  const slot = SLOTS[claim.kind as keyof typeof SLOTS];
  const own = words[slot];
  const word = own ?? BUILT_IN_WORDS[slot];
  const on = own === undefined ? ` on ${claim.metric}` : '';
  const tail = `${quantileText(claim)}${on}`;
  const amount = amountText(claim.amount, unit ?? '');
  if (claim.kind === 'within') return `as ${word}${tail} as ${claim.reference} within ${amount}`;
  if (claim.kind === 'not-worse') return `at most ${amount} ${word}${tail}`;
  return claim.amount.value === 0 ? `${word}${tail}` : `at least ${amount} ${word}${tail}`;
}

/** A limit; on a fraction as a percentage, as it is said. */
export const limitText = ({ value }: Amount, unit: string): string =>
  amountText({ kind: unit === 'fraction' ? 'relative' : 'absolute', value }, unit);

export function claimText(claim: Said, metric: Spoken): string {
  if (claim.kind === 'bound')
    return `${claim.treatment} ${claim.metric}${quantileText(claim)} stays ${claim.bound} ${limitText(claim.amount, metric.unit ?? '')}`;
  const said = comparisonText(claim, metric);
  return `${claim.treatment} is ${said}${claim.kind === 'within' ? '' : ` than ${claim.reference}`}`;
}

/** Several claims as one sentence; what a long form is called in reports. */
export function sentenceText(
  claims: readonly Claim[],
  metrics: ReadonlyMap<string, Pick<Metric, 'unit' | 'words'>>,
): string {
  const [first] = claims;
  if (first === undefined) return '';
  const spoken = (claim: Claim): Spoken => metrics.get(claim.metric) ?? { unit: null, words: [] };
  if (claims.length === 1) return claimText(first, spoken(first));
  const said = claims.map((claim) => comparisonText(claim, spoken(claim))).join(` ${first.join} `);
  return `${first.treatment} is ${said} than ${first.reference}`;
}
