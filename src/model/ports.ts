/**
 * The ports: what can be plugged in. A new one is one file and one line in its folder's index.ts;
 * the YAML name, option errors, JSON Schema, `stacktrial list` and the README's tables follow from it.
 */
import type { CheckResult, Severity } from './decision.js';
import type { Driver, Tap } from './driver.js';
import type { ComparePlan, Inference, Samples } from './effect.js';
import type { Evidence, Schedule, Unit } from './evidence.js';
import type { Experiment } from './experiment.js';
import type { PageStyle } from './house-style.js';
import type { Random } from './random.js';
import type { Reason } from './reason.js';
import type { Report } from './report.js';
import type { Source } from './source.js';

export type * from './driver.js';
export type * from './io.js';
export type * from './source.js';

export interface Method {
  readonly title: string;
  /** In words: what is computed. */
  readonly formula: string;
  readonly source: string;
  /** Smallest number of units per arm for a verdict. */
  readonly minimumUnits: number;
  /** As a companion only its p is printed: inverting it for intervals that decide nothing costs more than all else. */
  readonly testOnly?: boolean;
  compare(samples: Samples, plan: ComparePlan, random: Random): Inference | Reason;
}

export interface CheckLook {
  readonly index: number;
  readonly of: number;
  /** The experiment was written after the data were seen (`analyze --with`). */
  readonly postHoc?: boolean;
}

export interface Check {
  readonly title: string;
  readonly severity: Severity;
  run(evidence: Evidence, look: CheckLook): readonly CheckResult[];
}

export interface Renderer {
  readonly title: string;
  readonly extension: string;
  /** `style`: for pages; other forms have none. */
  render(report: Report, style?: PageStyle | null): string;
}

/** A pure function of experiment, units, seed and, where slots have no declared window, the time at which they begin. */
export interface DesignPlugin {
  readonly title: string;
  schedule(
    experiment: Experiment,
    units: readonly Unit[],
    createRandom: (seed: number | string, ...stream: string[]) => Random,
    startMs?: number,
  ): Schedule;
}

export type Registry<T> = Readonly<Record<string, T>>;

export interface Plugins {
  readonly sources: Registry<Source>;
  readonly drivers: Registry<Driver | Tap>;
  readonly designs: Registry<DesignPlugin>;
  readonly methods: Registry<Method>;
  readonly checks: Registry<Check>;
  readonly renderers: Registry<Renderer>;
}
