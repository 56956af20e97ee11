/** What an experiment on live traffic may do at most, how often it is looked after, and how the tap is given back. */
import type { MetricName } from './experiment.js';

/** Hard caps; null: not capped. A cap that is reached ends the split, whatever has been seen. */
export interface Exposure {
  /** Of all traffic on arms that are not the baseline, at any time; 0 … 1. */
  readonly share: number | null;
  /** Requests (or keys, where the split is by key) that were served by them, counted by the tap. */
  readonly units: number | null;
  /** Time in which they get traffic, ms. */
  readonly durationMs: number | null;
  /** What they may cost, in the unit of a cost metric that the sources know while the split runs. */
  readonly cost: { readonly amount: number; readonly metric: MetricName } | null;
}

export interface Watch {
  /** How often tap, caps and guardrails are looked at, ms. */
  readonly everyMs: number;
}

/** `none`: there is nothing to give back. Else what is run once the state before is restored, in order. */
export type Rollback = 'none' | { readonly commands: readonly (readonly string[])[] };
