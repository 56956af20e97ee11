/** Designs and drivers by the name that the experiment file gives them. */
import { KnownError } from '../errors.js';
import type { Schedule, Unit } from '../model/evidence.js';
import type { DesignKind, Experiment } from '../model/experiment.js';
import type { Driver, Registry, Tap } from '../model/ports.js';
import { byKey } from './designs/by-key.js';
import type { CreateRandom, SplitDesign } from './designs/design.js';
import { interleaved } from './designs/interleaved.js';
import { mirrored } from './designs/mirrored.js';
import { observed } from './designs/observed.js';
import { ramp } from './designs/ramp.js';
import { runs } from './designs/runs.js';
import { switchback } from './designs/switchback.js';
import { commandDriver } from './drivers/command.js';
import { commandsTap } from './drivers/commands.js';
import { haproxyTap } from './drivers/haproxy.js';
import { httpDriver } from './drivers/http.js';
import { inboxDriver } from './drivers/inbox.js';
import { kafkaDriver } from './drivers/kafka.js';
import { kafkaSplitTap } from './drivers/kafka-split.js';

export const designs: Readonly<Record<DesignKind, SplitDesign>> = {
  interleaved,
  mirrored,
  'by-key': byKey,
  observed,
  switchback,
  ramp,
  runs,
};

export const drivers: Registry<Driver | Tap> = {
  command: commandDriver as Driver,
  haproxy: haproxyTap as Tap,
  commands: commandsTap as Tap,
  http: httpDriver as Driver,
  inbox: inboxDriver as Driver,
  kafka: kafkaDriver as Driver,
  'kafka-split': kafkaSplitTap as Tap,
};

/** A pure function of the experiment, its units, its seed and its start: the same again, to the byte. */
export function schedule(
  experiment: Experiment,
  units: readonly Unit[],
  createRandom: CreateRandom,
  startMs?: number,
): Schedule {
  if (experiment.arms.length < 2)
    throw new KnownError('too-few-arms', 'An experiment needs two arms or more.');
  return designs[experiment.design.kind].schedule(experiment, units, createRandom, startMs);
}

export { type Assigned, assigner } from './assignment.js';
export type { CreateRandom } from './designs/design.js';
export { type DrawnFreely, freedomOf } from './designs/slot-draws.js';
export { injectDelay } from './drivers/inject-delay.js';
export { type Matches, matchFiles } from './glob.js';
export { startTimeOf } from './process/identity.js';
export { type RunTrials, runTrials, type TrialsRun } from './run-trials.js';
export { countExposure } from './tap/count-exposure.js';
export { endCommands } from './tap/end-commands.js';
export { exposedSoFar } from './tap/exposed-so-far.js';
export { giveBack, type HeldTap, holdTap } from './tap/held-tap.js';
export { type OpenChange, openChange } from './tap/open-change.js';
export { runCommands } from './tap/run-commands.js';
export { type RunSlots, runSlots, type Stop } from './tap/run-slots.js';
export { type TapMeans, tapMeans } from './tap/tap-means.js';
export { listUnits } from './units.js';
