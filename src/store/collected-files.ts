/** sources/<metric>.<arm>.ndjson.gz and .meta.json: what a source answered for one metric and arm. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { KnownError } from '../errors.js';
import type { Collected, Observation, SourceMeta } from '../model/evidence.js';
import { fileName } from './file-name.js';
import { writeAtomic } from './write-atomic.js';

const LEVEL = 6;
/** Header byte 9, operating system: "unknown", so that the same rows give the same header everywhere. */
const OS_BYTE = 9;

/** Returns what is stored: with the sha256 of its rows (before compression) and their number. */
export async function writeCollected(folder: string, collected: Collected): Promise<Collected> {
  const { metric, arm } = collected.meta;
  const rows = collected.observations
    .map((row) => `${JSON.stringify(row, finiteOnly(collected))}\n`)
    .join('');
  const meta: SourceMeta = {
    ...collected.meta,
    observations: collected.observations.length,
    sha256: createHash('sha256').update(rows).digest('hex'),
  };
  const compressed: Buffer = await promisify(gzip)(rows, { level: LEVEL }); // Node writes no time into it
  compressed[OS_BYTE] = 255;
  const base = join(folder, `${fileName(metric)}.${fileName(arm)}`);
  await writeAtomic(`${base}.ndjson.gz`, compressed);
  await writeAtomic(`${base}.meta.json`, `${JSON.stringify(meta, null, 2)}\n`);
  return { meta, observations: collected.observations };
}

/** JSON would turn NaN into null and so "not a number" into "no value": evidence must not change when stored. */
function finiteOnly({ meta }: Collected) {
  return (key: string, value: unknown) => {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new KnownError(
        'not-finite',
        `${meta.source} gave ${value} as ${key} of ${meta.metric} (${meta.arm}).`,
        {
          hint: 'Correct the query, or leave such points out in it.',
          exit: 69,
        },
      );
    }
    return value;
  };
}

/** In order of file name. */
export async function readCollected(folder: string): Promise<readonly Collected[]> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const result: Collected[] = [];
  for (const name of names.filter((each) => each.endsWith('.meta.json')).sort()) {
    const path = join(folder, name);
    const meta = JSON.parse(await readFile(path, 'utf8')) as SourceMeta;
    const rows = await unpack(path.replace(/\.meta\.json$/, '.ndjson.gz'));
    if (createHash('sha256').update(rows).digest('hex') !== meta.sha256) {
      throw new KnownError('evidence-changed', `The rows beside ${path} are not those that were collected.`);
    }
    const lines = rows.toString('utf8').split('\n').slice(0, -1);
    result.push({ meta, observations: lines.map((line) => JSON.parse(line) as Observation) });
  }
  return result;
}

async function unpack(path: string): Promise<Buffer> {
  try {
    return await promisify(gunzip)(await readFile(path));
  } catch (cause) {
    throw new KnownError('evidence-changed', `${path} cannot be unpacked.`, { cause });
  }
}
