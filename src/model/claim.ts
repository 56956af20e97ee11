/** What a sentence of the file says of two arms. */
import type { Amount, Estimand } from './metric.js';
import type { ArmName, MetricName } from './names.js';

export type ClaimKind = 'better' | 'not-worse' | 'within' | 'bound';

/** One comparison that a sentence makes (or, for `bound`, one limit on one arm: guardrails only). */
export interface Claim {
  /** `h1.1` first claim of first hypothesis, `g2.1` of the second guardrail. */
  readonly id: string;
  readonly kind: ClaimKind;
  readonly role: 'hypothesis' | 'guardrail';
  /** The sentence as written and where it stands. */
  readonly sentence: string;
  readonly sentenceIndex: number;
  /** This claim alone, as an English sentence in normal form. */
  readonly text: string;
  readonly treatment: ArmName;
  /** null for `bound`. */
  readonly reference: ArmName | null;
  readonly metric: MetricName;
  readonly estimand: Estimand;
  /** The claim's threshold c; value 0 where the sentence names none. For `bound`: the limit. */
  readonly amount: Amount;
  readonly bound: 'below' | 'above' | null;
  /** How the claims of one sentence hang together. */
  readonly join: 'and' | 'or';
  /** Number of claims in the sentence (α is divided by it under `or`). */
  readonly siblings: number;
}
