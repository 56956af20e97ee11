/**
 * The experiment as it was declared: one YAML file, resolved (sentences read, defaults filled in,
 * rate cards loaded), but nothing measured yet. Secrets stay `Secret` objects and print as `${NAME}`.
 */
import type { HouseStyle } from './house-style.js';
import type { Exposure, Rollback, Watch } from './safety.js';
import type { Secret } from './secret.js';
import type { Notification, Timetable } from './timetable.js';

export type ArmName = string;
export type MetricName = string;

export interface Arm {
  readonly name: ArmName;
  readonly title: string;
  /** Labels by which sources recognise this arm; `{ arm: <name> }` where none were declared. */
  readonly match: Readonly<Record<string, string>>;
}

export type DesignKind = 'interleaved' | 'mirrored' | 'by-key' | 'observed' | 'switchback' | 'ramp' | 'runs';

/** `fnv1a`: FNV-1a twice, as GrowthBook's version 2; `xxh32`: the hash that HAProxy has. */
export type HashName = 'fnv1a' | 'xxh32';

export interface Design {
  readonly kind: DesignKind;
  readonly seed: number;
  /** Blocks of randomised trials; null: as many as the workload has units × repeats. */
  readonly blocks: number | null;
  /** Trials run on each arm before the first block, kept as evidence, never analysed. */
  readonly warmupTrials: number;
  /** by-key, ramp: share of each arm, sums to 1. */
  readonly shares: Readonly<Record<ArmName, number>>;
  /** by-key: part of all keys that takes part, 0 … 1; growing it moves no key between arms. */
  readonly coverage: number;
  /** by-key, ramp: how a key finds its arm; absent: fnv1a. */
  readonly hash?: HashName;
  /** The label that names the unit in sources, e.g. `batch_id`; ramp: the key; runs: the deployment. */
  readonly unit: string | null;
  /** observed: do both arms run at the same time (paired in time) or one after the other? */
  readonly concurrent: boolean;
  /** switchback. */
  readonly switching?: Switching;
  /** ramp: in order; coverage rises. */
  readonly stages?: readonly Stage[];
  /** by-key on a tap: how long traffic is split from the start of the run; absent: until the window ends. */
  readonly lastsMs?: number;
  /** ramp, by-key on a tap: dropped after each change of the split, ms. */
  readonly burnInMs?: number;
  /** runs: when which deployment ran; absent where `unit` names the label of the run. */
  readonly periods?: readonly Period[];
}

/** Slots, each given whole to one arm. */
export interface Switching {
  /** Length of a slot; null: a slot is one pass of the workload on one arm, by a driver that runs trials. */
  readonly slotMs: number | null;
  /** null: as many as the window holds. */
  readonly slots: number | null;
  /** Dropped at the start and at the end of each slot; what the last arm left behind. */
  readonly burnInMs: number;
  readonly burnOutMs: number;
}

/** A stage of a ramp: `coverage` of all traffic takes part, divided by `shares`; the rest stays on the baseline. */
export interface Stage {
  /** 0 < coverage ≤ 1. */
  readonly coverage: number;
  readonly durationMs: number;
}

/** One deployment of one arm, [from, to), UTC ms. */
export interface Period {
  readonly arm: ArmName;
  readonly fromMs: number;
  readonly toMs: number;
}

/** Half-open interval [from, to), UTC ms. */
export interface Window {
  readonly fromMs: number;
  readonly toMs: number;
  readonly warmupMs: number;
  readonly settleMs: number;
}

export type Better = 'lower' | 'higher';
export type Fold =
  | { readonly kind: 'sum' | 'mean' | 'last' | 'max' | 'min' | 'increase' | 'only' }
  | { readonly kind: 'quantile'; readonly q: number };

/** How an amount in a sentence is measured: against the baseline, in points of a fraction, in the unit. */
export type Amount =
  | { readonly kind: 'relative'; readonly value: number } // 10% → 0.1
  | { readonly kind: 'points'; readonly value: number } // 0.5 points → 0.005
  | { readonly kind: 'absolute'; readonly value: number }; // in the metric's unit

/** `total` ratio of sums · `mean` · `typical` geometric mean of unit ratios · `location` shift of the distribution · `proportion` · a quantile. */
export type Estimand = 'total' | 'mean' | 'typical' | 'location' | 'proportion' | `p${number}`;

export interface ObservedInput {
  readonly kind: 'observed';
  /** Per arm: which source, and what is asked of it (validated by the source's own schema). */
  readonly arms: Readonly<
    Record<ArmName, { readonly source: string; readonly query: Readonly<Record<string, unknown>> }>
  >;
}
export interface RatioInput {
  readonly kind: 'ratio';
  readonly of: MetricName;
  readonly per: MetricName;
  readonly times: number;
  readonly proportion: boolean;
}
export interface RateInput {
  readonly kind: 'rate';
  readonly card: RateCard;
  /** Path of the card as the file names it. */
  readonly cardPath: string;
  /** Per arm: which rate of the card prices the usage that which metric measures. */
  readonly arms: Readonly<Record<ArmName, readonly RateUse[]>>;
}
export interface RateUse {
  readonly rate: string;
  readonly usage: MetricName;
  /** Share of paid time that does work, 0 < u ≤ 1; required where the rate is resident. */
  readonly utilisation: number | null;
  /** How many of it are paid for: nodes, DPUs, vCPUs. Absent: 1. */
  readonly count?: number;
  /** Usage of this arm in a month of 730 hours, in the usage's own unit: which price step holds, and what spreads a fixed cost. */
  readonly monthly?: number;
  /** Part of a fixed cost shared with the other arms that this arm bears, 0 < s ≤ 1. Absent: all of it. */
  readonly share?: number;
  /** The card's free tier is deducted. Absent: it is not, because it flatters whoever uses little. */
  readonly freeTier?: boolean;
}

/** Prices read from a public page on a day; a data file. */
export interface RateCard {
  readonly card: string;
  readonly currency: string;
  readonly date: string;
  readonly region: string | null;
  readonly source: string;
  readonly rates: Readonly<Record<string, Rate>>;
}
export interface Rate {
  readonly title: string;
  readonly source: string | null;
  /** Unit of the usage that is priced, e.g. `s`. */
  readonly usage: string;
  readonly roundUpTo: number | null;
  readonly minimum: number;
  /** Usage × times is what `price` prices (GB of memory: seconds → GB-seconds). */
  readonly times: number;
  /** Price per `per` units of usage × times. */
  readonly per: number;
  readonly price: number;
  /** Charge per unit of work on top (a request). */
  readonly perUnit: number;
  readonly resident: boolean;
  /** Steps by monthly volume in usage × times, ascending; the last has no end. Absent: `price` at any volume. */
  readonly tiers?: readonly PriceStep[];
  /** usage × times of a month that is free; deducted only where a use asks for it. */
  readonly freeTier?: number;
  /** Paid by the hour or the month (730 hours), whatever is used; `usage` then only names what it is spread over. */
  readonly fixed?: 'hour' | 'month';
  /** Declared range of the price; `price` is the typical one, at which is analysed. Never sampling noise. */
  readonly range?: { readonly low: number; readonly high: number };
}
export interface PriceStep {
  /** null: without end. */
  readonly upTo: number | null;
  readonly price: number;
}

export interface Metric {
  readonly name: MetricName;
  readonly title: string;
  /** Unit, as declared under `in:`. */
  readonly unit: string;
  readonly better: Better | null;
  readonly role: 'time' | 'cost' | 'throughput' | null;
  /** [better word, worse word, equal word?] that sentences use for this metric. */
  readonly words: readonly string[];
  readonly margin: Amount | null;
  /** Coefficient of variation of a unit's ratio between the arms (by key: of a unit), for `plan` before there is evidence. */
  readonly variation?: number;
  readonly estimand: Estimand;
  /** Contract prices, flat fees: no interval, no p. */
  readonly exact: boolean;
  readonly fold: Fold;
  /** Width of a time bucket in ms where units are buckets; null: units are named by the source. */
  readonly byMs: number | null;
  readonly input: ObservedInput | RatioInput | RateInput;
  /** Known before any arm saw the unit: it must be alike in the arms (check `covariate-balance`), and is no result. */
  readonly balance?: boolean;
  /** by-key: the metric, known before any arm saw the unit, that explains part of how units differ (CUPED). */
  readonly adjust?: MetricName;
  /** Measured over so long before the window, ms, instead of in it. */
  readonly beforeMs?: number;
  /** A bill: the computed cost that it has to agree with, arm by arm, within this fraction (check `bill-agrees`). */
  readonly agreesWith?: { readonly metric: MetricName; readonly tolerance: number };
}

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

export interface DeclaredDriver {
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
}

export interface Workload {
  /** `fixed`: these units are the workload; `sample`: they stand for others. */
  readonly kind: 'fixed' | 'sample';
  /** Command run before units are listed, e.g. a generator. */
  readonly prepare: readonly string[] | null;
  readonly files: string;
  readonly repeats: number;
  /** by-key: JSON path or covariate that holds the key; null: the unit's name is its key. */
  readonly key: string | null;
  /** The volume factor: what of a unit is its volume, and the volume at which claims are judged. */
  readonly volume?: VolumeFactor;
}

export interface VolumeFactor {
  /** Covariate of the units: `records`, `bytes`. */
  readonly of: string;
  readonly at: number;
  /** A unit is the work of so long a time: volumes are then said by the month. null: by the run. */
  readonly eachMs: number | null;
}

export interface Decide {
  /** 0.95 → α = 0.05 */
  readonly confidence: number;
  /** Shares of the planned units after which is analysed, rising to 1; α is spent over them. Absent: once, at the end. */
  readonly looks?: readonly number[];
  /** Looked at whenever somebody likes (`looks: anytime`): every interval holds at all looks together. */
  readonly anytime?: true;
  /** What an hour saved is worth: turns a trade-off of cost against time into a decision. */
  readonly hourValue?: { readonly value: number; readonly currency: string };
  /** Work of a month, in the unit that the cost is per: gives the cost of a month. */
  readonly volume?: { readonly value: number; readonly unit: string };
}

/** Path as written → text (rate cards, templates, SVG) or bytes (PNG). */
export type Attachments = Readonly<Record<string, string | Uint8Array>>;

export interface Experiment {
  readonly name: string;
  readonly question: string;
  readonly owner: string | null;
  readonly arms: readonly Arm[];
  readonly baseline: ArmName;
  /** All arms but the baseline, in file order. */
  readonly treatments: readonly ArmName[];
  readonly design: Design;
  readonly window: Window | null;
  readonly sources: Readonly<
    Record<string, { readonly type: string; readonly options: Readonly<Record<string, unknown>> }>
  >;
  readonly driver: DeclaredDriver | null;
  readonly workload: Workload | null;
  readonly metrics: readonly Metric[];
  readonly hypotheses: readonly Claim[];
  readonly guardrails: readonly Claim[];
  readonly decide: Decide;
  /** Present with a driver that turns a tap. */
  readonly exposure?: Exposure;
  readonly watch?: Watch;
  /** Absent: nothing was said, because nothing is turned. */
  readonly rollback?: Rollback;
  /** `schedule:`. Absent: nobody works on it unless asked. */
  readonly timetable?: Timetable;
  /** `notify:`. Absent: nobody is told. */
  readonly notifications?: readonly Notification[];
  /** `report:`. Absent: nothing of one's own. */
  readonly houseStyle?: HouseStyle;
  /** Secrets named in the file, for redaction and for `validate`. */
  readonly secrets: readonly Secret[];
  /** The file as read (UTF-8, LF), for evidence. */
  readonly text: string;
  /** Other files the experiment needs: path as written → content. */
  readonly attachments: Attachments;
}
