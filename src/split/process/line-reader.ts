/** Lines of a stream in bounded memory: a line longer than the limit is reported as such, and forgotten. */
const NEWLINE = 0x0a;

/** `object`: the line that is too long begins like a JSON object (told by `LastLine` only). */
export type Line = { readonly text: string } | { readonly tooLong: true; readonly object?: true };

export class LineReader {
  readonly #limit: number;
  readonly #onLine: (line: Line) => void;
  #pieces: Buffer[] = [];
  #size = 0;

  /** Blank lines are not reported. */
  constructor(limitBytes: number, onLine: (line: Line) => void) {
    this.#limit = limitBytes;
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    let from = 0;
    for (;;) {
      const newline = chunk.indexOf(NEWLINE, from);
      this.#add(chunk.subarray(from, newline === -1 ? undefined : newline));
      if (newline === -1) return;
      this.end();
      from = newline + 1;
    }
  }

  /** The stream has ended: what stands after the last newline is a line, too. */
  end(): void {
    const tooLong = this.#size > this.#limit;
    const text = tooLong ? '' : Buffer.concat(this.#pieces).toString('utf8').trim();
    this.#pieces = [];
    this.#size = 0;
    if (tooLong) this.#onLine({ tooLong: true });
    else if (text !== '') this.#onLine({ text });
  }

  #add(piece: Buffer): void {
    this.#size += piece.length;
    if (this.#size > this.#limit) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }
}
