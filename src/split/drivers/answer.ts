/** What a stack answered: one JSON object on one line. */
import { createHash } from 'node:crypto';
import type { Trial } from '../../model/evidence.js';
import { atPath } from '../json-path.js';
import type { Line } from '../process/line-reader.js';
import type { CommandOptions } from './command-options.js';

export const ANSWER_BYTES = 64 * 1024;

export type Answer =
  | { readonly kind: 'answer'; readonly answer: Trial['answer']; readonly output: Trial['output'] | null }
  | { readonly kind: 'bad'; readonly problem: string };

/**
 * `json`: a trial without an answer has failed; `none`: output is not looked at; `maybe`: a line that does
 * not look like an object is ordinary output.
 */
export type AnswerMode = 'json' | 'none' | 'maybe';

export function readAnswer(line: Line | null, mode: AnswerMode, output: CommandOptions['output']): Answer {
  if (mode === 'none') return none;
  if (line === null) return mode === 'json' ? bad('It answered nothing on standard output.') : none;
  if ('tooLong' in line) {
    if (mode === 'maybe' && line.object !== true) return none;
    return bad(`Its answer is longer than ${ANSWER_BYTES / 1024} KiB (\`answer: none\` if it is not one).`);
  }
  if (mode === 'maybe' && !line.text.startsWith('{')) return none;
  let value: unknown;
  try {
    value = JSON.parse(line.text);
  } catch {
    return bad(`Its answer is not JSON: ${shorten(line.text)}`);
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return bad(`Its answer is not a JSON object: ${shorten(line.text)}`);
  }
  const answer = value as Readonly<Record<string, unknown>>;
  if (output === undefined) return { kind: 'answer', answer, output: null };

  const count = atPath(answer, output.count);
  const checksum = atPath(answer, output.checksum);
  if (typeof count !== 'number' || !Number.isFinite(count)) {
    return bad(`Its answer has no number at ${output.count}: ${shorten(line.text)}`);
  }
  if ((typeof checksum !== 'string' || checksum === '') && typeof checksum !== 'number') {
    return bad(`Its answer has no checksum at ${output.checksum}: ${shorten(line.text)}`);
  }
  return { kind: 'answer', answer, output: { count, sha256: asSha256(String(checksum)) } };
}

const none: Answer = { kind: 'answer', answer: null, output: null };
const bad = (problem: string): Answer => ({ kind: 'bad', problem });

/** Evidence holds one kind of checksum; any other kind is hashed, which keeps equal equal and different different. */
function asSha256(checksum: string): string {
  return /^[0-9a-f]{64}$/.test(checksum) ? checksum : createHash('sha256').update(checksum).digest('hex');
}

function shorten(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}…`;
}
