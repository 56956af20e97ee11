/** Where runs are kept. */
export { findResumable, latestRun } from './find-runs.js';
export type { StartTimeOf } from './lock.js';
export { createRun, type JournalRow, openRun, type RunFolder, type StoredRun } from './run-folder.js';
export { writeAtomic } from './write-atomic.js';
