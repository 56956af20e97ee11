/** Where a character of a YAML text value stands in the file: quotes, escapes and folding lie between. */
import type { Located } from '../read/located.js';

const isSpace = (character: string | undefined): boolean => character !== undefined && /\s/.test(character);

/** Length of the escape sequence at `at` in double quotes. */
function escapeLength(text: string, at: number): number {
  const kind = text[at + 1];
  if (kind === 'x') return 4;
  if (kind === 'u') return 6;
  if (kind === 'U') return 10;
  return 2;
}

function contentStart({ source: { text }, start, style }: Located): number {
  if (style === 'single' || style === 'double') return start + 1;
  // Block scalars begin with a line of their own: `>-`.
  return style === 'literal' || style === 'folded' ? text.indexOf('\n', start) + 1 : start;
}

/** Offset in the file of each character of the value, plus one for its end. */
export function offsetsOf(at: Located): readonly number[] {
  const { source, style } = at;
  const value = String(at.value);
  const { text } = source;
  const offsets: number[] = [];
  let from = contentStart(at);
  for (let index = 0; index < value.length; index += 1) {
    const character = value[index];
    // A fold or a line break with its indentation is one space or more: skip to where the text goes on.
    const here = from;
    if (!isSpace(character)) {
      while (isSpace(text[from]) || (style === 'double' && text[from] === '\\' && text[from + 1] === '\n'))
        from += 1;
    }
    offsets.push(isSpace(character) ? here : from);
    if (style === 'double' && text[from] === '\\') from += escapeLength(text, from);
    else if (style === 'single' && text[from] === "'") from += 2;
    else if (isSpace(character) && !isSpace(text[from])) continue;
    else from += 1;
  }
  offsets.push(from);
  return offsets;
}
