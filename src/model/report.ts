/** One JSON document; every form (HTML, Markdown, ADR, terminal) is a view of it. Field by field: report.schema.json. */
import type { CheckResult, ClaimResult, Decision } from './decision.js';
import type { Comparison } from './effect.js';
import type { Exclusion, SourceMeta, Trial } from './evidence.js';
import type { Amount, ArmName, Better, DesignKind, Estimand, MetricName } from './experiment.js';
import type { RunningEstimate, SeriesShape, ServiceCosts, Timeline, WatchStrip } from './pictures.js';
import type { Reason } from './reason.js';
import type { BreakEvenReport, MonthlyCost, TradeOff } from './trade-off.js';
import type { WhatIf } from './what-if.js';

export interface Report {
  readonly schemaVersion: 1;
  readonly stacktrial: string;
  readonly experiment: {
    readonly name: string;
    readonly question: string;
    readonly owner: string | null;
    readonly arms: readonly { readonly name: ArmName; readonly title: string; readonly baseline: boolean }[];
    readonly design: {
      readonly kind: DesignKind;
      readonly seed: number;
      readonly blocks: number;
      readonly warmupTrials: number;
    };
    readonly workload: {
      readonly kind: 'fixed' | 'sample';
      readonly units: number;
      readonly repeats: number;
    } | null;
    readonly window: { readonly from: string; readonly to: string } | null;
    readonly confidence: number;
    /** sha256 of the experiment file. */
    readonly sha256: string;
  };
  readonly run: {
    readonly id: string;
    readonly startedAt: string;
    readonly finishedAt: string | null;
    readonly mode: 'real' | 'aa' | 'inject';
    readonly inject: number | null;
    readonly resumed: number;
    readonly environment: Readonly<Record<string, string>>;
  };
  readonly look: {
    readonly index: number;
    readonly of: number;
    /** Where more than one look was declared: those that were taken; the last of them is this one. */
    readonly taken?: readonly LookTaken[];
    /** The experiment ended at this look although others were to follow. */
    readonly stoppedEarly?: boolean;
    /** Looks may be taken at any time: the intervals hold at all of them together. */
    readonly anytime?: boolean;
    /** When bills that came late were read again, once, for the last look. */
    readonly reopenedAt?: string;
  };
  /** The experiment was written after the data were seen (`analyze --with`). Absent: before. */
  readonly postHoc?: boolean;
  readonly decision: Decision;
  readonly claims: readonly ClaimResult[];
  /** Each effect holds its interval at 80, 90, 95 and 99 %, of the ratio and of the difference (`effect.*.intervals`). */
  readonly comparisons: readonly Comparison[];
  /** Cost against time, one for each treatment for which both were measured on the same units. Absent: none. */
  readonly tradeOffs?: readonly TradeOff[];
  /** Over a declared volume factor. Absent: none was declared. */
  readonly breakEvens?: readonly BreakEvenReport[];
  /** At the declared monthly volume. Absent: none was declared. */
  readonly monthly?: MonthlyCost;
  readonly metrics: readonly MetricReport[];
  readonly checks: readonly CheckResult[];
  /** From which the page judges again under other assumptions. Absent: it cannot. */
  readonly whatIf?: WhatIf;
  /** What the time of the experiment is divided into. Absent: neither slots nor a warm-up of the window. */
  readonly timeline?: Timeline;
  /** How each claimed estimate settled. Absent: none could be followed. */
  readonly running?: readonly RunningEstimate[];
  /** Bills by service. Absent: no bill names services. */
  readonly services?: readonly ServiceCosts[];
  /** What was seen while live traffic was divided. Absent: nobody watched. */
  readonly watch?: WatchReport;
  readonly trials: readonly TrialPoint[];
  readonly exclusions: readonly Exclusion[];
  readonly methods: readonly MethodNote[];
  readonly sources: readonly SourceMeta[];
  readonly warnings: readonly Reason[];
}

export interface WatchReport {
  /** How often it was looked after, and when last. */
  readonly polls: number;
  readonly lastAt: string;
  /** Requests that arms other than the baseline had served by then; null: the tap sees none. */
  readonly units: number | null;
  /** Why and when the split was ended before its time; null: it was not. */
  readonly stop: {
    readonly why: 'harm' | 'cap' | 'end';
    readonly at: string;
    readonly reason: Reason;
  } | null;
  /** What could be seen when. Absent: a report from before this was kept. */
  readonly strip?: WatchStrip;
}

export interface LookTaken {
  readonly at: string;
  readonly plannedFraction: number;
  readonly units: number;
  readonly maximum: number;
  /** units ÷ maximum */
  readonly information: number;
  /** Of the intervals of this look, where neither `or` nor several treatments divide α. */
  readonly confidence: number;
  /** Two-sided, up to and with this look; all of 1 − the declared confidence at the last. */
  readonly alphaSpent: number;
}

export interface MetricReport {
  readonly name: MetricName;
  readonly title: string;
  readonly unit: string;
  readonly better: Better | null;
  readonly role: string | null;
  /** [better word, worse word, equal word?] as declared; empty: better, worse. */
  readonly words: readonly string[];
  readonly margin: Amount | null;
  readonly estimand: Estimand;
  readonly exact: boolean;
  /** One sentence's worth of how each number is computed. */
  readonly computed: Reason;
  readonly unmeasured: Reason | null;
  readonly arms: readonly ArmSummary[];
  /** Where units are buckets of time. */
  readonly series?: SeriesShape;
}

export interface ArmSummary {
  readonly arm: ArmName;
  readonly n: number;
  /** Value of the declared estimand for this arm alone. */
  readonly value: number | null;
  readonly total: number | null;
  readonly mean: number | null;
  readonly standardDeviation: number | null;
  /** min, p5, p25, p50, p75, p95, max of the unit values (type 7). */
  readonly quantiles: readonly number[];
  /** Unit values in time order for pictures: at most 1,000, evenly thinned. */
  readonly points: readonly { readonly at: number; readonly unit: string; readonly value: number }[];
}

export interface TrialPoint {
  readonly id: string;
  readonly arm: ArmName;
  readonly block: number;
  readonly order: number;
  readonly unit: string;
  readonly start: number;
  readonly wallSeconds: number | null;
  readonly outcome: Trial['outcome'];
  readonly superseded: boolean;
  readonly excluded: boolean;
}

export interface MethodNote {
  readonly id: string;
  readonly title: string;
  readonly formula: string;
  readonly source: string;
  readonly usedBy: readonly string[];
}
