/** How many records does a file hold? Read as a stream: files may be larger than memory. */
import { createReadStream } from 'node:fs';

const NEWLINE = 0x0a;
const BLANK = new Set([0x20, 0x09, 0x0d]);

/**
 * Records by type of file: CSV and TSV lines without their header, NDJSON lines; blank lines are none.
 * null: a type of which lines say nothing. (A line break inside a quoted CSV field counts as a line.)
 */
export async function countRecords(path: string): Promise<number | null> {
  if (/\.(csv|tsv)$/i.test(path)) return Math.max(0, (await countLines(path)) - 1);
  if (/\.(ndjson|jsonl)$/i.test(path)) return countLines(path);
  return null;
}

async function countLines(path: string): Promise<number> {
  let lines = 0;
  let hasText = false;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    let from = 0;
    while (from < chunk.length) {
      const newline = chunk.indexOf(NEWLINE, from);
      const to = newline === -1 ? chunk.length : newline;
      for (let i = from; i < to && !hasText; i++) hasText = !BLANK.has(chunk[i]);
      if (newline !== -1 && hasText) {
        lines++;
        hasText = false;
      }
      from = to + 1;
    }
  }
  return hasText ? lines + 1 : lines;
}

/** The first record of an NDJSON file, or a JSON document (of an array: its first element), up to 1 MiB. */
export async function firstRecord(path: string): Promise<unknown> {
  const limit = 1 << 20;
  const ndjson = /\.(ndjson|jsonl)$/i.test(path);
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of createReadStream(path) as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > limit || (ndjson && chunk.includes(NEWLINE))) break;
  }
  const text = Buffer.concat(chunks).toString('utf8');
  try {
    const value: unknown = JSON.parse(
      ndjson ? (text.split('\n').find((line) => line.trim() !== '') ?? '') : text,
    );
    return Array.isArray(value) ? value[0] : value;
  } catch {
    return undefined; // not JSON: the unit has no key, and is refused and listed for it
  }
}
