/** journal.ndjson: what was started, and how the tap stood; on disk before it is done. */
import { join } from 'node:path';
import type { Journal } from '../model/ports.js';
import { isDiskFull } from './disk-full.js';
import { reserveAt } from './reserve.js';
import { readRows, rowLog } from './row-log.js';

export type JournalRow = Readonly<Record<string, unknown>> & { readonly at: number; readonly step: string };

export interface RunJournal extends Journal {
  rows(): Promise<readonly JournalRow[]>;
  /** Where the disk is full, the room that was kept is given up, and it is tried once more. */
  withRoom<T>(work: () => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

/** `path`: the run's folder. Room for the rows of giving a tap back is kept from the row on that says how it stood. */
export function runJournal(path: string): RunJournal {
  const file = join(path, 'journal.ndjson');
  const log = rowLog<JournalRow>(file);
  const reserve = reserveAt(join(path, 'journal.reserve'));
  async function withRoom<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!isDiskFull(error) || !(await reserve.giveUp())) throw error;
      return work();
    }
  }
  return {
    withRoom,
    rows: () => readRows<JournalRow>(file),
    async append(step, values) {
      const row = { ...values, at: Date.now(), step };
      if (step === 'tap-saved') await reserve.take();
      await withRoom(() => log.append(row));
      if (step === 'tap-restored') await reserve.giveUp();
    },
    close: () => log.close(),
  };
}
