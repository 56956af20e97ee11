/** A text file that problems can point into. */
export interface SourceFile {
  /** As shown in problems. */
  readonly name: string;
  /** UTF-8, without byte order mark, lines ended by LF. */
  readonly text: string;
  /** Offset of the first character of each line. */
  readonly lineStarts: readonly number[];
}

export interface Place {
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 units as editors count. */
  readonly column: number;
  /** The whole line. */
  readonly text: string;
}

export function sourceFile(name: string, text: string): SourceFile {
  const lineStarts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) lineStarts.push(at + 1);
  return { name, text, lineStarts };
}

export function placeOf(source: SourceFile, offset: number): Place {
  const { text, lineStarts } = source;
  let low = 0;
  let high = lineStarts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lineStarts[middle] as number) <= offset) low = middle;
    else high = middle - 1;
  }
  const start = lineStarts[low] as number;
  const end = low + 1 < lineStarts.length ? (lineStarts[low + 1] as number) - 1 : text.length;
  return { line: low + 1, column: Math.min(offset, end) - start + 1, text: text.slice(start, end) };
}
