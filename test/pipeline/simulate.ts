/**
 * The shipped experiment without processes: its file, its schedule, its analysis, and trials from a seeded world.
 * A batch takes size × speed of the stack × the machine's mood of the block × noise of the trial.
 */
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { collect } from '../../src/collect/index.js';
import { declare } from '../../src/declare/index.js';
import type { Collected, RunInfo, Schedule, Trial, Unit } from '../../src/model/evidence.js';
import type { ArmName, Experiment } from '../../src/model/experiment.js';
import { reason } from '../../src/model/reason.js';
import type { Report } from '../../src/model/report.js';
import { analyze, type RawEvidence } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { schedule } from '../../src/split/index.js';
import { createRandom, type Random } from '../../src/stats/index.js';

const EXPERIMENTS = fileURLToPath(new URL('../../experiments/', import.meta.url));

export interface World {
  /** Seconds per million records, per arm. */
  readonly speed: Readonly<Record<ArmName, number>>;
  /** Standard deviation of the log of a trial's noise. */
  readonly noise: number;
  /** Trials that do not come to their end, by what they would have taken. */
  readonly fails?: (seconds: number, trial: { arm: ArmName; unit: string }) => boolean;
  /** Answer of the stack for a trial; the honest one is given. */
  readonly answer?: (honest: Answer, trial: { arm: ArmName; unit: string }, random: Random) => Answer;
}

interface Answer {
  readonly records: number;
  readonly failed: number;
  readonly groups: number;
  readonly checksum: string;
}

export const NO_DIFFERENCE: World = { speed: { engine: 1, functions: 1 }, noise: 0.15 };

/** The shipped experiment, with text replaced: `[/15%/, '90%']`. */
export async function shipped(...edits: readonly (readonly [RegExp, string])[]): Promise<Experiment> {
  const text = await readFile(`${EXPERIMENTS}engine-vs-functions.yaml`, 'utf8');
  const edited = edits.reduce((all, [from, to]) => {
    if (!from.test(all)) throw new Error(`nothing matches ${from}`);
    return all.replace(from, to);
  }, text);
  return declare({ text: edited, file: 'engine-vs-functions.yaml' }, plugins, (path) =>
    readFile(`${EXPERIMENTS}${path}`),
  );
}

const batches: readonly Unit[] = Array.from({ length: 15 }, (_, i) => {
  const records = Math.round(50_000 * 10 ** (i / 14));
  const id = `batches/orders-${String(i + 1).padStart(2, '0')}.csv`;
  return { id, path: id, covariates: { records, bytes: records * 40 } };
});

function trialsOf(planned: Schedule, world: World, random: Random): Trial[] {
  const units = new Map(planned.units.map((unit) => [unit.id, unit]));
  const mood = new Map<number, number>();
  let clock = Date.UTC(2026, 10, 1);
  return planned.trials.map((trial): Trial => {
    if (!mood.has(trial.block)) mood.set(trial.block, Math.exp(0.3 * random.normal()));
    const { covariates } = units.get(trial.unit) as Unit;
    const seconds =
      0.05 +
      (covariates.records / 1e6) *
        world.speed[trial.arm] *
        (mood.get(trial.block) as number) *
        Math.exp(world.noise * random.normal());
    const start = clock;
    clock += Math.round(seconds * 1000) + 5;
    const honest = {
      records: covariates.records,
      failed: Math.floor(covariates.records / 5000),
      groups: 40,
      checksum: `sum-of-${trial.unit}`,
    };
    const answer = world.answer?.(honest, trial, random) ?? honest;
    const failed = world.fails?.(seconds / (0.05 + covariates.records / 1e6), trial) ?? false;
    return {
      ...trial,
      attempt: 0,
      start,
      end: start + Math.round(seconds * 1000),
      outcome: failed ? 'sut-error' : 'ok',
      exit: failed ? 1 : 0,
      measured: { wallSeconds: seconds, cpuSeconds: seconds, peakMemoryBytes: 6e7, timeoutSeconds: 60 },
      covariates,
      answer: failed ? null : { ...answer },
      output: failed ? null : { count: answer.groups, sha256: answer.checksum },
    };
  });
}

/** Everything a run folder would hold. */
export async function simulate(experiment: Experiment, world: World, seed: number): Promise<RawEvidence> {
  const random = createRandom(seed, 'simulated run');
  const seeded = { ...experiment, design: { ...experiment.design, seed } };
  const planned = schedule(seeded, batches, createRandom);
  const trials = trialsOf(planned, world, random);
  const collected: Collected[] = [];
  const silent = { info() {}, warn() {}, detail() {}, progress() {}, progressEnd() {} };
  await collect(
    experiment,
    plugins.sources,
    {
      trials,
      now: () => 0,
      fetch,
      read: () => Promise.reject(new Error('nothing to read')),
      write: () => Promise.reject(new Error('nothing to write')),
      env: () => undefined,
      signal: new AbortController().signal,
      log: silent,
      folder: EXPERIMENTS,
    },
    async (each) => void collected.push(each),
  );
  const run: RunInfo = {
    id: `simulated-${seed}`,
    stacktrial: '0.0.0',
    startedAt: trials[0].start,
    finishedAt: trials[trials.length - 1].end,
    mode: 'real',
    inject: null,
    environment: {},
    resumed: 0,
  };
  return { run, schedule: planned, trials, collected };
}

/** The randomisation test is a companion, which never decides, and seven eighths of the work. */
export const withoutSignFlip: typeof plugins.methods = {
  ...plugins.methods,
  'sign-flip': { ...plugins.methods['sign-flip'], compare: () => reason('constant-data', { n: 0 }) },
};

export const report = async (
  experiment: Experiment,
  world: World,
  seed: number,
  methods = plugins.methods,
): Promise<Report> =>
  analyze(experiment, await simulate(experiment, world, seed), {
    plugins: { ...plugins, methods },
    stacktrial: '0.0.0',
  });
