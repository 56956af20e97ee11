/** A sentence → tokens with their places, and the nouns that the rest of declare works with. */
import { NUMBER } from '../amount.js';
import type { Blame } from '../problems.js';

/** A word that names something, and a way to complain about it where it stands. */
export interface Noun {
  readonly text: string;
  readonly blame: Blame;
}

export interface Token {
  readonly text: string;
  readonly lower: string;
  readonly start: number;
  readonly end: number;
  readonly number: boolean;
}

/** Words of the grammar: no arm, metric or word of a metric may be one of them. */
export const KEYWORDS = [
  'is',
  'at',
  'least',
  'most',
  'and',
  'or',
  'than',
  'as',
  'on',
  'within',
  'stays',
  'below',
  'above',
  'point',
  'points',
  'any',
] as const;

/** Better, worse and equal for every metric: they need `on METRIC`. */
export const BUILT_IN_WORDS = ['better', 'worse', 'good'] as const;

export const isKeyword = (word: string): boolean =>
  (KEYWORDS as readonly string[]).includes(word.toLowerCase());

const token = (text: string, start: number, number: boolean): Token => ({
  text,
  lower: text.toLowerCase(),
  start,
  end: start + text.length,
  number,
});

/** `10%` is a number and `%`; everything else is separated by spaces. */
export function tokensOf(sentence: string): readonly Token[] {
  const tokens: Token[] = [];
  for (const { index, 0: chunk } of sentence.matchAll(/\S+/g)) {
    const digits = NUMBER.exec(chunk)?.[0];
    if (digits === undefined) {
      tokens.push(token(chunk, index, false));
      continue;
    }
    tokens.push(token(digits, index, true));
    if (digits.length < chunk.length)
      tokens.push(token(chunk.slice(digits.length), index + digits.length, false));
  }
  return tokens;
}
