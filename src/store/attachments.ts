/** Other files that the experiment names, kept with it: attachments/, and in index.json what each was called. */
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Attachments } from '../model/experiment.js';
import { fileName } from './file-name.js';
import { writeAtomic } from './write-atomic.js';

const INDEX = 'index.json';

export async function writeAttachments(folder: string, attachments: Attachments): Promise<void> {
  await mkdir(folder);
  const index: Record<string, string> = {};
  for (const [i, [written, content]] of Object.entries(attachments).entries()) {
    const name = `${String(i).padStart(3, '0')}-${fileName(basename(written)).replaceAll('%2E', '.')}`;
    index[written] = name;
    await writeAtomic(join(folder, name), content);
  }
  await writeAtomic(join(folder, INDEX), `${JSON.stringify(index, null, 2)}\n`);
}

/** Path as the experiment file writes it → content. */
export async function readAttachments(folder: string): Promise<Attachments> {
  const index = JSON.parse(await readFile(join(folder, INDEX), 'utf8')) as Record<string, string>;
  const result: Record<string, string | Uint8Array> = {};
  for (const [written, name] of Object.entries(index)) {
    result[written] = textOrBytes(await readFile(join(folder, basename(name))));
  }
  return result;
}

/** What is UTF-8 was text; a PNG never is: its first byte says so. */
function textOrBytes(bytes: Uint8Array): string | Uint8Array {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    // The decoder's own refusal; anything else is not about the bytes.
    if (error instanceof TypeError) return bytes;
    throw error;
  }
}
