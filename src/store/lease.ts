/**
 * Who holds a tap: one file per tap for the whole machine, made whole or not at all. It stays when its process is
 * killed, because the tap then stays turned: another run would take the turned state for the state before. Only the
 * run that holds it, or `stacktrial revert`, gives it back.
 */
import { createHash, randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { KnownError } from '../errors.js';
import { isDiskFull, orDiskFull } from './disk-full.js';
import { isLocked, type StartTimeOf } from './lock.js';

export interface LeaseHolder {
  readonly resource: string;
  readonly experiment: string;
  /** Folder of the run, absolute. */
  readonly run: string;
  readonly host: string;
  readonly pid: number;
  readonly startTime: string | null;
  /** UTC ms. */
  readonly since: number;
}

export interface Lease {
  release(): Promise<void>;
}

export type LeaseRequest = Pick<LeaseHolder, 'resource' | 'experiment' | 'run' | 'since'>;

const fileOf = (folder: string, resource: string): string =>
  join(folder, `${createHash('sha256').update(resource).digest('hex').slice(0, 24)}.json`);

/**
 * For whoever holds the run's folder. `onDiskFull`: whoever gives a tap back goes on without a lease where there is no room
 * for one, and nobody else holds the tap.
 * @throws KnownError `tap-held` where another run holds it and provably lives, `tap-held-elsewhere` where that cannot be
 * known from this host, `tap-left` where it was cut off
 */
export async function takeLease(
  folder: string,
  asked: LeaseRequest,
  startTimeOf: StartTimeOf,
  onDiskFull?: (error: unknown) => void,
): Promise<Lease> {
  const path = fileOf(folder, asked.resource);
  const own: LeaseHolder = {
    ...asked,
    host: hostname(),
    pid: process.pid,
    startTime: startTimeOf(process.pid),
  };
  const whole = join(folder, `.${process.pid}-${randomBytes(6).toString('hex')}.tmp`);
  try {
    // All users of the machine turn the same taps; nobody may remove what another put down (sticky).
    await mkdir(folder, { recursive: true });
    await forEverybody(folder);
    await writeFile(whole, `${JSON.stringify(own)}\n`, { flag: 'wx', mode: 0o644, flush: true });
    for (let tries = 0; tries < 3; tries++) {
      if (await linked(whole, path)) return { release: () => release(path, asked.run) };
      const other = await readLease(path);
      if (other === null) continue; // given back in between
      refuse(other, asked, startTimeOf, path);
      // Our own run, cut off: it goes on where it was.
      await rm(path, { force: true });
    }
  } catch (error) {
    if (!isDiskFull(error)) throw error;
    const other = await readLease(path);
    if (other !== null) refuse(other, asked, startTimeOf, path);
    if (onDiskFull === undefined) throw orDiskFull(error, path);
    onDiskFull(error);
    return { release: () => release(path, asked.run) };
  } finally {
    await rm(whole, { force: true });
  }
  throw new KnownError('tap-held', `${asked.resource} is taken and given back all the time by others.`, {
    exit: 69,
  });
}

/** Where everybody may write, anybody may have put a link first: what it leads to is not opened to all. */
async function forEverybody(path: string): Promise<void> {
  const folder = await open(path, constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW).catch(
    (cause: NodeJS.ErrnoException) => {
      throw new KnownError(
        'leases-folder',
        `${path} cannot be used for the leases of taps (${cause.code}).`,
        {
          hint: 'It must be a folder, no link to one. Look who made it, and delete it.',
          cause,
          exit: 69,
        },
      );
    },
  );
  try {
    await folder.chmod(0o1777).catch(() => undefined); // somebody else's: it has that already
  } finally {
    await folder.close();
  }
}

async function linked(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** null: there is none. */
async function readLease(path: string): Promise<LeaseHolder | null> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as LeaseHolder;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new KnownError('lease-unreadable', `${path} says who holds a tap, but it cannot be read.`, {
      hint: 'Look who turns this tap; where nobody does, delete the file.',
      cause: error,
      exit: 69,
    });
  }
}

function refuse(other: LeaseHolder, asked: LeaseRequest, startTimeOf: StartTimeOf, path: string): void {
  const here = other.host === hostname();
  const lives = here && livesHere(other, startTimeOf);
  const own = other.run === asked.run;
  const what = `${asked.resource} is held by ${other.experiment} (${other.run})`;
  if (lives && !(own && other.pid === process.pid))
    throw new KnownError('tap-held', `${what}, process ${other.pid}.`, {
      hint: 'Two experiments cannot turn one tap. Wait until it has ended, or end it with Ctrl-C.',
      exit: 69,
    });
  // Whoever asks holds the run's folder, so nobody else is at work in it: not on the host that the lease names either.
  if (own) return;
  if (!here)
    throw new KnownError('tap-held-elsewhere', `${what}, process ${other.pid} on ${other.host}.`, {
      hint: `Two experiments cannot turn one tap. If nothing runs there any more, give it back there or here: stacktrial revert ${other.run}. If that folder is gone, put the tap right by hand and delete ${path}.`,
      exit: 69,
    });
  throw new KnownError('tap-left', `${what}, which was cut off: the tap may still be turned.`, {
    hint: `Give it back first: stacktrial revert ${other.run}. If that folder is gone, put the tap right by hand and delete ${path}.`,
    exit: 69,
  });
}

const livesHere = ({ pid, startTime }: LeaseHolder, startTimeOf: StartTimeOf): boolean =>
  startTime !== null && startTimeOf(pid) === startTime;

/** Of a run that was killed between taking the lease and touching the tap: nothing is turned, only the lease is left. */
export async function dropLeases(folder: string, run: string, startTimeOf: StartTimeOf): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.filter((each) => each.endsWith('.json') && !each.startsWith('.'))) {
    const path = join(folder, name);
    const holder = await readLease(path);
    if (holder === null || holder.run !== run) continue;
    // Of another host only what is done in the run's folder can be seen from here.
    const lives =
      holder.host === hostname() ? livesHere(holder, startTimeOf) : await isLocked(run, startTimeOf);
    if (!lives) await rm(path, { force: true });
  }
}

/** Only what is still ours. */
async function release(path: string, run: string): Promise<void> {
  if ((await readLease(path))?.run === run) await rm(path, { force: true });
}
