/** Where in a JSON document a scanner stands: the containers that are open, and whether what comes is a name. */
import type { Step } from '../json-path.js';
import { HttpFailure } from './failure.js';
import { parseJson } from './json.js';
import { CLOSE_ARRAY, CLOSE_MAP, COLON, COMMA, OPEN_ARRAY, OPEN_MAP } from './json-characters.js';

interface Container {
  readonly isArray: boolean;
  readonly holdsElements: boolean;
  key: string | number;
}

export class JsonPlace {
  readonly #at: readonly Step[];
  readonly #what: string;
  readonly #stack: Container[] = [];
  /** The last string, as written, that may be the name of a map's next value. */
  name = '';
  expectsName = false;

  /** `at`: the container whose elements are wanted. */
  constructor(at: readonly Step[], what: string) {
    this.#at = at;
    this.#what = what;
  }

  /** Whether a value that starts here is one of the elements. */
  get holdsElements(): boolean {
    return !this.expectsName && this.#stack.at(-1)?.holdsElements === true;
  }

  /** Name or position of the value at which the scanner stands. */
  get key(): string | number {
    return (this.#stack.at(-1) as Container).key;
  }

  /** A character outside of strings and elements: where in the document we are. */
  structure(code: number): void {
    const inside = this.#stack.at(-1);
    if (code === COLON) {
      if (inside !== undefined && !inside.isArray) inside.key = this.#nameOf();
      this.expectsName = false;
    } else if (code === COMMA) {
      if (inside?.isArray === true) inside.key = (inside.key as number) + 1;
      this.expectsName = inside !== undefined && !inside.isArray;
    } else if (code === OPEN_ARRAY || code === OPEN_MAP) {
      const isArray = code === OPEN_ARRAY;
      this.#stack.push({ isArray, holdsElements: this.#isTarget(), key: isArray ? 0 : '' });
      this.expectsName = !isArray;
    } else if (code === CLOSE_ARRAY || code === CLOSE_MAP) {
      this.#stack.pop();
      this.expectsName = false;
    }
  }

  #isTarget(): boolean {
    if (this.#stack.length !== this.#at.length) return false;
    return this.#stack.every(
      ({ key, isArray }, i) => key === this.#at[i] && isArray === (typeof key === 'number'),
    );
  }

  #nameOf(): string {
    const name = parseJson(this.name, this.#what);
    if (typeof name !== 'string')
      throw new HttpFailure('http-not-json', `${this.#what}: the answer is not JSON`);
    return name;
  }
}
