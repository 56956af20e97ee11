/** Collects every problem of the experiment and the files it names, each at its place. */
import { FileProblems, type Problem } from '../errors.js';
import type { Located } from './read/located.js';
import { placeOf, type SourceFile } from './read/source-file.js';

/** More than this helps nobody; the rest is counted. */
const MOST = 100;

/** Says what is wrong with one thing; where that thing stands is already known. */
export type Blame = (message: string, hint?: string | null) => void;

export class Problems {
  readonly #found = new Map<string, Problem>();
  readonly #files: string[] = [];

  get any(): boolean {
    return this.#found.size > 0;
  }

  /** At the characters `start` … `end` of the file; the caret run stays on one line. */
  add(source: SourceFile, start: number, end: number, message: string, hint: string | null = null): void {
    const { line, column, text } = placeOf(source, start);
    const length = Math.max(1, Math.min(end - start, text.length - column + 1));
    const key = `${source.name}:${line}:${column}:${message}`;
    if (!this.#files.includes(source.name)) this.#files.push(source.name);
    if (!this.#found.has(key))
      this.#found.set(key, { file: source.name, line, column, message, hint, text, length });
  }

  /** At the value; at its key where the value is left empty. */
  atValue(at: Located, message: string, hint: string | null = null): void {
    if (at.value === null && at.key !== null) this.atKey(at, message, hint);
    else this.add(at.source, at.start, at.end, message, hint);
  }

  /** At the key of this value; at the first character where it has none (the file itself, items of a list). */
  atKey(at: Located, message: string, hint: string | null = null): void {
    if (at.key === null) this.add(at.source, at.start, at.start + 1, message, hint);
    else this.add(at.source, at.key.start, at.key.end, message, hint);
  }

  /** At a value that must not be printed, nor anything behind it in its line. */
  atSecret(at: Located, message: string, hint: string): void {
    const { line, column, text } = placeOf(at.source, at.start);
    const { name: file } = at.source;
    if (!this.#files.includes(file)) this.#files.push(file);
    const shown = `${text.slice(0, column - 1)}***`;
    this.#found.set(`${file}:${line}:${column}:${message}`, {
      file,
      line,
      column,
      message,
      hint,
      text: shown,
      length: '***'.length,
    });
  }

  throwIfAny(): void {
    if (!this.any) return;
    const order = (problem: Problem): number => this.#files.indexOf(problem.file);
    const all = [...this.#found.values()].sort(
      (a, b) => order(a) - order(b) || a.line - b.line || a.column - b.column,
    );
    const shown = all.slice(0, MOST);
    const last = shown[MOST - 1];
    if (last !== undefined && all.length > MOST)
      shown.push({ ...last, message: `… and ${all.length - MOST} more problems`, hint: null });
    throw new FileProblems(shown);
  }
}
