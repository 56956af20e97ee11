/**
 * The folder of a run, reports/<experiment>/<run>/: evidence/ is what `analyze` reads; journal.ndjson says
 * what was started; beside them stand the report's forms.
 */
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../errors.js';
import type { EarlierRun } from '../model/earlier-run.js';
import type {
  Collected,
  ExecutedSlot,
  ExposureRow,
  LineCount,
  Recorded,
  Request,
  RunInfo,
  Schedule,
  Trial,
  WatchRow,
} from '../model/evidence.js';
import type { Attachments } from '../model/experiment.js';
import type { Journal } from '../model/ports.js';
import { readAttachments, writeAttachments } from './attachments.js';
import { readCollected, writeCollected } from './collected-files.js';
import { isDiskFull } from './disk-full.js';
import { fileName } from './file-name.js';
import { lockFolder, type StartTimeOf } from './lock.js';
import { makeFolder } from './make-folder.js';
import { MANIFEST, readManifest, verifyFiles, writeManifest } from './manifest.js';
import { prunedAt } from './prune.js';
import { reserveAt } from './reserve.js';
import { type RowAt, readRows, rowLog, streamRows } from './row-log.js';
import { sealedFile } from './sealed-file.js';
import { syncFolder, writeAtomic } from './write-atomic.js';

export type JournalRow = Readonly<Record<string, unknown>> & { readonly at: number; readonly step: string };

/** Everything that was stored, as `analyze` needs it. */
export interface StoredRun extends Recorded {
  readonly info: RunInfo;
  /** The experiment file as it was read. */
  readonly experimentText: string;
  readonly attachments: Attachments;
}

export interface RunFolder {
  readonly path: string;
  readonly journal: Journal;
  journaled(): Promise<readonly JournalRow[]>;
  /** What the run was begun with. */
  loadExperiment(): Promise<Pick<StoredRun, 'experimentText' | 'attachments'>>;
  /** As it was last saved. */
  loadInfo(): Promise<RunInfo>;
  saveInfo(info: RunInfo): Promise<void>;
  /** earlier.json: what had been run under this name when the run began. */
  saveEarlier(rows: readonly EarlierRun[]): Promise<void>;
  /** null: nobody recorded it. */
  loadEarlier(): Promise<readonly EarlierRun[] | null>;
  saveSchedule(schedule: Schedule): Promise<void>;
  loadSchedule(): Promise<Schedule | null>;
  /** On disk when it returns. */
  appendTrial(trial: Trial): Promise<void>;
  loadTrials(): Promise<readonly Trial[]>;
  /** Returns what is stored: with number and sha256 of its rows. */
  saveCollected(collected: Collected): Promise<Collected>;
  loadCollected(): Promise<readonly Collected[]>;
  /** slots.ndjson: what became of the slots; on disk when it returns. */
  appendSlot(row: ExecutedSlot): Promise<void>;
  loadSlots(): Promise<readonly ExecutedSlot[]>;
  /** requests.ndjson: what the tap saw; on disk when it returns. */
  appendRequests(rows: readonly Request[]): Promise<void>;
  /** One by one: there may be millions. */
  requests(): AsyncIterable<Request>;
  /** From that byte on, each with where the next one begins. */
  requestsFrom(byte: number): AsyncIterable<RowAt<Request>>;
  /** exposure.ndjson: what went where. */
  saveExposure(rows: readonly ExposureRow[]): Promise<void>;
  /** watch.ndjson: what was seen of the guardrails while the split ran; on disk when it returns. */
  appendWatch(row: WatchRow): Promise<void>;
  loadWatch(): Promise<readonly WatchRow[]>;
  /** lines.ndjson: lines of the request log against the proxy's counters; on disk when it returns. */
  appendLineCounts(rows: readonly LineCount[]): Promise<void>;
  /** looks.json, written before a look is analysed; until the manifest is there, the journal knows what was written. */
  saveLooks(looks: unknown): Promise<void>;
  loadLooks(): Promise<unknown>;
  /** The manifest, last: from now on the evidence is complete and must not change. */
  finish(info: RunInfo): Promise<void>;
  isFinished(): Promise<boolean>;
  /** Takes the manifest away, keeping it beside: until `finish`, this run is one that was cut off. */
  reopen(): Promise<void>;
  /** Refuses a run that was cut off, and evidence that was changed, naming the file. */
  load(): Promise<StoredRun>;
  /** A form of the report, beside the evidence. */
  saveReport(name: string, content: string | Uint8Array): Promise<void>;
  /** null: there is no such file. */
  loadReport(name: string): Promise<string | null>;
  /** One process at a time; returns the way to give it back. */
  lock(startTimeOf: StartTimeOf): Promise<() => Promise<void>>;
  /** Closes files; what is on disk stays. */
  close(): Promise<void>;
}

const EXPERIMENT = 'experiment.yaml';
const INFO = 'run.json';
const EARLIER = 'earlier.json';
const SCHEDULE = 'schedule.json';
const TRIALS = 'trials.ndjson';
const SLOTS = 'slots.ndjson';
const REQUESTS = 'requests.ndjson';
const EXPOSURE = 'exposure.ndjson';
const WATCH = 'watch.ndjson';
const LINES = 'lines.ndjson';
const LOOKS = 'looks.json';
const SOURCES = 'sources';
const ATTACHMENTS = 'attachments';

export const experimentFolder = (root: string, name: string) => join(root, fileName(name));

export async function createRun(
  root: string,
  experimentName: string,
  info: RunInfo,
  experimentText: string,
  attachments: Attachments,
): Promise<RunFolder> {
  const parent = experimentFolder(root, experimentName);
  const path = join(parent, fileName(info.id));
  await makeFolder(parent);
  await mkdir(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'EEXIST') throw cause;
    throw new KnownError('run-exists', `There already is a run ${path}.`, { cause });
  });
  const evidence = join(path, 'evidence');
  await makeFolder(join(evidence, SOURCES));
  await writeAtomic(join(evidence, EXPERIMENT), experimentText);
  await writeAttachments(join(evidence, ATTACHMENTS), attachments);
  await writeJson(join(evidence, INFO), info); // last: a folder without it is no run
  for (const folder of [path, parent, root]) await syncFolder(folder);
  return runFolder(path);
}

export async function openRun(path: string): Promise<RunFolder> {
  const run = runFolder(path);
  await run.loadInfo();
  return run;
}

/** Also where its files were damaged: what has to be given back must not depend on them. */
export const runFolderAt = (path: string): RunFolder => runFolder(path);

function runFolder(path: string): RunFolder {
  const evidence = join(path, 'evidence');
  const at = (name: string) => join(evidence, name);
  const journal = rowLog<JournalRow>(join(path, 'journal.ndjson'));
  const trials = rowLog<Trial>(at(TRIALS));
  const slots = rowLog<ExecutedSlot>(at(SLOTS));
  const requests = rowLog<Request>(at(REQUESTS));
  const watch = rowLog<WatchRow>(at(WATCH));
  const lines = rowLog<LineCount>(at(LINES));
  const journaled = () => readRows<JournalRow>(join(path, 'journal.ndjson'));
  const reserve = reserveAt(join(path, 'journal.reserve'));
  /** Room for the rows of giving a tap back is kept from the row on that says how it stood. */
  const journalStep = async (step: string, values: Readonly<Record<string, unknown>>): Promise<void> => {
    const row = { ...values, at: Date.now(), step };
    if (step === 'tap-saved') await reserve.take();
    try {
      await journal.append(row);
    } catch (error) {
      if (!isDiskFull(error) || !(await reserve.giveUp())) throw error;
      await journal.append(row);
    }
    if (step === 'tap-restored') await reserve.giveUp();
  };
  const looksFile = sealedFile(at(LOOKS), { append: journalStep, rows: journaled });
  const closeRows = async () => {
    for (const log of [trials, slots, requests, watch, lines]) await log.close();
  };

  async function loadInfo(): Promise<RunInfo> {
    const info = await readJson<RunInfo>(at(INFO));
    if (info !== null) return info;
    throw new KnownError('no-run', `${path} is not the folder of a run.`, {
      hint: 'It holds no evidence/run.json. Runs are in reports/<experiment>/<run>/.',
    });
  }
  const loadExperiment = async () => ({
    experimentText: await readFile(at(EXPERIMENT), 'utf8'),
    attachments: await readAttachments(at(ATTACHMENTS)),
  });
  const loadSchedule = () => readJson<Schedule>(at(SCHEDULE));
  const loadTrials = () => trials.rows();
  const loadCollected = () => readCollected(at(SOURCES));

  const loadEarlier = () => readJson<readonly EarlierRun[]>(at(EARLIER));

  /** Absent where nothing was turned, so that an old run folder reads as it always did. */
  const loadOptional = async () => {
    const [executed, exposure, watched, counted, earlier] = [
      await slots.rows(),
      await readRows<ExposureRow>(at(EXPOSURE)),
      await watch.rows(),
      await lines.rows(),
      await loadEarlier(),
    ];
    return {
      ...(executed.length === 0 ? {} : { executed }),
      ...(exposure.length === 0 ? {} : { exposure }),
      ...(watched.length === 0 ? {} : { watched }),
      ...(counted.length === 0 ? {} : { lines: counted }),
      ...(earlier === null ? {} : { earlier }),
    };
  };

  return {
    path,
    journal: { append: journalStep },
    journaled,
    loadExperiment,
    loadInfo,
    saveInfo: (info) => writeJson(at(INFO), info),
    saveEarlier: (rows) => writeJson(at(EARLIER), rows),
    loadEarlier,
    saveSchedule: (schedule) => writeJson(at(SCHEDULE), schedule),
    loadSchedule,
    appendTrial: (trial) => trials.append(trial),
    loadTrials,
    saveCollected: (collected) => writeCollected(at(SOURCES), collected),
    loadCollected,
    appendSlot: (row) => slots.append(row),
    loadSlots: () => slots.rows(),
    appendRequests: (rows) => requests.appendAll(rows),
    async *requests() {
      for await (const { row } of streamRows<Request>(at(REQUESTS))) yield row;
    },
    requestsFrom: (byte) => streamRows<Request>(at(REQUESTS), byte),
    saveExposure: (rows) => writeAtomic(at(EXPOSURE), rows.map((row) => `${JSON.stringify(row)}\n`).join('')),
    appendWatch: (row) => watch.append(row),
    loadWatch: () => watch.rows(),
    appendLineCounts: (rows) => lines.appendAll(rows),
    saveLooks: (looks) => looksFile.save(jsonText(looks)),
    loadLooks: async () => {
      if ((await readManifest(evidence)) === null) await looksFile.check();
      return readJson<unknown>(at(LOOKS));
    },
    async finish(info) {
      await closeRows();
      await writeJson(at(INFO), info);
      await writeManifest(evidence, info);
    },
    isFinished: async () => (await readManifest(evidence)) !== null,
    async reopen() {
      await rename(at(MANIFEST), join(path, 'manifest-before-late-bills.json'));
      await syncFolder(evidence);
    },
    async load() {
      await loadInfo();
      const manifest = await readManifest(evidence);
      if (manifest === null) {
        throw new KnownError('run-cut-off', `The run in ${path} was cut off before its end.`, {
          hint: 'Continue it with: stacktrial run FILE --resume',
        });
      }
      const gone = await prunedAt(path);
      if (gone !== null)
        throw new KnownError(
          'evidence-pruned',
          `The evidence of ${path} was deleted by \`stacktrial prune\` on ${new Date(gone).toISOString()}.`,
          { hint: 'What was decided is still there: stacktrial report, or report.html.' },
        );
      await verifyFiles(evidence, manifest);
      return {
        info: manifest.run,
        ...(await loadExperiment()),
        schedule: await loadSchedule(),
        trials: await loadTrials(),
        collected: await loadCollected(),
        ...(await loadOptional()),
      };
    },
    saveReport: (name, content) => writeAtomic(join(path, name), content),
    loadReport: (name) => readText(join(path, name)),
    lock: (startTimeOf) => lockFolder(path, startTimeOf),
    async close() {
      await journal.close();
      await closeRows();
    },
  };
}

function writeJson(path: string, value: unknown): Promise<void> {
  return writeAtomic(path, jsonText(value));
}

const jsonText = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

/** null: there is no such file. */
const readText = (path: string): Promise<string | null> =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw error;
  });

/** null: there is no such file. */
async function readJson<T>(path: string): Promise<T | null> {
  const text = await readText(path);
  if (text === null) return null;
  try {
    return JSON.parse(text) as T;
  } catch (cause) {
    throw new KnownError('damaged-file', `${path} is not JSON.`, { cause });
  }
}
