/** Monitoring: what anybody may see of a running experiment without having looked. Pure. */
import { runChecks } from '../check/index.js';
import { harm } from '../decide/index.js';
import type { Experiment } from '../model/experiment.js';
import type { Plugins } from '../model/ports.js';
import type { Watched } from './on-window.js';
import { derive, type RawEvidence } from './recorded.js';
import { untilOf } from './window-looks.js';

/** What may be seen of a running experiment without looking at it: coverage, checks, and harm on guardrails. Pure. */
export function watched(
  experiment: Experiment,
  raw: RawEvidence,
  untilMs: number,
  { checks }: Pick<Plugins, 'checks'>,
): Watched {
  const evidence = derive(untilOf(experiment, untilMs), raw);
  const { tables } = evidence;
  const coverage = experiment.metrics.flatMap(({ name }) => {
    const table = tables.get(name);
    return table === undefined
      ? []
      : experiment.arms.map((arm) => ({
          metric: name,
          arm: arm.name,
          seen: table.coverage.seen[arm.name] ?? 0,
          expected: table.coverage.expected,
          unmeasured: table.unmeasured,
        }));
  });
  return {
    coverage,
    checks: runChecks(
      evidence,
      { index: raw.looks?.length ?? 0, of: experiment.decide.looks?.length ?? 1 },
      checks,
    ),
    // How near a guardrail is to being broken is an effect: whoever watches it has looked.
    harm: harm(evidence).map((one) => ({ ...one, p: null })),
  };
}
