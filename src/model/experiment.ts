/**
 * The experiment as it was declared: one YAML file, resolved (sentences read, defaults filled in,
 * rate cards loaded), but nothing measured yet. Secrets stay `Secret` objects and print as `${NAME}`.
 */

import type { Claim } from './claim.js';
import type { Design, Window } from './design.js';
import type { HouseStyle } from './house-style.js';
import type { Metric } from './metric.js';
import type { ArmName } from './names.js';
import type { Exposure, Rollback, Watch } from './safety.js';
import type { Secret } from './secret.js';
import type { Notification, Timetable } from './timetable.js';

export type * from './claim.js';
export type * from './design.js';
export type * from './metric.js';
export type * from './names.js';
export type * from './rate-card.js';

export interface Arm {
  readonly name: ArmName;
  readonly title: string;
  /** Labels by which sources recognise this arm; `{ arm: <name> }` where none were declared. */
  readonly match: Readonly<Record<string, string>>;
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
