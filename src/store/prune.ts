/**
 * Deleting evidence. What was decided stays for ever: the report in all its forms, the experiment as it was, the looks,
 * and the manifest with the hash of every file that went. pruned.json says when, and is written before anything goes.
 */
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { writeAtomic } from './write-atomic.js';

export interface Doomed {
  /** Inside the run's folder, with `/`. */
  readonly path: string;
  readonly bytes: number;
}

const PRUNED = 'pruned.json';
/** Of evidence/ these stay. */
const KEPT: ReadonlySet<string> = new Set([
  'experiment.yaml',
  'attachments',
  'run.json',
  'looks.json',
  'manifest.json',
  PRUNED,
]);

/** What of a finished run would go: the measured values. Its journal stays, which says what was turned and started. */
export async function doomed(run: string): Promise<readonly Doomed[]> {
  const evidence = join(run, 'evidence');
  const entries = await readdir(evidence, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => !KEPT.has(relative(evidence, path).split(sep)[0]));
  const found: Doomed[] = [];
  for (const path of paths.sort()) {
    const size = await stat(path).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return null;
      throw error;
    });
    if (size !== null) found.push({ path: relative(run, path).split(sep).join('/'), bytes: size.size });
  }
  return found;
}

export async function prune(run: string, files: readonly Doomed[], at: number): Promise<void> {
  // Cut off in the middle, what the first attempt listed holds for the second too.
  if ((await prunedAt(run)) === null)
    await writeAtomic(join(run, 'evidence', PRUNED), `${JSON.stringify({ at, files }, null, 2)}\n`);
  for (const { path } of files) await rm(join(run, path), { force: true });
  await rm(join(run, 'evidence', 'sources'), { recursive: true, force: true });
}

/** UTC ms at which the evidence of a run was deleted; null: it was not. */
export async function prunedAt(run: string): Promise<number | null> {
  try {
    const { at } = JSON.parse(await readFile(join(run, 'evidence', PRUNED), 'utf8')) as { at: number };
    return at;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
