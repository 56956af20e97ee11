/**
 * Does what divides the keys send them where the design does? Another hash or seed in a proxy's configuration divides just
 * as well, but `stacktrial assign`, and whoever asks it, would name the wrong arm.
 */
import type { Request } from '../../model/evidence.js';
import type { ArmName, Experiment } from '../../model/experiment.js';
import type { Log } from '../../model/ports.js';
import { assigner } from '../../split/index.js';

/** Distinct keys that are looked at. */
const ENOUGH = 100;
/** A few may be written otherwise than they were hashed: cut off by the proxy, or escaped. */
const MOST = 0.05;

/** Told of the requests of each poll; warns once. */
export function sameArms(
  experiment: Experiment,
  hasKeys: boolean,
  log: Pick<Log, 'warn'>,
): (heard: readonly Request[]) => void {
  const { design } = experiment;
  if (!hasKeys || (design.kind !== 'by-key' && design.kind !== 'ramp')) return () => undefined;
  // Whatever takes part by now: its arm is the one that it has when all do.
  const place = assigner({ ...experiment, design: { ...design, coverage: 1 } });
  const seen = new Map<string, ArmName>();
  let isTold = false;
  return (heard) => {
    for (const { key, assigned } of heard) {
      if (isTold || seen.size >= ENOUGH) return;
      if (key === null || assigned === null) continue;
      seen.set(key, assigned);
      if (seen.size < ENOUGH) continue;
      const wrong = [...seen].filter(([name, arm]) => place(name).arm !== arm);
      if (wrong.length <= MOST * ENOUGH) return;
      isTold = true;
      const [[example, arm]] = wrong;
      log.warn(
        `${wrong.length} of ${ENOUGH} keys are sent elsewhere than the design sends them (${example} to ${arm}, not to ${place(example).arm}): stacktrial assign names the wrong arm. Is design.seed (${design.seed}) the seed in the configuration that divides them?`,
      );
    }
  };
}
