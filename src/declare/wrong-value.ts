/** The words for a value that does not belong where it stands: what was expected, what was found, what to write instead. */
import type { z } from 'zod';
import { suggestion } from './nearest.js';
import type { Located } from './read/located.js';

export type Issue = z.core.$ZodIssue;

const KINDS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a map of keys',
  record: 'a map of keys',
  null: 'nothing',
};
/** Longer text is not repeated in a message. */
const LONGEST_SHOWN = 40;
/** What zod says of a union that has no words of its own. */
export const PLAIN_UNION = 'Invalid input';
const kindName = (kind: string): string => KINDS[kind] ?? kind;

function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'number') return Number.isFinite(value) ? `the number ${value}` : `${value}`;
  if (typeof value === 'boolean') return `${value}`;
  if (typeof value === 'string') return value.length > LONGEST_SHOWN ? 'text' : `"${value}"`;
  return 'a map of keys';
}

/** What is wrong with the value that stands at a place, and what would be right. `choices`: the values allowed there. */
export function wrongValue(
  issue: Issue,
  at: Located,
  choices: readonly string[],
): { message: string; hint: string | null } {
  const { value } = at;
  if (issue.code === 'custom') {
    const hint = (issue.params as { hint?: string } | undefined)?.hint ?? null;
    return { message: issue.message, hint };
  }
  if (choices.length > 0 && (issue.code === 'invalid_value' || issue.code === 'invalid_union')) {
    const written = typeof value === 'string' ? `"${value}"` : kindOf(value);
    const hint = typeof value === 'string' ? suggestion(value, choices) : `valid: ${choices.join(', ')}`;
    return { message: `${written} is not one of the values allowed here`, hint };
  }
  if (issue.code === 'invalid_type')
    return {
      message: `expected ${kindName(issue.expected)}, found ${kindOf(value)}`,
      hint: textHint(issue.expected, value) ?? mapHint(issue.expected, value),
    };
  if (issue.code === 'invalid_union') {
    if (issue.message !== PLAIN_UNION)
      return { message: `${issue.message}, found ${kindOf(value)}`, hint: null };
    const kinds = issue.errors.flatMap((branch) =>
      branch.map((one) => ('expected' in one ? kindName(String(one.expected)) : '')),
    );
    const wanted = [...new Set(kinds.filter((kind) => kind !== ''))].join(' or ');
    return {
      message:
        wanted === '' ? 'this value is not allowed here' : `expected ${wanted}, found ${kindOf(value)}`,
      hint: null,
    };
  }
  if (issue.code === 'too_small' || issue.code === 'too_big') {
    const [limit, word] =
      issue.code === 'too_small'
        ? [issue.minimum, issue.inclusive === false ? 'more than' : 'at least']
        : [issue.maximum, issue.inclusive === false ? 'less than' : 'at most'];
    if (issue.origin === 'string')
      return {
        message: value === '' ? 'text is missing here' : `expected ${word} ${limit} characters`,
        hint: null,
      };
    if (issue.origin === 'array') return { message: `expected ${word} ${limit} items`, hint: null };
    return { message: `expected ${word} ${limit}, found ${kindOf(value)}`, hint: null };
  }
  return { message: issue.message.charAt(0).toLowerCase() + issue.message.slice(1), hint: null };
}

const textHint = (expected: string, value: unknown): string | null =>
  expected === 'string' && (typeof value === 'number' || typeof value === 'boolean')
    ? `Put it in quotes: "${value}"`
    : null;

/** `arms: [old, new]` where each has something to say about itself. */
const mapHint = (expected: string, value: unknown): string | null =>
  ['object', 'record'].includes(expected) &&
  Array.isArray(value) &&
  value.length > 0 &&
  value.every((each) => typeof each === 'string' && /^[A-Za-z][\w-]*$/.test(each))
    ? `Write { ${value.map((each) => `${each}: {}`).join(', ')} }`
    : null;
