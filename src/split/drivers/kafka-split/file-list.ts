/**
 * Which files a run gives out. How far it has come is counted in records over all of them, so that the list is settled and
 * journaled before the first record, with size and hash: a resumed run goes on with exactly these files, or refuses to.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { KnownError } from '../../../errors.js';
import type { TapContext } from '../../../model/ports.js';
import { matchFiles } from '../../glob.js';

export interface ListedFile {
  /** As the pattern writes it. */
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
}

export interface FileList {
  readonly paths: readonly string[];
  /** Records may have been given out: the position is known to the broker, or lost. */
  readonly isBegun: boolean;
}

type Kept = Pick<TapContext, 'folder' | 'journal' | 'journaled' | 'log'>;

const LISTED = 'kafka-files';
const BEGUN = 'kafka-files-begun';

/** @throws KnownError `kafka-files-changed` where a file of the list is not as it was */
export async function listFiles(pattern: string, context: Kept): Promise<FileList> {
  const { paths, searched } = await matchFiles(pattern, context.folder);
  const rows = (await context.journaled?.()) ?? [];
  const listed = rows.findLast(({ step }) => step === LISTED)?.files as readonly ListedFile[] | undefined;
  if (listed !== undefined) {
    const isBegun = rows.some(({ step }) => step === BEGUN);
    await refuseChanged(listed, context.folder, isBegun);
    sayLater(paths, listed, context);
    return { paths: listed.map(({ path }) => path), isBegun };
  }
  if (paths.length === 0)
    throw new KnownError('no-units', `No file matches \`${pattern}\`.`, { hint: `Searched in ${searched}.` });
  const files: ListedFile[] = [];
  for (const path of paths) files.push({ path, ...(await contentOf(resolve(context.folder, path))) });
  await context.journal.append(LISTED, { pattern, files });
  return { paths, isBegun: false };
}

/** On disk before the first record: from here on a position that the broker does not know is one that is lost. */
export const noteBegun = ({ journal }: Pick<Kept, 'journal'>, group: string): Promise<void> =>
  journal.append(BEGUN, { group });

async function contentOf(file: string): Promise<Omit<ListedFile, 'path'>> {
  const hash = createHash('sha256');
  let bytes = 0;
  for await (const chunk of createReadStream(file) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    bytes += chunk.length;
  }
  return { bytes, sha256: hash.digest('hex') };
}

async function refuseChanged(listed: readonly ListedFile[], folder: string, isBegun: boolean): Promise<void> {
  const wrong: string[] = [];
  for (const each of listed) {
    const found = await stat(resolve(folder, each.path)).catch(() => null);
    if (found === null) wrong.push(`${each.path} is gone`);
    else if (found.size !== each.bytes)
      wrong.push(`${each.path} has ${found.size} instead of ${each.bytes} bytes`);
    else if ((await contentOf(resolve(folder, each.path))).sha256 !== each.sha256)
      wrong.push(`${each.path} has another content`);
  }
  if (wrong.length === 0) return;
  throw new KnownError(
    'kafka-files-changed',
    `${wrong.length} of the ${listed.length} files that this run divides are not as they were: ${some(wrong)}`,
    {
      hint: `How far it has come is counted over the files as they were when it began${isBegun ? '' : ', though none of their records was given out yet'}. Put them back as they were and --resume again, or start a new run, which begins with the first record of the files that it finds. Nothing was sent.`,
      exit: 69,
    },
  );
}

function sayLater(paths: readonly string[], listed: readonly ListedFile[], { log }: Pick<Kept, 'log'>): void {
  const known = new Set(listed.map(({ path }) => path));
  const later = paths.filter((path) => !known.has(path));
  if (later.length > 0)
    log.warn(
      `${some(later)} came after this run had begun: its records take no part in it, only in a new run`,
    );
}

const some = (all: readonly string[]): string =>
  all.length <= 3 ? all.join(', ') : `${all.slice(0, 3).join(', ')} and ${all.length - 3} more`;
