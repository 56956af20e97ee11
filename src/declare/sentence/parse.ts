/**
 * The grammar of sentences, by recursive descent:
 *   sentence = ARM is claim {and claim | or claim} than ARM [tail]      the tail only with one claim
 *            | ARM is as EQUAL [tail] as ARM [tail] within AMOUNT
 *            | ARM METRIC [at pNN] stays (below|above) AMOUNT
 *   claim    = [at least AMOUNT] BETTER [tail] | at most AMOUNT WORSE [tail]
 *   tail     = [at pNN] [on METRIC]
 *   AMOUNT   = N% | N points | N UNIT
 */
import { nearest } from '../nearest.js';
import { type BlameAt, Reader, Stuck } from './reader.js';
import type { ClaimStatement, Mode, Statement } from './statement.js';
import type { Noun, Token } from './tokens.js';

type Tail = Pick<ClaimStatement, 'at' | 'on'>;

function quantile(reader: Reader): Noun | null {
  if (!reader.sees('at')) return null;
  reader.expect('at');
  return reader.noun('a quantile such as p99');
}

function tail(reader: Reader): Tail {
  const at = quantile(reader);
  if (!reader.sees('on')) return { at, on: null };
  reader.expect('on');
  return { at, on: reader.noun('the name of a metric') };
}

/** Two tails of one claim: each thing is said once. */
function merged(first: Tail, second: Tail): Tail {
  if (first.on !== null && second.on !== null) second.on.blame('the metric is named twice');
  if (first.at !== null && second.at !== null) second.at.blame('the quantile is given twice');
  return { at: first.at ?? second.at, on: first.on ?? second.on };
}

function claim(reader: Reader): ClaimStatement {
  if (!reader.sees('at')) {
    const word = reader.noun('"at least", "at most", or a word such as "faster"');
    return { mode: 'better', word, ...tail(reader), amount: null };
  }
  reader.expect('at');
  const mode = reader.expect('least', 'most') === 'least' ? 'better' : 'not-worse';
  const amount = reader.amount();
  const word = reader.noun(mode === 'better' ? 'a word such as "faster"' : 'a word such as "slower"');
  return { mode, word, ...tail(reader), amount };
}

function comparison(reader: Reader, arm: Noun): Statement {
  const first = claim(reader);
  const claims = [first];
  let join: 'and' | 'or' | null = null;
  while (reader.sees('and') || reader.sees('or')) {
    const token = reader.peek() as Token;
    const word = reader.expect('and', 'or') as 'and' | 'or';
    if (join !== null && join !== word)
      reader.blame(token, '"and" and "or" cannot be mixed in one sentence', 'Write two sentences.');
    join ??= word;
    claims.push(claim(reader));
  }
  reader.expect('than', 'and', 'or');
  const than = reader.noun('the name of an arm');
  const trailing = reader.peek();
  const last = tail(reader);
  if (join === null) return { arm, than, join: 'and', claims: [{ ...first, ...merged(first, last) }] };
  if (trailing !== undefined && (last.at !== null || last.on !== null))
    reader.blame(
      trailing,
      'this does not say which of the claims it is about',
      `Put it right after the word that it is about, before "than ${than.text}".`,
    );
  return { arm, than, join, claims };
}

function equal(reader: Reader, arm: Noun): Statement {
  reader.expect('as');
  const word = reader.noun('a word such as "fast", or "good"');
  const first = tail(reader);
  reader.expect('as');
  const than = reader.noun('the name of an arm');
  const both = merged(first, tail(reader));
  reader.expect('within');
  const amount = reader.amount();
  return { arm, than, join: 'and', claims: [{ mode: 'within', word, ...both, amount }] };
}

function limit(reader: Reader, arm: Noun): Statement {
  const on = reader.noun('the name of a metric');
  const at = quantile(reader);
  reader.expect('stays');
  const mode = reader.expect('below', 'above') as Mode;
  const amount = reader.amount();
  return { arm, than: null, join: 'and', claims: [{ mode, word: null, on, at, amount }] };
}

/** `METRIC stays` or `METRIC at pNN stays`: told from a misspelt `is` by what comes after. */
function limitFollows(reader: Reader): boolean {
  const stays = (token: Token | undefined): boolean =>
    token !== undefined && nearest(token.lower, ['stays']) !== null;
  return stays(reader.peek(1)) || (reader.peek(1)?.lower === 'at' && stays(reader.peek(3)));
}

function statement(reader: Reader): Statement {
  const arm = reader.noun('the name of an arm');
  const isLimit = !reader.sees('is') && limitFollows(reader);
  if (!isLimit) reader.expect('is');
  const read = isLimit ? limit : reader.sees('as') ? equal : comparison;
  const found = read(reader, arm);
  reader.end();
  return found;
}

/** null: not a sentence; the problem has been added where it went wrong. */
export function parseSentence(
  sentence: string,
  units: readonly string[],
  blameAt: BlameAt,
): Statement | null {
  try {
    return statement(new Reader(sentence, units, blameAt));
  } catch (error) {
    if (error instanceof Stuck) return null;
    throw error;
  }
}
