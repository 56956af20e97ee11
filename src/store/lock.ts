/**
 * One process at a time in a run's folder. Each puts down a file with its pid and start time, and then looks
 * whether another living one is there: as both write before they look, two can never both go on.
 */
import { randomBytes } from 'node:crypto';
import { open, readdir, readFile, rm, stat } from 'node:fs/promises';
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

/** A holder shows that it lives by writing its file again, because a process on another host cannot be looked at. */
const BEAT_MS = 60_000;

/**
 * A file on another host that was not written for so long is a dead one's: each pod of a CronJob is a host of its own that
 * never comes back, and one that was killed would else hold its folder for ever.
 */
const SILENT_MS = 15 * 60_000;

/** Returns the way to give it back. */
export async function lockFolder(
  folder: string,
  startTimeOf: StartTimeOf,
  beatMs = BEAT_MS,
): Promise<() => Promise<void>> {
  const own = `lock-${process.pid}-${randomBytes(6).toString('hex')}.json`;
  const holder: Holder = { host: hostname(), pid: process.pid, startTime: startTimeOf(process.pid) };
  await writeAtomic(join(folder, own), `${JSON.stringify(holder)}\n`);
  for (const name of await readdir(folder)) {
    if (name === own || !NAME.test(name)) continue;
    const path = join(folder, name);
    const other = await readHolder(path);
    if (other === null) continue; // given back in between
    if (!(await lives(other, path, await writtenAt(join(folder, own)), startTimeOf))) {
      await rm(path, { force: true });
      continue;
    }
    await rm(join(folder, own), { force: true });
    const elsewhere = other.host === holder.host ? '' : ` on ${other.host}`;
    throw new KnownError('run-in-use', `Process ${other.pid}${elsewhere} is working in ${folder}.`, {
      hint:
        elsewhere === ''
          ? 'Wait until it has ended, or end it.'
          : `If it no longer runs there, delete ${path}, or wait: silent for ${SILENT_MS / 60_000} minutes, it counts as dead.`,
    });
  }
  const still = beating(join(folder, own), `${JSON.stringify(holder)}\n`, beatMs);
  return async () => {
    await still();
    await rm(join(folder, own), { force: true });
  };
}

/** @param now UTC ms, by the clock that dates the files of this folder */
async function lives(other: Holder, path: string, now: number, startTimeOf: StartTimeOf): Promise<boolean> {
  if (other.host === hostname()) return startTimeOf(other.pid) === other.startTime;
  return now - (await writtenAt(path)) < SILENT_MS;
}

/** UTC ms; when nothing is there any more: for ever ago. */
const writtenAt = (path: string): Promise<number> =>
  stat(path).then(
    ({ mtimeMs }) => mtimeMs,
    () => Number.NEGATIVE_INFINITY,
  );

/** The same bytes at the same place, so that nobody ever reads half of them, and none where the file was taken away. */
function beating(path: string, content: string, everyMs: number): () => Promise<void> {
  let beat: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    beat = beat.then(() => writeOver(path, content)).catch(() => undefined); // a full disk: the next one may do
  }, everyMs);
  timer.unref();
  return () => {
    clearInterval(timer);
    return beat;
  };
}

async function writeOver(path: string, content: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(content, 0);
  } finally {
    await file.close();
  }
}

/** Is a living process at work in the folder? One on another host is, as long as it shows itself. */
export async function isLocked(folder: string, startTimeOf: StartTimeOf): Promise<boolean> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.filter((each) => NAME.test(each))) {
    const holder = await readHolder(join(folder, name));
    if (holder === null) continue;
    if (await lives(holder, join(folder, name), Date.now(), startTimeOf)) return true;
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
