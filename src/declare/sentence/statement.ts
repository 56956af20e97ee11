/**
 * What a sentence says, before its names are looked up. Both forms come to this one.
 *
 * The long form of a sentence has the keys `treatment`, `than` (the baseline when left out), and either
 * `metric`, `at` (p99), with exactly one of
 *   `better: 10%`       at least so much better; `better: any` by any amount
 *   `notWorse: 5%`      at most so much worse
 *   `within: 3%`        equal within so much
 *   `below: 90 s`       a limit on the treatment alone, or `above:`; guardrails only
 * or a list of `{ metric, at, better | notWorse }` under `and` (all must hold) or `or` (one is enough):
 *   { treatment: spark, than: faas, and: [{ metric: seconds, better: 10% }, { metric: cost, better: any }] }
 */
import type { WrittenAmount } from '../amount.js';
import type { Blame } from '../problems.js';
import type { Noun } from './tokens.js';

export type Mode = 'better' | 'not-worse' | 'within' | 'below' | 'above';

export interface ClaimStatement {
  readonly mode: Mode;
  /** Word of a metric; null in the long form and in limits, where `on` names it. */
  readonly word: Noun | null;
  readonly on: Noun | null;
  readonly at: Noun | null;
  /** null: by any amount. */
  readonly amount: { readonly written: WrittenAmount; readonly blame: Blame } | null;
}

export interface Statement {
  readonly arm: Noun;
  /** null for limits, and where the long form leaves it out. */
  readonly than: Noun | null;
  readonly claims: readonly ClaimStatement[];
  readonly join: 'and' | 'or';
}
