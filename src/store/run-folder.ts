/**
 * The folder of a run, reports/<experiment>/<run>/: evidence/ is what `analyze` reads; journal.ndjson says
 * what was started; beside them stand the report's forms.
 */
import { mkdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../errors.js';
import type { EarlierRun } from '../model/earlier-run.js';
import type { Request, RunInfo, Schedule } from '../model/evidence.js';
import type { Attachments } from '../model/experiment.js';
import { readAttachments, writeAttachments } from './attachments.js';
import { readCollected, writeCollected } from './collected-files.js';
import {
  ATTACHMENTS,
  EARLIER,
  EXPERIMENT,
  EXPOSURE,
  evidenceRows,
  INFO,
  LOOKS,
  optionalEvidence,
  REQUESTS,
  SCHEDULE,
  SOURCES,
} from './evidence-files.js';
import { fileName } from './file-name.js';
import { jsonText, readJson, readText, writeJson } from './json-file.js';
import { isLocked, lockFolder } from './lock.js';
import { makeFolder } from './make-folder.js';
import { MANIFEST, readManifest, verifyFiles, writeManifest } from './manifest.js';
import { prunedAt } from './prune.js';
import { streamRows } from './row-log.js';
import { runJournal } from './run-journal.js';
import { sealedFile } from './sealed-file.js';
import type { RunFolder } from './stored-run.js';
import { syncFolder, writeAtomic } from './write-atomic.js';

export type { JournalRow } from './run-journal.js';
export type { RunFolder, StoredRun } from './stored-run.js';

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
  const journal = runJournal(path);
  const rows = evidenceRows(at);
  const looksFile = sealedFile(at(LOOKS), journal);
  const earlierFile = sealedFile(at(EARLIER), journal);

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

  return {
    path,
    journal,
    journaled: journal.rows,
    loadExperiment,
    loadInfo,
    saveInfo: (info) => writeJson(at(INFO), info),
    saveEarlier: (all) => earlierFile.save(jsonText(all)),
    loadEarlier: async () => {
      if ((await readManifest(evidence)) === null) await earlierFile.check();
      return readJson<readonly EarlierRun[]>(at(EARLIER));
    },
    saveSchedule: (schedule) => writeJson(at(SCHEDULE), schedule),
    loadSchedule,
    appendTrial: (trial) => rows.trials.append(trial),
    loadTrials: () => rows.trials.rows(),
    saveCollected: (collected) => writeCollected(at(SOURCES), collected),
    loadCollected: () => readCollected(at(SOURCES)),
    appendSlot: (row) => rows.slots.append(row),
    loadSlots: () => rows.slots.rows(),
    appendRequests: (all) => rows.requests.appendAll(all),
    async *requests() {
      for await (const { row } of streamRows<Request>(at(REQUESTS))) yield row;
    },
    requestsFrom: (byte) => streamRows<Request>(at(REQUESTS), byte),
    saveExposure: (all) => writeAtomic(at(EXPOSURE), all.map((row) => `${JSON.stringify(row)}\n`).join('')),
    appendWatch: (row) => rows.watch.append(row),
    loadWatch: () => rows.watch.rows(),
    appendLineCounts: (all) => rows.lines.appendAll(all),
    saveLooks: (looks) => looksFile.save(jsonText(looks)),
    loadLooks: async () => {
      if ((await readManifest(evidence)) === null) await looksFile.check();
      return readJson<unknown>(at(LOOKS));
    },
    async finish(info) {
      await earlierFile.check();
      await rows.close();
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
        trials: await rows.trials.rows(),
        collected: await readCollected(at(SOURCES)),
        ...(await optionalEvidence(at, rows)),
      };
    },
    saveReport: (name, content) => writeAtomic(join(path, name), content),
    loadReport: (name) => readText(join(path, name)),
    async lock(startTimeOf) {
      const lock = () => lockFolder(path, startTimeOf);
      // The room that a living process keeps is its own.
      return (await isLocked(path, startTimeOf)) ? lock() : journal.withRoom(lock);
    },
    async close() {
      await journal.close();
      await rows.close();
    },
  };
}
