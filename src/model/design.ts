/** How units find their arm, and when. */
import type { ArmName } from './names.js';

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
