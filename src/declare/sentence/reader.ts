/** Reads a sentence word by word; what does not fit becomes a problem that names what was expected. */
import { canonicalUnit, parseAmount, type WrittenAmount } from '../amount.js';
import { nearest } from '../nearest.js';
import type { ClaimStatement } from './statement.js';
import { isKeyword, type Noun, type Token, tokensOf } from './tokens.js';

/** Adds a problem at characters of the sentence. */
export type BlameAt = (start: number, end: number, message: string, hint: string | null) => void;

/** The sentence cannot be read on from here; the problem has been added. */
export class Stuck extends Error {}

/** The unit as a whole word, its inner spaces as wide as one likes. */
function unitPattern(unit: string): RegExp {
  const words = unit.trim().split(/\s+/);
  const escaped = words.map((word) => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'));
  return new RegExp(`^\\s*${escaped.join('\\s+')}(?=\\s|$)`, unit.startsWith('point') ? 'i' : '');
}

const either = (words: readonly string[]): string => {
  const quoted = words.map((word) => `"${word}"`);
  return [quoted.slice(0, -1).join(', '), quoted.at(-1)].filter((part) => part !== '').join(' or ');
};

export class Reader {
  readonly #sentence: string;
  readonly #tokens: readonly Token[];
  readonly #units: readonly string[];
  readonly #blameAt: BlameAt;
  #next = 0;

  constructor(sentence: string, units: readonly string[], blameAt: BlameAt) {
    this.#sentence = sentence;
    this.#tokens = tokensOf(sentence);
    // The longest first: "USD/1M records" before "USD/1M".
    this.#units = [...units].sort((a, b) => b.length - a.length);
    this.#blameAt = blameAt;
  }

  /** The token that is read next, or one after it. */
  peek(ahead = 0): Token | undefined {
    return this.#tokens[this.#next + ahead];
  }

  sees(keyword: string): boolean {
    return this.peek()?.lower === keyword;
  }

  amount(): NonNullable<ClaimStatement['amount']> {
    const token = this.#tokens[this.#next];
    if (token?.number !== true) return this.#unexpected('an amount such as 10%');
    this.#next += 1;
    const written = this.#withUnit(token);
    const end = (this.#tokens[this.#next - 1] as Token).end;
    return {
      written,
      blame: (message, hint) => this.#blameAt(token.start, end, message, hint ?? null),
    };
  }

  #withUnit(digits: Token): WrittenAmount {
    const rest = this.#sentence.slice(digits.end);
    for (const unit of ['%', 'points', 'point', ...this.#units]) {
      const match = unitPattern(unit).exec(rest);
      if (match === null) continue;
      const end = digits.end + match[0].length;
      while ((this.#tokens[this.#next]?.start ?? end) < end) this.#next += 1;
      return parseAmount(`${digits.text} ${unit}`) as WrittenAmount;
    }
    const unit = this.#tokens[this.#next];
    const same = this.#units.find(
      (known) => unit !== undefined && canonicalUnit(unit.text) === canonicalUnit(known),
    );
    if (same !== undefined) {
      this.#next += 1;
      return parseAmount(`${digits.text} ${same}`) as WrittenAmount;
    }
    return this.#unexpected(`%, points, or a unit (${this.#units.join(', ')}) after ${digits.text}`, [
      'points',
      ...this.#units,
    ]);
  }

  end(): void {
    if (this.#next < this.#tokens.length) this.#unexpected('the end of the sentence');
  }

  expect(...keywords: readonly string[]): string {
    const token = this.#tokens[this.#next];
    if (token === undefined || !keywords.includes(token.lower))
      return this.#unexpected(either(keywords), keywords);
    this.#next += 1;
    return token.lower;
  }

  noun(wanted: string): Noun {
    const token = this.#tokens[this.#next];
    if (token === undefined || token.number || isKeyword(token.text)) return this.#unexpected(wanted);
    this.#next += 1;
    return {
      text: token.text,
      blame: (message, hint) => this.blame(token, message, hint ?? null),
    };
  }

  blame(token: Token, message: string, hint: string | null = null): void {
    this.#blameAt(token.start, token.end, message, hint);
  }

  #unexpected(wanted: string, names: readonly string[] = []): never {
    const token = this.#tokens[this.#next];
    const length = this.#sentence.trimEnd().length;
    if (token === undefined)
      this.#blameAt(length, length + 1, `expected ${wanted}, but the sentence ends`, null);
    else {
      const near = nearest(token.text, names);
      const hint = near === null ? null : `did you mean "${near}"?`;
      this.blame(token, `expected ${wanted}, found "${token.text}"`, hint);
    }
    throw new Stuck();
  }
}
