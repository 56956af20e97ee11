/** Answers in JSON, whole. */
import { HttpFailure } from './failure.js';
import type { Answer } from './request.js';

/** V8 says where it stopped: at the very end means that the rest is missing. */
const stopsAtEnd = (text: string, message: string): boolean => {
  const position = /position (\d+)/u.exec(message);
  return position === null ? /unexpected end/iu.test(message) : Number(position[1]) >= text.length;
};

/** Why this is not JSON: empty or cut short (worth another try), or something else. */
const jsonFailure = (text: string, error: unknown, what: string): HttpFailure => {
  if (text.trim() === '')
    return new HttpFailure('http-empty', `${what}: the answer is empty`, {
      hint: 'Check that `url` is that of the API; the log of the server may say more.',
      retryable: true,
    });
  const message = error instanceof Error ? error.message : String(error);
  if (stopsAtEnd(text, message) || /unterminated string/iu.test(message))
    return new HttpFailure('http-truncated', `${what}: the JSON of the answer stops in the middle`, {
      hint: 'A proxy may cut long answers; ask for a shorter window.',
      retryable: true,
    });
  return new HttpFailure('http-not-json', `${what}: the answer is not JSON`, {
    hint: 'Check that `url` is that of the API.',
  });
};

export const parseJson = (text: string, what: string): unknown => {
  const json = text.startsWith('\u{feff}') ? text.slice(1) : text;
  try {
    return JSON.parse(json);
  } catch (error) {
    throw jsonFailure(json, error, what);
  }
};

/** The answer in one piece: for answers whose size is bounded by what was asked. */
export const readJson = async ({ text, what }: Answer): Promise<unknown> => {
  const parts: string[] = [];
  for await (const part of text) parts.push(part);
  return parseJson(parts.join(''), what);
};
