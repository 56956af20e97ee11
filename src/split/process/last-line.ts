/**
 * The last line of a stream that is not blank, in bounded memory. Lines before it are not even looked at:
 * a program that prints a million lines must not become slower by our reading them.
 */
import type { Line } from './line-reader.js';

const NEWLINE = 0x0a;
const BRACE = 0x7b;

export class LastLine {
  readonly #limit: number;
  #last: Line | null = null;
  /** The line that has not ended yet. */
  #pieces: Buffer[] = [];
  #size = 0;
  #first: number | undefined;

  constructor(limitBytes: number) {
    this.#limit = limitBytes;
  }

  push(chunk: Buffer): void {
    const newline = chunk.lastIndexOf(NEWLINE);
    if (newline === -1) {
      this.#add(chunk);
      return;
    }
    this.#readBackwards(chunk, newline);
    this.#pieces = [];
    this.#size = 0;
    this.#add(chunk.subarray(newline + 1));
  }

  /** Call at the end of the stream; null: there was none. */
  get(): Line | null {
    return this.#line() ?? this.#last;
  }

  #readBackwards(chunk: Buffer, newline: number): void {
    let end = newline;
    for (;;) {
      const before = end === 0 ? -1 : chunk.lastIndexOf(NEWLINE, end - 1);
      if (before === -1) break;
      const line = this.#read([chunk.subarray(before + 1, end)], end - before - 1, chunk[before + 1]);
      if (line !== null) {
        this.#last = line;
        return;
      }
      end = before;
    }
    // The first line of this piece began in an earlier one.
    this.#add(chunk.subarray(0, end));
    this.#last = this.#line() ?? this.#last;
  }

  #add(piece: Buffer): void {
    if (this.#size === 0) this.#first = piece[0];
    this.#size += piece.length;
    if (this.#size > this.#limit) this.#pieces = [];
    else if (piece.length > 0) this.#pieces.push(piece);
  }

  #line(): Line | null {
    return this.#read(this.#pieces, this.#size, this.#first);
  }

  #read(pieces: readonly Buffer[], size: number, first: number | undefined): Line | null {
    if (size > this.#limit) return first === BRACE ? { tooLong: true, object: true } : { tooLong: true };
    const text = Buffer.concat(pieces).toString('utf8').trim();
    return text === '' ? null : { text };
  }
}
