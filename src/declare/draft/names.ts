/** Names of arms, metrics, sources and rates: they become keys, file names and words of sentences. */
import type { Problems } from '../problems.js';
import { entries, type Located } from '../read/located.js';
import { BUILT_IN_WORDS, isKeyword } from '../sentence/tokens.js';

const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
const LONGEST = 64;

const isSpoken = (name: string): boolean =>
  isKeyword(name) || (BUILT_IN_WORDS as readonly string[]).includes(name.toLowerCase());

/** `spoken`: names that sentences use may not be words of the grammar. */
export function checkNames(map: Located | null, what: string, spoken: boolean, problems: Problems): void {
  const seen = new Map<string, string>();
  for (const [name, at] of entries(map)) {
    if (!NAME.test(name) || name.length > LONGEST)
      problems.atKey(
        at,
        `"${name}" cannot be the name of ${what}`,
        `Start with a letter; then letters, digits, - and _, ${LONGEST} at most.`,
      );
    else if (name in Object.prototype)
      problems.atKey(at, `"${name}" cannot be the name of ${what}`, 'Choose another name.');
    else if (spoken && isSpoken(name))
      problems.atKey(at, `"${name}" is a word of the grammar of sentences`, 'Choose another name.');
    const other = seen.get(name.toLowerCase());
    if (other !== undefined)
      problems.atKey(
        at,
        `"${name}" differs from "${other}" only in upper and lower case`,
        'Choose another name.',
      );
    seen.set(name.toLowerCase(), name);
  }
}
