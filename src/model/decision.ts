/** Verdicts on claims, results of checks, and the decision that follows from them. */
import type { IntervalData } from './effect.js';
import type { Amount, ArmName, Claim, MetricName } from './experiment.js';
import type { Reason } from './reason.js';

export type Verdict = 'supported' | 'refuted' | 'inconclusive' | 'unmeasured';

/** The effect held against the smallest change that matters; `equivalent` needs a margin. */
export type Direction = 'better' | 'worse' | 'equivalent' | 'unclear';

export interface ClaimResult {
  readonly claim: Claim;
  /** Comparison it rests on; null for a bound. */
  readonly comparison: string | null;
  readonly verdict: Verdict;
  readonly direction: Direction | null;
  /** On the claim's own scale, oriented so that positive favours the treatment. */
  readonly benefit: {
    readonly estimate: number;
    readonly interval: IntervalData;
    readonly threshold: number;
    readonly margin: number | null;
    /** How estimate, interval, threshold and margin are measured; differs from the claim's amount only where
     * "by any amount" is judged on the difference because the baseline is not positive. */
    readonly scale?: Amount['kind'];
  } | null;
  /** One-sided p at the claim's threshold, with the α it is held against. */
  readonly p: number | null;
  readonly alpha: number;
  readonly reasons: readonly Reason[];
  /** What would settle an inconclusive claim: about this many more units. */
  readonly moreUnits: number | null;
}

/** Of a guardrail, while evidence still comes in: `no harm seen` is no proof of safety. */
export type HarmVerdict = 'harm' | 'no harm seen' | 'cannot say';

export interface Harm {
  readonly claim: Claim;
  readonly verdict: HarmVerdict;
  /** One-sided, valid at all questions together; null where nothing can be said. */
  readonly p: number | null;
  /** What p is held against: the whole of it over all questions. */
  readonly alpha: number;
  /** Batches so far. */
  readonly batches: number;
  readonly reasons: readonly Reason[];
}

export type CheckStatus = 'pass' | 'warn' | 'fail' | 'skipped';
export type Severity = 'fatal' | 'fatal-for-metric' | 'warning';

export interface CheckResult {
  readonly check: string;
  readonly scope: 'experiment' | MetricName;
  readonly severity: Severity;
  readonly status: CheckStatus;
  /** What it saw and what it needed; also why it was skipped. */
  readonly saw: Reason;
  readonly need: Reason;
}

export type Outcome = 'adopt' | 'keep' | 'trade-off' | 'inconclusive' | 'invalid';

export interface TreatmentDecision {
  readonly treatment: ArmName;
  readonly outcome: Outcome;
  readonly reasons: readonly Reason[];
}

export interface Decision {
  readonly outcome: Outcome;
  /** Treatments that the outcome is about (several where several are adoptable). */
  readonly treatments: readonly ArmName[];
  readonly reasons: readonly Reason[];
  readonly perTreatment: readonly TreatmentDecision[];
  /** What would change the decision. */
  readonly wouldChange: readonly Reason[];
}
