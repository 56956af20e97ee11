/** Other files that the experiment names, kept with it: attachments/, and in index.json what each was called. */
import { mkdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { fileName } from './file-name.js';
import { writeAtomic } from './write-atomic.js';

type Attachments = Readonly<Record<string, string>>;

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
  const result: Record<string, string> = {};
  for (const [written, name] of Object.entries(index)) {
    result[written] = await readFile(join(folder, basename(name)), 'utf8');
  }
  return result;
}
