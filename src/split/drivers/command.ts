/**
 * Driver `command`: the stacks are programs on this machine, fresh for every trial or resident.
 * Every process gets a group of its own, is journaled before it is used, and is ended on every way out.
 */
import { statSync } from 'node:fs';
import { KnownError } from '../../errors.js';
import type { FailureClass, PlannedTrial, Unit } from '../../model/evidence.js';
import type { Arm } from '../../model/experiment.js';
import type { Driver, Io, Journal } from '../../model/ports.js';
import { releaseGroup } from '../process/group.js';
import { hasProcfs } from '../process/identity.js';
import { endLeftovers, endMarked } from '../process/orphans.js';
import { endLeftovers as endOutlivers } from '../process/run-to-end.js';
import type { Spawned } from '../process/spawn.js';
import { type ArmContext, armContext, runStep, stepProblem, trialValues } from './arm-context.js';
import { type CommandOptions, commandOptions } from './command-options.js';
import { performFresh } from './fresh-process.js';
import { type Performance, trialRow, unmeasured } from './performance.js';
import { type ResidentTrials, residentTrials } from './resident-trials.js';

export const commandDriver: Driver<CommandOptions> = {
  title: 'Programs on this machine: a fresh process per trial, or a resident one',
  options: commandOptions,

  async open(options, arms, journal, io, runId) {
    const contexts = contextsOf(options, arms, journal, io, runId);
    const residents = new Map<string, ResidentTrials>();
    const daemons: Spawned[] = [];
    let closing: Promise<void> | null = null;
    const close = () => {
      closing ??= closeAll([...contexts.values()], residents, daemons, journal, io, runId);
      return closing;
    };
    await journal.append('opened', { arms: [...contexts.keys()] });
    try {
      for (const context of contexts.values()) await setUp(context, daemons);
      for (const [name, context] of contexts) {
        if (context.options.resident === undefined) continue;
        const resident = residentTrials(context, context.options.resident);
        residents.set(name, resident);
        await resident.start();
      }
    } catch (error) {
      await close();
      throw error;
    }
    return {
      close,
      async trial(planned, unit, attempt) {
        const context = contexts.get(planned.arm);
        if (context === undefined || closing !== null) throw new Error(`no open arm ${planned.arm}`);
        const performance = await perform(context, residents.get(planned.arm), planned, unit);
        return trialRow(planned, unit, attempt, context.timeoutMs, performance);
      },
    };
  },

  async recover(options, arms, journaled, io, runId) {
    await endLeftovers(journaled, runId, io.log);
    const opened = journaled.findLastIndex((row) => row.step === 'opened');
    const closed = journaled.findLastIndex((row) => row.step === 'closed');
    if (opened <= closed) return; // never opened, or cleaned up already
    const notJournaled: Journal = { append: async () => undefined }; // a process of ours is found by its marker
    await cleanUp([...contextsOf(options, arms, notJournaled, io, runId).values()]);
    await endMarked(runId, io.log);
  },
};

/** All that is wrong with the options at once. */
function contextsOf(options: CommandOptions, arms: readonly Arm[], journal: Journal, io: Io, runId: string) {
  const problems: string[] = [];
  const contexts = new Map<string, ArmContext>();
  for (const arm of arms) {
    if (!Object.hasOwn(options.arms, arm.name)) {
      problems.push(`the arm ${arm.name} has no command`);
      continue;
    }
    const context = armContext(arm, options, io, journal, runId);
    contexts.set(arm.name, context);
    if (!statSync(context.cwd, { throwIfNoEntry: false })?.isDirectory()) {
      problems.push(`the working folder of ${arm.name} is not there: ${context.cwd}`);
    }
  }
  const names = arms.map((arm) => arm.name);
  for (const name of Object.keys(options.arms)) {
    if (!names.includes(name)) problems.push(`there is no arm ${name}; there are ${names.join(', ')}`);
  }
  if (problems.length > 0) {
    throw new KnownError('driver-arms', `The driver does not fit the experiment: ${problems.join('; ')}.`, {
      hint: 'Under `driver: arms:` name every arm of the experiment, and no other.',
    });
  }
  return contexts;
}

async function setUp(context: ArmContext, daemons: Spawned[]): Promise<void> {
  const ended = await runStep(context, 'setup', { arm: context.arm.name }, context.io.signal);
  if (ended?.kind === 'ended') daemons.push(ended.spawned);
  const problem = stepProblem('setup', ended);
  if (problem === null) return;
  throw new KnownError('setup-failed', `${context.arm.name}: ${problem}`, {
    hint: 'No trial was run. Try the command by hand in the folder of the experiment file.',
    exit: context.io.signal.aborted ? 130 : 69,
  });
}

async function perform(
  context: ArmContext,
  resident: ResidentTrials | undefined,
  planned: PlannedTrial,
  unit: Unit,
): Promise<Performance> {
  const { io } = context;
  const values = trialValues(context, planned, unit);
  const notRun = (outcome: FailureClass, problem: string): Performance => {
    const now = io.now();
    const measured = { ...unmeasured };
    return { start: now, end: now, outcome, exit: null, measured, answer: null, problem };
  };
  if (io.signal.aborted) return notRun('aborted', 'The run was stopped before this trial.');

  const preparing = stepProblem('prepare', await runStep(context, 'prepare', values, io.signal));
  let performance: Performance;
  if (preparing !== null) performance = notRun(io.signal.aborted ? 'aborted' : 'launch', preparing);
  else if (resident !== undefined) performance = await resident.perform(values);
  else performance = await performFresh(context, context.options.command ?? [], values);

  // Concluded even if the run is being stopped: what prepare did is put back.
  const concluding = stepProblem('conclude', await runStep(context, 'conclude', values, null));
  if (concluding === null) return performance;
  if (performance.outcome === 'ok') {
    const { output: _, ...rest } = performance;
    return { ...rest, outcome: 'harness', answer: null, problem: concluding };
  }
  io.log.warn(`${planned.id}: ${concluding}`);
  return performance;
}

async function closeAll(
  contexts: readonly ArmContext[],
  residents: ReadonlyMap<string, ResidentTrials>,
  daemons: readonly Spawned[],
  journal: Journal,
  io: Io,
  runId: string,
): Promise<void> {
  const stopped = await Promise.allSettled([...residents.values()].map((resident) => resident.stop()));
  for (const each of stopped)
    if (each.status === 'rejected') io.log.warn(`a resident: ${String(each.reason)}`);
  await cleanUp(contexts);
  for (const daemon of daemons) {
    // Where environments can be read, what setup left running is found by its marker, which cannot be mistaken.
    if (hasProcfs) releaseGroup(daemon.pid);
    else endOutlivers(daemon);
  }
  await endMarked(runId, io.log);
  await forgiving(journal, io).append('closed', {});
}

/** On the way out a full disk must not keep cleanup from running; without its row, cleanup is only run again. */
function forgiving(journal: Journal, io: Io): Journal {
  return {
    append: (step, values) =>
      journal.append(step, values).catch((error: unknown) => io.log.warn(`journal: ${String(error)}`)),
  };
}

/** Every arm's cleanup, whatever the others did; a failure is a warning, so that it hides no earlier one. */
async function cleanUp(contexts: readonly ArmContext[]): Promise<void> {
  for (const each of contexts) {
    const context = { ...each, journal: forgiving(each.journal, each.io) };
    let problem: string | null;
    try {
      problem = stepProblem('cleanup', await runStep(context, 'cleanup', { arm: context.arm.name }, null));
    } catch (error) {
      problem = `cleanup: ${String(error)}`;
    }
    if (problem !== null) context.io.log.warn(`${context.arm.name}: ${problem}`);
  }
}
