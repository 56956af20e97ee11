/** Where runs are kept. */
export { type ExperimentLedger, leaseLedger, readLedger } from './experiment-ledger.js';
export { allRuns, experimentsWithRuns, findResumable, latestRun } from './find-runs.js';
export { dropLeases, type LeaseRequest, takeLease } from './lease.js';
export { isLocked, type StartTimeOf } from './lock.js';
export { type Doomed, doomed, prune, prunedAt } from './prune.js';
export {
  createRun,
  type JournalRow,
  openRun,
  type RunFolder,
  runFolderAt,
  type StoredRun,
} from './run-folder.js';
export { isSeal } from './sealed-file.js';
export { writeAtomic } from './write-atomic.js';
