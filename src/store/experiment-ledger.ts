/**
 * What concerns an experiment and no single run of it: reports/<experiment>/firings.ndjson. One process at a time holds
 * it, so that two schedulers on one folder never do the same work.
 */
import { join } from 'node:path';
import { lockFolder, type StartTimeOf } from './lock.js';
import { makeFolder } from './make-folder.js';
import { readRows, rowLog } from './row-log.js';
import { experimentFolder } from './run-folder.js';

const FIRINGS = 'firings.ndjson';

export interface ExperimentLedger<T> {
  rows(): Promise<readonly T[]>;
  /** On disk when it returns. */
  append(row: T): Promise<void>;
  giveBack(): Promise<void>;
}

/** @throws KnownError `run-in-use` while another process holds it */
export async function leaseLedger<T>(
  root: string,
  experiment: string,
  startTimeOf: StartTimeOf,
): Promise<ExperimentLedger<T>> {
  const folder = experimentFolder(root, experiment);
  await makeFolder(folder);
  const unlock = await lockFolder(folder, startTimeOf);
  const log = rowLog<T>(join(folder, FIRINGS));
  return {
    rows: () => log.rows(),
    append: (row) => log.append(row),
    async giveBack() {
      await log.close();
      await unlock();
    },
  };
}

/** Without holding it: as it is at this moment. */
export const readLedger = <T>(root: string, experiment: string): Promise<readonly T[]> =>
  readRows<T>(join(experimentFolder(root, experiment), FIRINGS));
