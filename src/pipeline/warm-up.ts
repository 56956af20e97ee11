/**
 * Would another warm-up cut decide otherwise? The same evidence with no cut at all and with twice the declared one,
 * so that `decide` can withhold an adoption that hangs on where warm-up was said to end (STATISTICS.md §8).
 *
 * Windows: the declared time is set to 0, and doubled. Trials: the warm-up rounds become blocks of their own, and
 * as many blocks as there were rounds are left out at the start.
 */
import { SourceProblem, trialObservations } from '../collect/index.js';
import type { Collected, PlannedTrial, Trial } from '../model/evidence.js';
import type { Experiment, Metric } from '../model/experiment.js';
import type { RawEvidence } from './recorded.js';

export interface Cut {
  readonly experiment: Experiment;
  readonly raw: RawEvidence;
}

/** null where nothing was declared to be cut, so that nothing can be varied. */
export interface Cuts {
  readonly none: Cut;
  readonly twice: Cut;
}

export function otherCuts(experiment: Experiment, raw: RawEvidence): Cuts | null {
  const { window } = experiment;
  if (window !== null && window.warmupMs > 0) {
    const with_ = (warmupMs: number): Cut => ({
      experiment: { ...experiment, window: { ...window, warmupMs } },
      raw,
    });
    return { none: with_(0), twice: with_(2 * window.warmupMs) };
  }
  const rounds = Math.min(
    ...experiment.arms.map(
      ({ name }) => firstRounds(raw.schedule?.trials ?? []).filter(({ arm }) => arm === name).length,
    ),
  );
  if (raw.schedule === null || !Number.isFinite(rounds) || rounds === 0) return null;
  const dropped = (block: number): boolean => block >= 0 && block < rounds;
  return {
    none: changed(experiment, raw, (trial) => warmupAsBlock(trial, raw.schedule?.blocks ?? 0)),
    twice: changed(experiment, raw, (trial) => (dropped(trial.block) ? null : trial)),
  };
}

const firstRounds = <T extends { readonly block: number }>(trials: readonly T[]): readonly T[] =>
  trials.filter(({ block }) => block < 0);

/** `w002.1.engine`, the third round of warm-up, becomes the third block after the last one. */
function warmupAsBlock<T extends PlannedTrial>(trial: T, blocks: number): T {
  const round = /^w(\d+)\./.exec(trial.id);
  return round === null ? trial : { ...trial, block: blocks + Number(round[1]) };
}

type Change = <T extends PlannedTrial>(trial: T) => T | null;

function changed(experiment: Experiment, raw: RawEvidence, change: Change): Cut {
  const kept = <T extends PlannedTrial>(trials: readonly T[]): T[] =>
    trials.flatMap((trial) => change(trial) ?? []);
  const trials: readonly Trial[] = kept(raw.trials);
  const schedule = raw.schedule === null ? null : { ...raw.schedule, trials: kept(raw.schedule.trials) };
  const metrics = new Map(experiment.metrics.map((metric) => [metric.name, metric]));
  const collected = raw.collected.map((one) => again(one, metrics.get(one.meta.metric), trials));
  return { experiment, raw: { ...raw, schedule, trials, collected } };
}

/** What the source `trials` would have answered for these trials. */
function again(one: Collected, metric: Metric | undefined, trials: readonly Trial[]): Collected {
  if (one.meta.type !== 'trials' || one.meta.problem !== null || metric?.input.kind !== 'observed')
    return one;
  const { query } = metric.input.arms[one.meta.arm];
  try {
    return { ...one, observations: trialObservations(metric.name, one.meta.arm, query, metric.fold, trials) };
  } catch (error) {
    if (!(error instanceof SourceProblem)) throw error;
    return { observations: [], meta: { ...one.meta, problem: error.reason } };
  }
}
