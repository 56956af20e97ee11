/** The lists `hypotheses` and `guardrails` → claims. */
import type { Claim } from '../../model/experiment.js';
import type { Problems } from '../problems.js';
import { items, type Located } from '../read/located.js';
import { longStatement } from '../sentence/long-form.js';
import { sentenceText } from '../sentence/normal.js';
import { offsetsOf } from '../sentence/offsets.js';
import { parseSentence } from '../sentence/parse.js';
import { resolveStatement } from '../sentence/resolve.js';
import type { Statement } from '../sentence/statement.js';
import { unitsOf, type Vocabulary } from '../sentence/vocabulary.js';

function shortStatement(
  at: Located,
  sentence: string,
  vocabulary: Vocabulary,
  problems: Problems,
): Statement | null {
  const offsets = offsetsOf(at);
  const place = (offset: number): number => offsets[Math.min(offset, offsets.length - 1)] ?? at.start;
  return parseSentence(sentence, unitsOf(vocabulary), (start, end, message, hint) =>
    // The end is one after the last character: where that stands, not where the next begins.
    problems.add(at.source, place(start), place(end - 1) + 1, message, hint),
  );
}

export function readClaims(
  list: Located | null,
  role: Claim['role'],
  vocabulary: Vocabulary,
  problems: Problems,
): readonly Claim[] {
  return items(list).flatMap((at, index) => {
    const sentence = typeof at.value === 'string' && at.value !== '' ? at.value : null;
    const statement =
      sentence !== null
        ? shortStatement(at, sentence, vocabulary, problems)
        : at.map !== null
          ? longStatement(at, problems)
          : null;
    if (statement === null) return [];
    const written = sentence === null ? null : sentence.trim().replace(/\s+/g, ' ');
    const claims = resolveStatement(statement, vocabulary, { role, index, sentence: written });
    if (written !== null || claims.length < 2) return claims;
    const whole = sentenceText(
      claims,
      new Map(vocabulary.metrics.map(({ name, unit, words }) => [name, { unit: unit ?? '', words }])),
    );
    return claims.map((claim) => ({ ...claim, sentence: whole }));
  });
}
