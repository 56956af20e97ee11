/** What is planned before anything runs: a pure function of design, arms, units and seed. */
import type { ArmName, DesignKind } from './experiment.js';
import type { Reason } from './reason.js';

/** What is assigned to arms: one item of the workload. */
export interface Unit {
  readonly id: string;
  readonly path: string | null;
  /** by-key with `key: $.path`: the key in the unit's first record; absent where it has none. */
  readonly key?: string;
  /** Known before any arm sees the unit: bytes, records (lines without a CSV header) … */
  readonly covariates: Readonly<Record<string, number>>;
}

export interface PlannedTrial {
  /** `b003.1.engine` block 3, position 1; `w000.0.engine` warm-up. */
  readonly id: string;
  /** −1 for warm-up trials. */
  readonly block: number;
  /** Position inside the block, from 0. */
  readonly order: number;
  readonly unit: string;
  /** Which repeat of the unit, from 0. */
  readonly repeat: number;
  readonly arm: ArmName;
}

/**
 * A stretch of time with a fixed split, as planned: a slot of a switchback (one arm has all), a stage of a ramp, a
 * deployment of `runs`. What happened is in `ExecutedSlot`.
 */
export interface Slot {
  /** From 0. */
  readonly index: number;
  /** Planned, UTC ms, half-open. */
  readonly startMs: number;
  readonly endMs: number;
  /** Of the traffic while it lasts; sum 1. */
  readonly shares: Readonly<Record<ArmName, number>>;
  /** Dropped at the ends. */
  readonly burnInMs: number;
  readonly burnOutMs: number;
  /** ramp: index of the stage; null elsewhere. */
  readonly stage: number | null;
  /** ramp: part of all keys that takes part, for taps that split by key. */
  readonly coverage?: number;
}

/**
 * switchback: how the arm of a slot was drawn, so that what else could have been drawn is known (stats/slot-draws.ts).
 * `tuple`: slots of one tuple hold every arm once, in drawn order. `stratum`: what is balanced within. With a tuple and
 * a stratum, half of the stratum's tuples are turned; with a tuple alone, each by a fair draw; with a stratum alone, the
 * arms of its slots are in drawn order.
 */
export interface SlotDraw {
  readonly arm: ArmName;
  readonly tuple: number | null;
  readonly stratum: number | null;
}

/** A pure function of design, arms, units and seed; stored before the first trial. */
export interface Schedule {
  readonly algorithm: 'stacktrial-1';
  readonly design: DesignKind;
  readonly seed: number;
  readonly blocks: number;
  readonly units: readonly Unit[];
  readonly trials: readonly PlannedTrial[];
  /** Units that took no part, and why (no key; outside coverage). */
  readonly refused: readonly { readonly unit: string; readonly reason: Reason }[];
  /** switchback, ramp and runs in time, in order. Absent: the split does not change. */
  readonly slots?: readonly Slot[];
  /** switchback: one for each slot; without slots in time, one for each block of trials. */
  readonly draws?: readonly SlotDraw[];
}
