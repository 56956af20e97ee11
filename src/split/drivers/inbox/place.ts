/**
 * A batch comes into an inbox whole or not at all: by a hard link or a rename, which are one step of the file system and
 * only work inside one. Its manifest is there before it; both are taken away when its trial ends.
 */
import { link, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { KnownError } from '../../../errors.js';
import type { InboxOptions } from './options.js';

/** Beside the batches, hidden from patterns such as `*.csv`. */
export const OWN_FOLDER = '.stacktrial';

export interface Placing {
  readonly from: string;
  readonly to: string;
  readonly manifest: string;
}

export async function place(how: InboxOptions['place'], { from, to }: Placing): Promise<void> {
  try {
    await (how === 'link' ? link(from, to) : rename(from, to));
  } catch (error) {
    throw placeProblem(error, from, to);
  }
}

/** Takes back what the arm did not; harmless when repeated. false: the batch itself is gone, into the arm. */
export async function takeBack(
  how: InboxOptions['place'],
  { from, to, manifest }: Placing,
): Promise<boolean> {
  await rm(manifest, { force: true });
  if (how === 'link') {
    await rm(to, { force: true });
    return true;
  }
  if (await isThere(from)) return true;
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
  return error;
}
