/** sources/<metric>.<arm>.ndjson.gz and .meta.json: what a source answered for one metric and arm. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createGunzip, createGzip } from 'node:zlib';
import { KnownError } from '../errors.js';
import type { Collected, Observation, SourceMeta } from '../model/evidence.js';
import { fileName } from './file-name.js';
import { writeAtomic } from './write-atomic.js';

const LEVEL = 6;
/** Header byte 9, operating system: "unknown", so that the same rows give the same header everywhere. */
const OS_BYTE = 9;

/** Rows are handed on in pieces: a million of them are longer than a string may be. */
const ROWS_AT_ONCE = 1_000;

/** Returns what is stored: with the sha256 of its rows (before compression) and their number. */
export async function writeCollected(folder: string, collected: Collected): Promise<Collected> {
  const { metric, arm } = collected.meta;
  const hash = createHash('sha256');
  const compressed: Buffer[] = [];
  const gzip = Readable.from(pieces(collected, (piece) => hash.update(piece))).compose(
    createGzip({ level: LEVEL }),
  );
  for await (const chunk of gzip) compressed.push(chunk as Buffer);
  compressed[0][OS_BYTE] = 255; // Node writes no time into the header
  const meta: SourceMeta = {
    ...collected.meta,
    observations: collected.observations.length,
    sha256: hash.digest('hex'),
  };
  const base = join(folder, `${fileName(metric)}.${fileName(arm)}`);
  await writeAtomic(`${base}.ndjson.gz`, Buffer.concat(compressed));
  await writeAtomic(`${base}.meta.json`, `${JSON.stringify(meta, null, 2)}\n`);
  return { meta, observations: collected.observations };
}

function* pieces(collected: Collected, seen: (piece: string) => void): Generator<Buffer> {
  const { observations } = collected;
  const replacer = finiteOnly(collected);
  for (let from = 0; from < observations.length; from += ROWS_AT_ONCE) {
    const rows = observations.slice(from, from + ROWS_AT_ONCE);
    const piece = rows.map((row) => `${JSON.stringify(row, replacer)}\n`).join('');
    seen(piece);
    yield Buffer.from(piece);
  }
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
    const { observations, sha256 } = await unpack(path.replace(/\.meta\.json$/, '.ndjson.gz'));
    if (sha256 !== meta.sha256)
      throw new KnownError('evidence-changed', `The rows beside ${path} are not those that were collected.`);
    result.push({ meta, observations });
  }
  return result;
}

async function unpack(path: string): Promise<{ observations: readonly Observation[]; sha256: string }> {
  const hash = createHash('sha256');
  const observations: Observation[] = [];
  // Not readline: it also ends a line at U+2028, which JSON leaves as it is inside a string.
  const text = createReadStream(path).compose(createGunzip()).setEncoding('utf8');
  let rest = '';
  try {
    for await (const chunk of text) {
      const lines = (rest + (chunk as string)).split('\n');
      rest = lines.pop() as string;
      for (const line of lines) {
        hash.update(`${line}\n`);
        observations.push(JSON.parse(line) as Observation);
      }
    }
  } catch (cause) {
    throw new KnownError('evidence-changed', `${path} cannot be unpacked.`, { cause });
  }
  hash.update(rest);
  return { observations, sha256: hash.digest('hex') };
}
