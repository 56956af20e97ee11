/**
 * One process at a time in a run's folder. Each puts down a file with its pid and start time, and then looks
 * whether another living one is there: as both write before they look, two can never both go on.
 */
import { randomBytes } from 'node:crypto';
import { readdir, readFile, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { KnownError } from '../errors.js';
import { writeAtomic } from './write-atomic.js';

/** What tells a process from a later one with the same pid; null where it does not run. */
export type StartTimeOf = (pid: number) => string | null;

interface Holder {
  readonly host: string;
  readonly pid: number;
  readonly startTime: string | null;
}

const NAME = /^lock-\d+-[0-9a-f]+\.json$/;

/** Returns the way to give it back. */
export async function lockFolder(folder: string, startTimeOf: StartTimeOf): Promise<() => Promise<void>> {
  const own = `lock-${process.pid}-${randomBytes(6).toString('hex')}.json`;
  const holder: Holder = { host: hostname(), pid: process.pid, startTime: startTimeOf(process.pid) };
  await writeAtomic(join(folder, own), `${JSON.stringify(holder)}\n`);
  for (const name of await readdir(folder)) {
    if (name === own || !NAME.test(name)) continue;
    const path = join(folder, name);
    const other = await readHolder(path);
    if (other === null) continue; // given back in between
    if (other.host === holder.host && startTimeOf(other.pid) !== other.startTime) {
      await rm(path, { force: true }); // its process is gone
      continue;
    }
    await rm(join(folder, own), { force: true });
    const elsewhere = other.host === holder.host ? '' : ` on ${other.host}`;
    throw new KnownError('run-in-use', `Process ${other.pid}${elsewhere} is working in ${folder}.`, {
      hint:
        elsewhere === ''
          ? 'Wait until it has ended, or end it.'
          : `If it no longer runs there, delete ${path}.`,
    });
  }
  return () => rm(join(folder, own), { force: true });
}

/** Is a living process at work in the folder? One on another host is taken at its word. */
export async function isLocked(folder: string, startTimeOf: StartTimeOf): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.filter((each) => NAME.test(each))) {
    const holder = await readHolder(join(folder, name));
    if (holder === null) continue;
    if (holder.host !== hostname() || startTimeOf(holder.pid) === holder.startTime) return true;
  }
  return false;
}

async function readHolder(path: string): Promise<Holder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as Holder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
