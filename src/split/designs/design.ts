/** What every design is: a pure function from experiment, units and seed to a schedule. */
import type { Schedule, Unit } from '../../model/evidence.js';
import type { Experiment } from '../../model/experiment.js';
import type { Random } from '../../model/random.js';

/** `createRandom` of stats/random.ts; handed in, because no stage imports another. */
export type CreateRandom = (seed: number | string, ...stream: string[]) => Random;

export interface SplitDesign {
  readonly title: string;
  /** true: the arms of a block run at the same time. */
  readonly concurrent: boolean;
  /** `startMs`: when slots begin for which no window is declared, UTC ms. */
  schedule(
    experiment: Experiment,
    units: readonly Unit[],
    createRandom: CreateRandom,
    startMs?: number,
  ): Schedule;
}
