/**
 * A batch comes into an inbox whole or not at all: by a hard link or a rename, which are one step of the file system and
 * only work inside one. Its manifest is there before it; both are taken away when its trial ends.
 */
import { link, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { KnownError } from '../../../errors.js';
import type { InboxOptions } from './options.js';

/** Beside the batches, hidden from patterns such as `*.csv`. */
export const OWN_FOLDER = '.stacktrial';

export interface Placing {
  readonly from: string;
  readonly to: string;
  readonly manifest: string;
  /** Where the arm answers. */
  readonly done: string;
}

const draftOf = ({ manifest }: Pick<Placing, 'manifest'>): string => `${manifest}.tmp`;

/** Whole or not at all. It is on the arm's clock, and so not flushed: after a crash it is made anew. */
export async function placeManifest(placing: Placing, text: string): Promise<void> {
  const write = async (): Promise<void> => {
    await writeFile(draftOf(placing), text);
    await rename(draftOf(placing), placing.manifest);
  };
  try {
    await write().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      await mkdir(dirname(placing.manifest)); // a stack that tidies up its inbox has removed it
      await write();
    });
  } catch (error) {
    throw placeProblem(error, placing.from, placing.to);
  }
}

export async function removeManifest(placing: Placing): Promise<void> {
  await rm(placing.manifest, { force: true });
  await rm(draftOf(placing), { force: true });
}

export async function place(how: InboxOptions['place'], { from, to }: Placing): Promise<void> {
  try {
    await (how === 'link' ? link(from, to) : rename(from, to));
  } catch (error) {
    throw placeProblem(error, from, to);
  }
}

/**
 * Takes back what the arm did not take; harmless when repeated. false: the batch itself is the arm's now: it is gone from
 * the inbox, or lies there and was answered, and would be worked on twice.
 */
export async function takeBack(how: InboxOptions['place'], placing: Placing): Promise<boolean> {
  const { from, to, done } = placing;
  await removeManifest(placing);
  if (how === 'link') {
    await rm(to, { force: true });
    return true;
  }
  if (await isThere(from)) return true;
  if (await isThere(done)) return false;
  try {
    await rename(to, from);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}

/** Tries each inbox with the batch before the first one is timed. */
export async function tryInboxes(
  how: InboxOptions['place'],
  from: string,
  inboxes: readonly string[],
  name: string,
) {
  for (const inbox of inboxes) {
    const own = join(inbox, OWN_FOLDER);
    await mkdir(own, { recursive: true });
    const probe = join(own, `${name}.probe`);
    if (how === 'move') {
      if ((await stat(from)).dev !== (await stat(own)).dev)
        throw placeProblem({ code: 'EXDEV' }, from, inbox);
      continue;
    }
    try {
      await link(from, probe);
    } catch (error) {
      throw placeProblem(error, from, inbox);
    } finally {
      await rm(probe, { force: true });
    }
  }
}

export const isThere = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

function placeProblem(error: unknown, from: string, to: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EXDEV')
    return new KnownError('other-file-system', `${from} and ${to} are on different file systems`, {
      hint: 'A batch can only be placed whole inside one file system: put the batches beside the inboxes.',
      exit: 69,
      cause: error,
    });
  if (code === 'EPERM' || code === 'EMLINK' || code === 'ENOTSUP')
    return new KnownError('no-hard-links', `${from} cannot be linked into ${to} (${code})`, {
      hint: 'This file system allows no hard link here; under design by-key write `place: move`.',
      exit: 69,
      cause: error,
    });
  const why = UNWRITABLE[code ?? ''];
  if (why !== undefined)
    return new KnownError('inbox-unwritable', `${from} cannot be placed as ${to}: ${why} (${code})`, {
      hint: 'Mend it, then go on with: stacktrial run FILE --resume',
      exit: 69,
      cause: error,
    });
  return error;
}

const UNWRITABLE: Readonly<Record<string, string>> = {
  ENOENT: 'the inbox, or the batch, is not there any more',
  ENOTDIR: 'the inbox is no folder',
  EACCES: 'writing there is not permitted',
  EROFS: 'the file system is read-only',
  ENOSPC: 'the disk is full',
  EDQUOT: 'the quota of the disk is used up',
};
