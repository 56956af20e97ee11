/**
 * The elements of one array (or map) inside a JSON answer, one at a time, however long the answer is. What lies
 * around them is kept as a skeleton in which each element is a 0, and is parsed at the end: so a page token is found
 * wherever it stands, and a document that is not whole JSON is an error even when all its elements were.
 */
import type { Step } from '../json-path.js';
import { HttpFailure } from './failure.js';
import { parseJson } from './json.js';
import {
  CLOSE_ARRAY,
  CLOSE_MAP,
  COLON,
  COMMA,
  ENDS_SCALAR,
  IN_ELEMENT,
  IN_STRING,
  isSpace,
  nextOf,
  OPEN_ARRAY,
  OPEN_MAP,
  QUOTE,
} from './json-characters.js';
import { JsonPlace } from './json-place.js';

export interface Element {
  /** Its name in a map, its position in an array. */
  readonly key: string | number;
  readonly value: unknown;
}

const LONGEST_ELEMENT = 64 * 2 ** 20;
const LONGEST_SKELETON = 64 * 2 ** 20;

export class ElementScanner {
  readonly #what: string;
  readonly #place: JsonPlace;
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

  constructor(at: readonly Step[], what: string) {
    this.#what = what;
    this.#place = new JsonPlace(at, what);
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
          if (this.#place.expectsName) this.#place.name = string;
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
      } else this.#place.structure(code);
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
    if (!startsValue || !this.#place.holdsElements) return false;
    this.#inElement = true;
    this.#nested = code === OPEN_ARRAY || code === OPEN_MAP ? 1 : 0;
    this.#inString = code === QUOTE;
    this.#isScalar = this.#nested === 0 && !this.#inString;
    return true;
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
    return { key: this.#place.key, value };
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
