/**
 * Driver `inbox`: batches are files, and each stack watches a folder. A trial places the batch in the arm's inbox whole
 * and ends when the arm writes NAME.done, a JSON object, into its outbox; NAME is the name that the batch has there,
 * unique for the run. A manifest with size and sha256 lies in the inbox under .stacktrial/NAME.json.
 */
import { mkdir, rmdir, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { KnownError } from '../../errors.js';
import type { FailureClass, PlannedTrial, Unit } from '../../model/evidence.js';
import type { Arm } from '../../model/experiment.js';
import type { Driver, Io, Journal } from '../../model/ports.js';
import type { Line } from '../process/line-reader.js';
import { ANSWER_BYTES, readAnswer } from './answer.js';
import { durationMs } from './duration.js';
import { awaitDone, type Done } from './inbox/await-done.js';
import { type Fingerprint, Fingerprints } from './inbox/fingerprint.js';
import { type InboxOptions, inboxOptions } from './inbox/options.js';
import {
  isThere,
  OWN_FOLDER,
  type Placing,
  place,
  placeManifest,
  removeManifest,
  takeBack,
  tryInboxes,
} from './inbox/place.js';
import { type Performance, secondsBetween, trialRow, unmeasured } from './performance.js';

interface Run {
  readonly options: InboxOptions;
  readonly arms: readonly Arm[];
  readonly io: Io;
  readonly journal: Journal;
  readonly runId: string;
  readonly prints: Fingerprints;
  /** Resolves when the inboxes were tried with a batch. */
  tried: Promise<void> | null;
}

export const inboxDriver: Driver<InboxOptions> = {
  title: 'Files: a batch is placed in the arm’s inbox, and answered in its outbox',
  options: inboxOptions,

  async open(options, arms, journal, io, runId) {
    await refuseMissingFolders(options, arms, io);
    for (const inbox of inboxesOf(options, arms, io))
      await mkdir(join(inbox, OWN_FOLDER), { recursive: true });
    await journal.append('opened', { arms: arms.map(({ name }) => name) });
    const run: Run = { options, arms, io, journal, runId, prints: new Fingerprints(), tried: null };
    return {
      close: () => removeOwnFolders(options, arms, io),
      async trial(planned, unit, attempt) {
        const performance = await perform(run, planned, unit, attempt);
        return trialRow(planned, unit, attempt, durationMs(options.timeout), performance);
      },
    };
  },

  async recover(options, arms, journaled, io) {
    const settled = new Set(journaled.filter(({ step }) => step === 'settled').map(({ to }) => to));
    for (const row of journaled) {
      if (row.step !== 'placing' || settled.has(row.to)) continue;
      if (!(await takeBack(options.place, row as unknown as Placing)))
        io.log.warn(
          `${String(row.from)} was moved to ${String(row.to)}, and the arm has it, when the run was cut off: it is not measured again`,
        );
    }
    await removeOwnFolders(options, arms, io);
  },
};

const inboxesOf = (options: InboxOptions, arms: readonly Arm[], io: Io): readonly string[] => [
  ...new Set(arms.map(({ name }) => resolve(io.folder, options.arms[name].inbox))),
];

async function refuseMissingFolders(options: InboxOptions, arms: readonly Arm[], io: Io): Promise<void> {
  const missing: string[] = [];
  for (const { name } of arms)
    for (const part of ['inbox', 'outbox'] as const) {
      const folder = resolve(io.folder, options.arms[name][part]);
      const there = await stat(folder).catch(() => null);
      if (there?.isDirectory() !== true) missing.push(`${part} of ${name}: ${folder}`);
    }
  if (missing.length > 0)
    throw new KnownError('no-inbox', `These folders are not there: ${missing.join('; ')}`, {
      hint: 'Make them, and start the stacks that watch them, before the run.',
    });
}

async function removeOwnFolders(options: InboxOptions, arms: readonly Arm[], io: Io): Promise<void> {
  for (const inbox of inboxesOf(options, arms, io))
    await rmdir(join(inbox, OWN_FOLDER)).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT' && error.code !== 'ENOTEMPTY') throw error;
    });
}

async function perform(run: Run, planned: PlannedTrial, unit: Unit, attempt: number): Promise<Performance> {
  const { options, io, runId, journal, prints } = run;
  const start = io.now();
  const notRun = (outcome: FailureClass, problem: string): Performance => ({
    start,
    end: Math.max(io.now(), start),
    outcome,
    exit: null,
    measured: { ...unmeasured },
    answer: null,
    problem,
  });
  if (io.signal.aborted) return notRun('aborted', 'The run was stopped before this trial.');
  if (unit.path === null) throw new Error(`the unit ${unit.id} is no file`);
  refuseMovedTwice(options, planned);
  const from = resolve(io.folder, unit.path);
  const before = await prints.of(from).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (before === null) return notRun('harness', `The batch ${unit.path} is not there any more.`);
  // The time as well: what a stack answers to a batch of an execution that was killed is no answer to this one.
  const name = `${runId}.${planned.id}.${attempt}.${start.toString(36)}.${basename(from)}`;
  run.tried ??= tryInboxes(options.place, from, inboxesOf(options, run.arms, io), name);
  await run.tried;

  const inbox = resolve(io.folder, options.arms[planned.arm].inbox);
  const outbox = resolve(io.folder, options.arms[planned.arm].outbox);
  const placing: Placing = {
    from,
    to: join(inbox, name),
    manifest: join(inbox, OWN_FOLDER, `${name}.json`),
    done: join(outbox, `${name}.done`),
  };
  await journal.append('placing', { trial: planned.id, ...placing });
  // Before anything can be seen: a stack that begins to work at the sight of the manifest gains nothing by it.
  const startedAt = process.hrtime.bigint();
  await placeManifest(placing, manifestOf(planned, unit, attempt, before));
  if (await isThere(placing.done)) {
    await takeBack(options.place, placing);
    await journal.append('settled', { trial: planned.id, to: placing.to });
    return notRun('sut-error', 'It was answered before the batch was there: an answer to nothing.');
  }
  await place(options.place, placing);
  const done = await awaitDone(placing.done, {
    limitMs: durationMs(options.timeout),
    pollMs: durationMs(options.poll),
    signal: io.signal,
  });
  const wallSeconds = secondsBetween(startedAt, process.hrtime.bigint());
  const end = Math.max(io.now(), start);
  const changed = options.place === 'link' && (await prints.of(from)).sha256 !== before.sha256;
  // A batch that was moved and answered is the arm's; what nobody took goes back.
  if ('text' in done && options.place === 'move') await removeManifest(placing);
  else await takeBack(options.place, placing);
  await journal.append('settled', { trial: planned.id, to: placing.to });
  if (changed)
    throw new KnownError('batch-changed', `${planned.arm} changed the batch ${unit.path} in its inbox`, {
      hint: 'A hard link is the file itself: the other arm and later trials would get something else. Let the stack write elsewhere.',
      exit: 69,
    });
  return { start, end, exit: null, measured: { ...unmeasured, wallSeconds }, ...judge(done, options) };
}

const manifestOf = ({ id, arm }: PlannedTrial, unit: Unit, attempt: number, print: Fingerprint): string =>
  `${JSON.stringify({ trial: id, attempt, arm, unit: unit.id, ...print, ...unit.covariates }, null, 2)}\n`;

/** A batch can be moved away once. */
function refuseMovedTwice(options: InboxOptions, { block, repeat, order }: PlannedTrial): void {
  if (options.place === 'link' || (block >= 0 && repeat === 0 && order === 0)) return;
  throw new KnownError('moved-twice', 'place: move gives each batch to one arm, once', {
    hint: 'It needs design by-key, repeats: 1 and no warmup; otherwise write `place: link`.',
  });
}

function judge(
  done: Done,
  options: InboxOptions,
): Pick<Performance, 'outcome' | 'answer' | 'output' | 'problem'> {
  const failed = (outcome: FailureClass, problem: string) => ({ outcome, answer: null, problem });
  if ('stopped' in done) {
    if (done.stopped === 'aborted') return failed('aborted', 'It was stopped because the run was.');
    if (done.unfinished !== null)
      return failed('sut-error', `Its answer is not JSON: ${done.unfinished.slice(0, 200)}`);
    return failed('sut-timeout', `It had not answered after ${durationMs(options.timeout) / 1000} s.`);
  }
  const line: Line = done.text.length > ANSWER_BYTES ? { tooLong: true } : { text: done.text };
  const plain = readAnswer(line, 'json', undefined);
  if (plain.kind === 'bad') return failed('sut-error', plain.problem);
  const { error } = plain.answer ?? {};
  if (error !== undefined && error !== null)
    return failed('sut-error', typeof error === 'string' ? error : JSON.stringify(error));
  const checked = readAnswer(line, 'json', options.output);
  if (checked.kind === 'bad') return failed('sut-error', checked.problem);
  const output = checked.output == null ? {} : { output: checked.output };
  return { outcome: 'ok', answer: checked.answer, ...output };
}
