/** Real folders, processes and journals for the tests of split. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { Unit } from '../../src/model/evidence.js';
import type { Arm, Design, Experiment, Workload } from '../../src/model/experiment.js';
import type { Io, Journal } from '../../src/model/ports.js';
import { allPids, readProc, readStat } from '../../src/split/process/identity.js';

/** `finished`: the test's own, where several run at once. */
export async function temporaryFolder(
  finished: (after: () => Promise<void>) => void = onTestFinished,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'stacktrial-test-'));
  finished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

export function arms(...names: string[]): readonly Arm[] {
  return names.map((name) => ({ name, title: name, match: { arm: name } }));
}

export function units(count: number): readonly Unit[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `u${String(i).padStart(2, '0')}`,
    path: null,
    covariates: { bytes: 10 + i },
  }));
}

export function experiment(
  given: { arms?: readonly string[]; design?: Partial<Design>; workload?: Partial<Workload> } = {},
): Experiment {
  const names = given.arms ?? ['engine', 'functions'];
  return {
    name: 'engine-vs-functions',
    question: 'Which?',
    owner: null,
    arms: arms(...names),
    baseline: names[0],
    treatments: names.slice(1),
    design: {
      kind: 'interleaved',
      seed: 20191104,
      blocks: null,
      warmupTrials: 0,
      shares: Object.fromEntries(names.map((name) => [name, 1 / names.length])),
      coverage: 1,
      unit: null,
      concurrent: false,
      ...given.design,
    },
    window: null,
    sources: {},
    driver: null,
    workload: { kind: 'fixed', prepare: null, files: '*', repeats: 3, key: null, ...given.workload },
    metrics: [],
    hypotheses: [],
    guardrails: [],
    decide: { confidence: 0.95 },
    secrets: [],
    text: '',
    attachments: {},
  };
}

export interface TestIo extends Io {
  readonly warnings: string[];
  abort(): void;
}

export function testIo(folder: string): TestIo {
  const controller = new AbortController();
  const warnings: string[] = [];
  const log = {
    info: () => undefined,
    warn: (text: string) => void warnings.push(text),
    detail: () => undefined,
    progress: () => undefined,
    progressEnd: () => undefined,
  };
  return {
    now: () => Date.now(),
    fetch: globalThis.fetch,
    read: (path) => readFile(path),
    write: (path, content) => writeFile(path, content),
    env: () => undefined,
    signal: controller.signal,
    log,
    folder,
    warnings,
    abort: () => controller.abort(),
  };
}

type Row = Readonly<Record<string, unknown>>;

export function testJournal(): Journal & { readonly rows: Row[] } {
  const rows: Row[] = [];
  return {
    rows,
    append: async (step, values) => {
      rows.push({ ...values, step });
    },
  };
}

let runs = 0;
/** A run id that no other test has: processes are looked for by it. */
export const newRunId = () => `test-${process.pid}-${Date.now()}-${runs++}`;

/** Living processes that carry a run's marker; read independently of the code under test's own search. */
export function alive(runId: string): readonly number[] {
  return allPids().filter((pid) => {
    const state = readStat(pid)?.state;
    if (state === undefined || state === 'Z') return false;
    return readProc(`/proc/${pid}/environ`)?.split('\0').includes(`STACKTRIAL_RUN=${runId}`) ?? false;
  });
}

export async function until(holds: () => boolean | Promise<boolean>, withinMs = 5000): Promise<void> {
  const end = Date.now() + withinMs;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error('did not come to hold in time');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
