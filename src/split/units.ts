/** The units of a workload: the files that its pattern matches, sorted by name, with what is known beforehand. */
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KnownError } from '../errors.js';
import type { Unit } from '../model/evidence.js';
import type { Workload } from '../model/experiment.js';
import type { Io, Journal } from '../model/ports.js';
import { countRecords, firstRecord } from './count-records.js';
import { matchFiles } from './glob.js';
import { atPath } from './json-path.js';
import { runToEnd } from './process/run-to-end.js';

const PREPARE_TIMEOUT_MS = 30 * 60_000;

export interface ListUnitsContext {
  readonly io: Pick<Io, 'signal'>;
  readonly journal: Journal;
  readonly runId: string;
  /** false: only look, as `validate` and `--dry-run` do. */
  readonly prepare: boolean;
}

export async function listUnits(
  workload: Workload,
  folder: string,
  context: ListUnitsContext,
): Promise<readonly Unit[]> {
  if (context.prepare && workload.prepare !== null) await runPrepare(workload.prepare, folder, context);
  const { paths, searched } = await matchFiles(workload.files, folder);
  if (paths.length === 0) {
    const there = await stat(searched).catch(() => null);
    throw new KnownError('no-units', `No file matches \`${workload.files}\`.`, {
      hint: `Searched in ${searched}${there === null ? ', which is not there' : ''}; patterns are relative to the experiment file and know *, ** and ?.`,
    });
  }
  const units: Unit[] = [];
  for (const path of paths) {
    const file = resolve(folder, path);
    const { size } = await stat(file);
    const records = await countRecords(file);
    const key = workload.key?.startsWith('$') ? atPath(await firstRecord(file), workload.key) : undefined;
    units.push({
      id: path,
      path,
      ...(typeof key === 'string' || typeof key === 'number' ? { key: String(key) } : {}),
      covariates: records === null ? { bytes: size } : { bytes: size, records },
    });
  }
  return units;
}

async function runPrepare(
  line: readonly string[],
  folder: string,
  { io, journal, runId }: ListUnitsContext,
): Promise<void> {
  const ended = await runToEnd(
    {
      line,
      cwd: folder,
      env: {},
      role: 'workload',
      arm: null,
      trial: null,
      runId,
      onStdout: () => undefined,
    },
    { timeoutMs: PREPARE_TIMEOUT_MS, signal: io.signal, until: 'exited' },
    journal,
  );
  let problem: string;
  if (ended.kind === 'not-started') problem = `could not be started: ${ended.failure.message}`;
  else if (ended.stopped !== null) problem = 'was stopped';
  else if (ended.exit.code === 0) return;
  else problem = `ended with ${ended.exit.signal ?? `exit code ${ended.exit.code}`}\n${ended.stderr}`;
  throw new KnownError('workload-prepare', `The workload's prepare command ${problem.trim()}`, {
    hint: `It was: ${line.join(' ')} (in ${folder})`,
    exit: io.signal.aborted ? 130 : 69,
  });
}
