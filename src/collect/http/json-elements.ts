/**
 * The elements of one array (or map) inside a JSON answer, one at a time, however long the answer is. What lies
 * around them is kept as a skeleton in which each element is a 0, and is parsed at the end: so a page token is found
 * wherever it stands, and a document that is not whole JSON is an error even when all its elements were.
 */
import type { Step } from '../json-path.js';
import { HttpFailure } from './failure.js';
import { parseJson } from './json.js';
import type { Answer } from './request.js';

export interface Element {
  /** Its name in a map, its position in an array. */
  readonly key: string | number;
  readonly value: unknown;
}

interface Container {
  readonly isArray: boolean;
  readonly holdsElements: boolean;
  key: string | number;
}

const LONGEST_ELEMENT = 64 * 2 ** 20;
const LONGEST_SKELETON = 64 * 2 ** 20;

const QUOTE = 34;
const COMMA = 44;
const COLON = 58;
const OPEN_ARRAY = 91;
const CLOSE_ARRAY = 93;
const OPEN_MAP = 123;
const CLOSE_MAP = 125;
const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);
/** One bit per class of characters below 128: a loop over it is several times faster than a regular expression. */
const classes = new Uint8Array(128);
const mark = (characters: string, bit: number): number => {
  for (const character of characters) classes[character.charCodeAt(0)] |= bit;
  return bit;
};
const IN_STRING = mark('"\\', 1);
const IN_ELEMENT = mark('"[]{}', 2);
const ENDS_SCALAR = mark(',]} \t\n\v\f\r', 4);

/** Where the first character of this class is, from `from` on, or the end of the text. */
const nextOf = (bit: number, text: string, from: number): number => {
  for (let i = from; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 128 && (classes[code] & bit) !== 0) return i;
  }
  return text.length;
};

export class ElementScanner {
  readonly #at: readonly Step[];
  readonly #what: string;
  readonly #stack: Container[] = [];
  #skeleton: string[] = [];
  #skeletonLength = 0;
  /** Text of the element, or of the string outside of elements, that is not at its end yet. */
  #pending: string[] = [];
  #pendingLength = 0;
  /** Inside an element; its nested containers that are open; whether it is a bare number or word. */
  #inElement = false;
  #nested = 0;
  #isScalar = false;
  #inString = false;
  #escaped = false;
  /** A string outside of elements that may be the name of a map's next value. */
  #name = '';
  #expectsName = false;

  constructor(at: readonly Step[], what: string) {
    this.#at = at;
    this.#what = what;
  }

  /** Elements that ended in this part of the text. */
  push(text: string): readonly Element[] {
    const found: Element[] = [];
    let from = 0;
    const ends = (at: number): void => {
      found.push(this.#element(text.slice(from, at)));
      from = at;
    };
    for (let i = 0; i < text.length; i++) {
      if (this.#inString) {
        i = this.#endOfString(text, i);
        if (i === text.length) break;
        if (!this.#inElement) {
          this.#keep(text.slice(from, i + 1));
          const string = this.#flush();
          if (this.#expectsName) this.#name = string;
          from = i + 1;
        } else if (this.#nested === 0) ends(i + 1);
        continue;
      }
      if (this.#inElement && !this.#isScalar) {
        i = nextOf(IN_ELEMENT, text, i);
        if (i === text.length) break;
        const code = text.charCodeAt(i);
        if (code === QUOTE) this.#inString = true;
        else if (code === OPEN_ARRAY || code === OPEN_MAP) this.#nested += 1;
        else {
          this.#nested -= 1;
          if (this.#nested === 0) ends(i + 1);
        }
        continue;
      }
      if (this.#inElement) {
        i = nextOf(ENDS_SCALAR, text, i);
        if (i === text.length) break;
        ends(i);
      }
      const code = text.charCodeAt(i);
      if (isSpace(code)) continue;
      if (this.#startsElement(code)) {
        this.#keep(text.slice(from, i));
        this.#flush();
        from = i;
        continue;
      }
      if (code === QUOTE) {
        this.#keep(text.slice(from, i));
        this.#flush();
        from = i;
        this.#inString = true;
      } else this.#structure(code);
    }
    this.#keep(text.slice(from));
    // Outside of strings and elements nothing is waited for.
    if (!this.#inElement && !this.#inString) this.#flush();
    return found;
  }

  /** The document without its elements. @throws HttpFailure where it is not whole JSON. */
  end(): unknown {
    if (this.#inElement) {
      // A document that is an element's half: parsed for its error. A bare scalar cannot stand at the end of a container.
      parseJson(`[${this.#pending.join('')}`, this.#what);
    }
    this.#flush();
    return parseJson(this.#skeleton.join(''), this.#what);
  }

  /** Where the string that is open ends, or the end of the text. */
  #endOfString(text: string, from: number): number {
    for (let i = from; i < text.length; i++) {
      if (this.#escaped) {
        this.#escaped = false;
        continue;
      }
      i = nextOf(IN_STRING, text, i);
      if (i === text.length) return i;
      if (text.charCodeAt(i) === QUOTE) {
        this.#inString = false;
        return i;
      }
      this.#escaped = true;
    }
    return text.length;
  }

  #startsElement(code: number): boolean {
    const startsValue = code !== COMMA && code !== COLON && code !== CLOSE_ARRAY && code !== CLOSE_MAP;
    if (!startsValue || this.#expectsName || this.#stack.at(-1)?.holdsElements !== true) return false;
    this.#inElement = true;
    this.#nested = code === OPEN_ARRAY || code === OPEN_MAP ? 1 : 0;
    this.#inString = code === QUOTE;
    this.#isScalar = this.#nested === 0 && !this.#inString;
    return true;
  }

  /** A character outside of strings and elements: where in the document we are. */
  #structure(code: number): void {
    const inside = this.#stack.at(-1);
    if (code === COLON) {
      if (inside !== undefined && !inside.isArray) inside.key = this.#nameOf();
      this.#expectsName = false;
    } else if (code === COMMA) {
      if (inside?.isArray === true) inside.key = (inside.key as number) + 1;
      this.#expectsName = inside !== undefined && !inside.isArray;
    } else if (code === OPEN_ARRAY || code === OPEN_MAP) {
      const isArray = code === OPEN_ARRAY;
      this.#stack.push({ isArray, holdsElements: this.#isTarget(), key: isArray ? 0 : '' });
      this.#expectsName = !isArray;
    } else if (code === CLOSE_ARRAY || code === CLOSE_MAP) {
      this.#stack.pop();
      this.#expectsName = false;
    }
  }

  #isTarget(): boolean {
    if (this.#stack.length !== this.#at.length) return false;
    return this.#stack.every(
      ({ key, isArray }, i) => key === this.#at[i] && isArray === (typeof key === 'number'),
    );
  }

  #nameOf(): string {
    const name = parseJson(this.#name, this.#what);
    if (typeof name !== 'string')
      throw new HttpFailure('http-not-json', `${this.#what}: the answer is not JSON`);
    return name;
  }

  #keep(text: string): void {
    if (text === '') return;
    this.#pending.push(text);
    this.#pendingLength += text.length;
    if (this.#pendingLength > LONGEST_ELEMENT) throw this.#tooLong('one of its elements');
  }

  #take(): string {
    if (this.#pendingLength === 0) return '';
    const text = this.#pending.length === 1 ? this.#pending[0] : this.#pending.join('');
    this.#pending = [];
    this.#pendingLength = 0;
    return text;
  }

  /** What is pending belongs to the skeleton. */
  #flush(): string {
    const text = this.#take();
    this.#outside(text);
    if (this.#skeletonLength > LONGEST_SKELETON) throw this.#tooLong('what is not its rows');
    return text;
  }

  #outside(text: string): void {
    if (text === '') return;
    this.#skeletonLength += text.length;
    // A million one-letter strings would take more memory than the rows.
    if (this.#skeleton.push(text) >= 4_096) this.#skeleton = [this.#skeleton.join('')];
  }

  #element(last: string): Element {
    this.#keep(last);
    const value = parseJson(this.#take(), this.#what);
    this.#inElement = false;
    this.#isScalar = false;
    this.#outside('0');
    return { key: (this.#stack.at(-1) as Container).key, value };
  }

  #tooLong(part: string): HttpFailure {
    return new HttpFailure(
      'http-too-large',
      `${this.#what}: ${part} is longer than ${LONGEST_ELEMENT} characters`,
      {
        hint: 'Check `rows`: it names the array that holds the rows.',
      },
    );
  }
}

/** Calls `each` for every element of the array or map at `at`; resolves to the rest of the document. */
export const readElements = async (
  { text, what }: Answer,
  at: readonly Step[],
  each: (element: Element) => void,
): Promise<unknown> => {
  const scanner = new ElementScanner(at, what);
  let first = true;
  for await (const part of text) {
    for (const element of scanner.push(first ? part.replace(/^\u{feff}/u, '') : part)) each(element);
    first = false;
  }
  return scanner.end();
};
