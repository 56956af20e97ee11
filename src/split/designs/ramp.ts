/**
 * Ramp: the part of the traffic that takes part grows from stage to stage, its division between the arms never changes.
 * So no key moves to another arm, and a stage is a stratum: stages with different shares are never pooled.
 * Source: reference/splitting.md §0.4 (coverage, not the ratio, is ramped).
 */
import type { Schedule, Slot } from '../../model/evidence.js';
import type { Experiment } from '../../model/experiment.js';
import type { SplitDesign } from './design.js';
import { startOf } from './switchback.js';

export const ramp: SplitDesign = {
  title: 'A growing part of the traffic, divided between the arms, stage by stage',
  concurrent: true,
  schedule(experiment, units, _createRandom, startMs = 0): Schedule {
    const { design } = experiment;
    const stages = design.stages ?? [];
    let at = startOf(experiment, startMs);
    const slots = stages.map((stage, index): Slot => {
      const begins = at;
      at += stage.durationMs;
      return {
        index,
        startMs: begins,
        endMs: at,
        shares: sharesAt(experiment, stage.coverage),
        burnInMs: design.burnInMs ?? 0,
        burnOutMs: 0,
        stage: index,
        coverage: stage.coverage,
      };
    });
    return {
      algorithm: 'stacktrial-1',
      design: design.kind,
      seed: design.seed,
      blocks: slots.length,
      units,
      trials: [],
      refused: [],
      slots,
    };
  },
};

/** What takes no part stays on the baseline. */
export function sharesAt({ arms, baseline, design }: Experiment, coverage: number): Slot['shares'] {
  const shares = arms.map(({ name }) => [name, coverage * (design.shares[name] ?? 0)] as const);
  const rest = 1 - coverage;
  return Object.fromEntries(
    shares.map(([name, share]) => [name, Number((name === baseline ? share + rest : share).toPrecision(12))]),
  );
}
