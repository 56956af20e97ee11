/** An answer read element by element, as it arrives. */
import type { Step } from '../json-path.js';
import { type Element, ElementScanner } from './json-elements.js';
import type { Answer } from './request.js';

/** Calls `each` for every element of the array or map at `at`; resolves to the rest of the document. */
export const readElements = async (
  { text, what }: Answer,
  at: readonly Step[],
  each: (element: Element) => void,
): Promise<unknown> => {
  const scanner = new ElementScanner(at, what);
  let first = true;
  for await (const part of text) {
    for (const element of scanner.push(first ? part.replace(/^\u{feff}/u, '') : part)) each(element);
    first = false;
  }
  return scanner.end();
};
