/** Splitting: the schedule is stored before the first trial; every way out gives the tap back. */
import { KnownError } from '../errors.js';
import type { RunInfo, Schedule, Trial } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import type { Driver, Io, Plugins, TrialDriver } from '../model/ports.js';
import { designs, injectDelay, listUnits, runTrials, schedule } from '../split/index.js';
import { createRandom } from '../stats/index.js';
import type { RunFolder } from '../store/index.js';
import { checkLooks } from './look-plan.js';
import { checkVolumes } from './volumes.js';

/** Fewer blocks than this can never give a verdict (STATISTICS.md §2: t needs 5 per arm). */
const FEWEST_BLOCKS = 5;

export interface SplitRequest {
  readonly experiment: Experiment;
  readonly run: RunInfo;
  readonly folder: RunFolder;
  readonly plugins: Pick<Plugins, 'drivers'>;
  readonly io: Io;
  redact(text: string): string;
  /** Asked between blocks: true ends the experiment before this one. */
  endsBefore(block: number, schedule: Schedule, trials: readonly Trial[]): Promise<boolean>;
}

/**
 * Slots, stages and deployments are known without any workload; null: the design has none. Where no window is declared
 * they begin now.
 */
export function plannedSlots(experiment: Experiment, nowMs: number): Schedule | null {
  const { kind } = experiment.design;
  const inTime = kind === 'switchback' || kind === 'ramp' || kind === 'runs';
  // By key, traffic is divided for a time only where a tap is turned.
  const onTap = kind === 'by-key' && experiment.exposure !== undefined;
  if (experiment.workload !== null || !(inTime || onTap)) return null;
  const planned = schedule(experiment, [], createRandom, nowMs);
  return planned.slots === undefined ? null : planned;
}

export async function planTrials(
  experiment: Experiment,
  context: { io: Io; folder: Pick<RunFolder, 'journal'>; runId: string; prepare: boolean },
): Promise<Schedule | null> {
  const { workload } = experiment;
  if (workload === null || experiment.driver === null) return plannedSlots(experiment, context.io.now());
  const units = await listUnits(workload, context.io.folder, {
    io: context.io,
    journal: context.folder.journal,
    runId: context.runId,
    prepare: context.prepare,
  });
  const planned = schedule(experiment, units, createRandom);
  if (planned.blocks < FEWEST_BLOCKS)
    throw new KnownError(
      'never-answers',
      `${planned.blocks} ${planned.blocks === 1 ? 'block' : 'blocks'} can never give a verdict: ${FEWEST_BLOCKS} are needed`,
      {
        hint: `The workload has ${units.length} units × ${workload.repeats} repeats: add files, raise \`repeats\`, or set \`design.blocks\`.`,
      },
    );
  checkLooks(experiment, planned);
  checkVolumes(experiment, planned);
  return planned;
}

/** The units and seed of the first execution hold for the resumed one. */
export const storedOrPlanned = async ({
  experiment,
  folder,
  io,
  run,
}: Pick<SplitRequest, 'experiment' | 'folder' | 'io' | 'run'>): Promise<Schedule | null> => {
  const stored = await folder.loadSchedule();
  if (stored !== null) return stored;
  const planned = await planTrials(experiment, { io, folder, runId: run.id, prepare: true });
  if (planned !== null) await folder.saveSchedule(planned);
  return planned;
};

const slowed = (driver: TrialDriver, { experiment, io, run }: SplitRequest): TrialDriver =>
  run.inject === null
    ? driver
    : experiment.treatments.reduce(
        (wrapped, arm) => injectDelay(wrapped, arm, run.inject as number, io.signal),
        driver,
      );

export async function split(
  request: SplitRequest,
): Promise<{ schedule: Schedule | null; trials: readonly Trial[]; endedEarly: boolean }> {
  const { experiment, folder, io, run } = request;
  if (experiment.driver === null)
    return { schedule: await storedOrPlanned(request), trials: [], endedEarly: false };
  const plugin = request.plugins.drivers[experiment.driver.type] as Driver;
  const { options } = experiment.driver;
  // Whatever an execution that was killed has left running is ended before anything is written or measured.
  if (run.resumed > 0) await plugin.recover(options, experiment.arms, await folder.journaled(), io, run.id);
  const planned = await storedOrPlanned(request);
  if (planned === null) return { schedule: null, trials: [], endedEarly: false };

  const completed = await folder.loadTrials();
  const driver = slowed(await plugin.open(options, experiment.arms, folder.journal, io, run.id), request);
  try {
    const { trials, finished, endedBefore } = await runTrials({
      schedule: planned,
      driver,
      units: planned.units,
      completed,
      journal: folder.journal,
      onTrial: folder.appendTrial,
      onProgress: (done, total, remainingMs) => io.log.progress('trials', done, total, remainingMs),
      signal: io.signal,
      concurrent: designs[experiment.design.kind].concurrent,
      now: io.now,
      redact: request.redact,
      endsBefore: (block, rows) => request.endsBefore(block, planned, rows),
    });
    io.log.progressEnd();
    if (!finished)
      throw io.signal.reason ?? new KnownError('interrupted', 'stopped before the end of the schedule');
    return { schedule: planned, trials, endedEarly: endedBefore !== undefined };
  } finally {
    io.log.progressEnd();
    await driver.close();
  }
}
