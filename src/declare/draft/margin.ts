/** Margin, direction and words of a metric. */
import type { Amount, ArmName } from '../../model/experiment.js';
import { canonicalUnit, toAmount } from '../amount.js';
import type { Problems } from '../problems.js';
import { child, items } from '../read/located.js';
import { BUILT_IN_WORDS, isKeyword } from '../sentence/tokens.js';
import type { MetricDraft } from './metric.js';

export function readMargin(draft: MetricDraft, unit: string | null, problems: Problems): Amount | null {
  const at = child(draft.at, 'margin');
  const written = draft.parts.margin;
  if (at === null) return null;
  if (!draft.at.map?.has('better'))
    problems.atKey(
      at,
      `a margin needs a direction: ${draft.name} has no "better"`,
      'Add "better: lower" or "better: higher".',
    );
  if (written === undefined) return null;
  const amount = toAmount(written);
  if (amount.value === 0)
    problems.atValue(
      at,
      'a margin of 0 says that every change matters',
      'Leave "margin" out, or write the smallest change that matters.',
    );
  else if (written.unit === null)
    problems.atValue(
      at,
      `the margin ${written.digits} has no unit`,
      `Write ${written.digits}%${unit === 'fraction' ? ` or ${written.digits} points` : unit === null ? ' or its unit after it' : ` or ${written.digits} ${unit}`}.`,
    );
  else if (amount.kind === 'relative' && amount.value >= 1)
    problems.atValue(at, 'a margin is less than 100%', null);
  else if (unit !== null && amount.kind === 'points' && unit !== 'fraction')
    problems.atValue(
      at,
      `points are for fractions; ${draft.name} is measured in ${unit}`,
      `Write 3% or 5 ${unit}.`,
    );
  else if (unit !== null && amount.kind === 'absolute' && canonicalUnit(written.unit) !== canonicalUnit(unit))
    problems.atValue(
      at,
      `${draft.name} is measured in ${unit}, not in ${written.unit}`,
      `Write the margin in ${unit}.`,
    );
  return amount;
}

const WORD = /^\p{L}[\p{L}\p{N}-]*$/u;

/** Each word means one thing in the whole file. */
export function checkWords(
  metrics: readonly MetricDraft[],
  arms: readonly ArmName[],
  problems: Problems,
): void {
  const taken = new Map<string, string>();
  for (const name of arms) taken.set(name.toLowerCase(), 'an arm');
  for (const { name } of metrics) taken.set(name.toLowerCase(), 'a metric');
  for (const { name, at } of metrics) {
    const words = child(at, 'words');
    if (words?.list && !at.map?.has('better'))
      problems.atKey(
        words,
        `words need a direction: ${name} has no "better"`,
        'Add "better: lower" or "better: higher".',
      );
    for (const word of items(words)) {
      if (typeof word.value !== 'string' || word.value === '') continue;
      const lower = word.value.toLowerCase();
      const owner = taken.get(lower);
      if (!WORD.test(word.value))
        problems.atValue(word, `"${word.value}" is not one word`, 'Letters and - only: more-expensive.');
      else if (isKeyword(lower) || (BUILT_IN_WORDS as readonly string[]).includes(lower))
        problems.atValue(word, `"${word.value}" is a word of the grammar`, 'Choose another word.');
      else if (owner !== undefined)
        problems.atValue(
          word,
          `"${word.value}" is already ${owner}`,
          'A word means one thing in a file: choose another.',
        );
      else taken.set(lower, `a word of ${name}`);
    }
  }
}
