/** manifest.json: every file of the evidence with its sha256. Written last: a run without it was cut off. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { KnownError } from '../errors.js';
import type { RunInfo } from '../model/evidence.js';
import { writeAtomic } from './write-atomic.js';

export const MANIFEST = 'manifest.json';

export interface Manifest {
  readonly schemaVersion: 1;
  readonly run: RunInfo;
  /** Path inside evidence/, with `/` → sha256 of the file's bytes. */
  readonly files: Readonly<Record<string, string>>;
}

export async function writeManifest(evidence: string, run: RunInfo): Promise<void> {
  const manifest: Manifest = { schemaVersion: 1, run, files: await hashes(evidence) };
  await writeAtomic(join(evidence, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
}

/** null: there is none. */
export async function readManifest(evidence: string): Promise<Manifest | null> {
  const path = join(evidence, MANIFEST);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  let manifest: Manifest;
  try {
    manifest = JSON.parse(text) as Manifest;
  } catch (cause) {
    throw new KnownError('evidence-changed', `${path} is not JSON.`, { cause });
  }
  if (manifest.schemaVersion !== 1) {
    throw new KnownError('evidence-version', `${path} was written by another version of stacktrial.`);
  }
  return manifest;
}

/** Refuses evidence that is not what was stored, naming each file. */
export async function verifyFiles(evidence: string, manifest: Manifest): Promise<void> {
  const now = await hashes(evidence);
  const problems = [
    ...Object.keys(manifest.files).flatMap((path) => {
      if (now[path] === undefined) return [`${path} is missing`];
      return now[path] === manifest.files[path] ? [] : [`${path} was changed`];
    }),
    ...Object.keys(now).flatMap((path) => (manifest.files[path] === undefined ? [`${path} was added`] : [])),
  ];
  if (problems.length === 0) return;
  throw new KnownError(
    'evidence-changed',
    `The evidence in ${evidence} was changed: ${problems.join(', ')}.`,
    {
      hint: 'An analysis of changed evidence would not be of this run. Restore the files, or run again.',
    },
  );
}

async function hashes(evidence: string): Promise<Readonly<Record<string, string>>> {
  const entries = await readdir(evidence, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => !entry.isDirectory() && !entry.name.endsWith('.tmp'))
    .map((entry) => relative(evidence, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter((path) => path !== MANIFEST)
    .sort();
  const result: Record<string, string> = {};
  for (const path of paths) result[path] = await sha256(join(evidence, path));
  return result;
}

async function sha256(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
