/** `stacktrial revert`: gives back what a run that was killed has left turned. Harmless when repeated. */
import { basename, dirname, relative, resolve } from 'node:path';
import { withSecrets } from '../declare/index.js';
import { type ExitCode, KnownError } from '../errors.js';
import { realIo } from '../io.js';
import type { Experiment } from '../model/experiment.js';
import type { TapContext } from '../model/ports.js';
import { Secret } from '../model/secret.js';
import { hiddenJournal, hidingErrors, withHiddenLog } from '../pipeline/hidden.js';
import { rollbackCommands, shout, tapOf } from '../pipeline.js';
import { plugins } from '../plugins.js';
import { endCommands, giveBack, type OpenChange, openChange, startTimeOf } from '../split/index.js';
import {
  allRuns,
  dropLeases,
  experimentsWithRuns,
  type LeaseRequest,
  type RunFolder,
  runFolderAt,
  takeLease,
} from '../store/index.js';
import type { Context } from './context.js';
import { storedExperiment } from './finish.js';
import { leasesFolder } from './leases.js';
import { runFolderOf } from './run-folder.js';

export interface RevertOptions {
  readonly reports: string;
}

export async function revert(
  given: string | undefined,
  options: RevertOptions,
  context: Context,
): Promise<ExitCode> {
  const root = resolve(context.workingFolder, options.reports);
  const paths = given === undefined ? await everyRun(root) : await cutOffRuns(given, context);
  let open = 0;
  const failed: unknown[] = [];
  for (const path of paths) {
    try {
      if (await revertRun(path, given !== undefined, context)) open += 1;
    } catch (error) {
      // Another tap may be open, too: it is not left so because of this one.
      failed.push(error);
      if (paths.length > 1) context.log.warn(shout(error, path));
    }
  }
  if (failed.length > 0) throw failed[0];
  if (open === 0) context.out('Nothing is open: no tap has to be given back.\n');
  return 0;
}

/** A run folder, or an experiment's folder: then all of its runs, because any of them may have been cut off. */
async function cutOffRuns(given: string, context: Context): Promise<readonly string[]> {
  const path = resolve(context.workingFolder, given);
  const inside = await allRuns(dirname(path), decodeURIComponent(basename(path)));
  return inside.length > 0 ? inside : [await runFolderOf(given, context)];
}

async function everyRun(root: string): Promise<readonly string[]> {
  const runs: string[] = [];
  for (const name of await experimentsWithRuns(root)) runs.push(...(await allRuns(root, name)));
  return runs;
}

async function revertRun(path: string, isNamed: boolean, context: Context): Promise<boolean> {
  const folder = runFolderAt(path);
  if (openChange(await folder.journaled()) === null) {
    await dropLeases(leasesFolder(context), path, startTimeOf);
    return false;
  }
  const shown = relative(context.workingFolder, path) || path;
  if (openChange(await folder.journaled())?.taken === true && !isNamed) {
    context.log.warn(
      `${shown}: somebody else set this tap while it was turned, and theirs is left; to undo that, too, name the run: stacktrial revert ${shown}`,
    );
    return false;
  }
  const unlock = await folder.lock(startTimeOf);
  try {
    const change = openChange(await folder.journaled());
    if (change === null) return false;
    await revertChange(folder, await meansOf(folder, change), change, context);
    context.out(`${shown}: ${change.resource} stands as it did before, and was read back.\n`);
    return true;
  } finally {
    await folder.close();
    await unlock();
  }
}

/** With what the tap was turned, by the journal; what an older journal does not tell, the experiment of the run does. */
type Means = Pick<Experiment, 'name' | 'driver' | 'arms' | 'baseline' | 'rollback' | 'secrets'> & {
  readonly runId: string;
};

async function meansOf(folder: RunFolder, { means }: OpenChange): Promise<Means> {
  if (means === null) {
    const experiment = await storedExperiment(await folder.loadExperiment());
    return { ...experiment, runId: (await folder.loadInfo()).id };
  }
  const { experiment, driver, rollback, secrets, ...rest } = means;
  const mayHoldSecrets = plugins.drivers[driver.type]?.secrets === true;
  return {
    ...rest,
    name: experiment,
    driver: {
      ...driver,
      options: (mayHoldSecrets ? withSecrets(driver.options) : driver.options) as typeof driver.options,
    },
    rollback: { commands: rollback },
    secrets: secrets.map((name) => new Secret(name)),
  };
}

async function revertChange(
  folder: RunFolder,
  means: Means,
  change: OpenChange,
  context: Context,
): Promise<void> {
  const tap = tapOf(means, plugins);
  if (tap === null || means.driver === null)
    throw new KnownError('no-driver', `${folder.path} has no driver that could give ${change.resource} back`);
  const { options } = means.driver;
  const named = tap.resource(options, change.folder);
  if (named !== change.resource)
    throw new KnownError('tap-elsewhere', `The run has turned ${change.resource}, and names ${named} now.`, {
      hint: `It was edited since. It should stand as: ${JSON.stringify(change.saved).slice(0, 2_000)}`,
      exit: 69,
    });
  const io = withHiddenLog(means, realIo(change.folder, context));
  const tapContext: TapContext = {
    ...io,
    arms: means.arms,
    baseline: means.baseline,
    journal: hiddenJournal(means, io, folder.journal),
    runId: means.runId,
  };
  const asked: LeaseRequest = {
    resource: change.resource,
    experiment: means.name,
    run: folder.path,
    since: io.now(),
  };
  const leases = leasesFolder(context);
  const lease = await takeLease(leases, asked, startTimeOf, () =>
    io.log.warn(`No room is left in ${leases} to say who holds the tap; nobody else does: it is given back.`),
  );
  await endCommands(await folder.journaled(), means.runId, io.log);
  await hidingErrors(means, io, () =>
    giveBack(tap, options, change.saved, tapContext, () => rollbackCommands(means, tapContext, means.runId)),
  );
  await lease.release();
}
