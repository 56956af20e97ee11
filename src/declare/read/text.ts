/** Bytes as they come from a disk → text that can be parsed, or the problems that keep it from being text. */
import type { Problems } from '../problems.js';
import { type SourceFile, sourceFile } from './source-file.js';

const LARGEST_BYTES = 1024 * 1024;
const LF = 0x0a;

const sizeText = (bytes: number): string => `${(bytes / LARGEST_BYTES).toFixed(1)} MiB`;

const isUtf8 = (bytes: Uint8Array, stream: boolean): boolean => {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
    return true;
  } catch (error) {
    // The decoder's own refusal is a TypeError; anything else is not about the bytes.
    if (error instanceof TypeError) return false;
    throw error;
  }
};

/** The line that holds the first byte that is not UTF-8, and that byte's place in it. */
function firstBadByte(bytes: Uint8Array): { line: number; before: string; rest: string; byte: number } {
  let line = 1;
  for (let start = 0; start <= bytes.length; line += 1) {
    const next = bytes.indexOf(LF, start);
    const row = bytes.subarray(start, next < 0 ? bytes.length : next);
    if (!isUtf8(row, false)) {
      let good = 0;
      let bad = row.length + 1;
      while (bad - good > 1) {
        const middle = (good + bad) >> 1;
        if (middle <= row.length && isUtf8(row.subarray(0, middle), true)) good = middle;
        else bad = middle;
      }
      // `good` may end inside a character that is cut off: step back to where it begins.
      while (good > 0 && !isUtf8(row.subarray(0, good), false)) good -= 1;
      const loose = new TextDecoder('utf-8');
      return {
        line,
        before: loose.decode(row.subarray(0, good)),
        rest: loose.decode(row.subarray(good)),
        byte: row[good] ?? 0,
      };
    }
    if (next < 0) break;
    start = next + 1;
  }
  throw new Error('firstBadByte: all bytes are UTF-8');
}

function refuseBytes(bytes: Uint8Array, name: string, problems: Problems): void {
  if (bytes.length > LARGEST_BYTES) {
    const head = sourceFile(name, '');
    const hint = `An experiment is at most ${sizeText(LARGEST_BYTES)}. Is this the file you meant?`;
    problems.add(head, 0, 1, `the file is too large: ${sizeText(bytes.length)}`, hint);
    return;
  }
  const { line, before, rest, byte } = firstBadByte(bytes);
  const text = `${'\n'.repeat(line - 1)}${before}${rest}`;
  const at = line - 1 + before.length;
  const wide = (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
  const hex = byte.toString(16).padStart(2, '0').toUpperCase();
  const hint = wide ? 'It looks like UTF-16: save the file as UTF-8.' : 'Save the file as UTF-8.';
  problems.add(
    sourceFile(name, text),
    at,
    at + 1,
    `the file is not UTF-8: byte 0x${hex} is not a character`,
    hint,
  );
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g;

/** null: not text; the problem has been added. */
export function readText(input: Uint8Array | string, name: string, problems: Problems): SourceFile | null {
  const bytes = typeof input === 'string' ? new TextEncoder().encode(input) : input;
  if (bytes.length > LARGEST_BYTES || !isUtf8(bytes, false)) {
    refuseBytes(bytes, name, problems);
    return null;
  }
  // The decoder drops a byte order mark.
  const text = new TextDecoder('utf-8').decode(bytes).replace(/\r\n?/g, '\n');
  const source = sourceFile(name, text);
  let clean = true;
  for (const { index, 0: character } of text.matchAll(CONTROL)) {
    clean = false;
    const code = character.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase();
    problems.add(source, index, index + 1, `control character U+${code} does not belong in a text file`);
  }
  return clean ? source : null;
}
