/** YAML text → values with places, or the problems that keep it from being read. */
import { type Document, parseDocument } from 'yaml';
import type { Problems } from '../problems.js';
import type { Located } from './located.js';
import { placeOf, type SourceFile } from './source-file.js';
import { DEEPEST, Unreadable, Walk } from './walk.js';
import { sayYamlError } from './yaml-words.js';

/** Brackets left open, seen without parsing: thousands of them exhaust the parser's memory. */
function tooDeepAt(text: string): number | null {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === '[' || character === '{') depth += 1;
    else if ((character === ']' || character === '}') && depth > 0) depth -= 1;
    if (depth > DEEPEST * 5) return at;
  }
  return null;
}

/** The parser's own complaints; false where its result cannot be relied on. */
function complain(document: Document.Parsed, source: SourceFile, problems: Problems): boolean {
  const linesSaid = new Set<number>();
  for (const error of document.errors) {
    const { line, text } = placeOf(source, error.pos[0]);
    // One slip makes several complaints in a row: the first names it.
    if (linesSaid.has(line)) continue;
    linesSaid.add(line);
    const { message, hint } = sayYamlError(error, text);
    problems.add(source, error.pos[0], error.pos[1], message, hint);
  }
  for (const { code, pos } of document.warnings)
    if (code === 'TAG_RESOLVE_FAILED')
      problems.add(source, pos[0], pos[1], 'YAML tags (!…) have no meaning here', 'Remove it.');
  const { explicit, version } = document.directives.yaml;
  if (explicit === true && version !== '1.2')
    problems.add(
      source,
      0,
      1,
      `the file asks for YAML ${version}`,
      'Experiments are YAML 1.2: remove the %YAML line.',
    );
  return document.errors.length === 0;
}

/** null: unreadable; the problems have been added. */
export function readYaml(source: SourceFile, problems: Problems, emptyHint: string): Located | null {
  const deep = tooDeepAt(source.text);
  if (deep !== null) {
    problems.add(source, deep, deep + 1, 'nested too deeply');
    return null;
  }
  // Duplicate keys are found in the walk: the parser compares each key with every other.
  const document = parseDocument(source.text, {
    version: '1.2',
    strict: true,
    uniqueKeys: false,
    merge: false,
    prettyErrors: false,
    logLevel: 'error',
  });
  if (!complain(document, source, problems)) return null;
  try {
    const root = new Walk(source, problems).value(document.contents, null, 0);
    if (root.value === null) {
      problems.add(source, 0, 1, 'the file is empty', emptyHint);
      return null;
    }
    if (root.map === null) {
      problems.add(
        source,
        root.start,
        root.end,
        'the file must be a map of keys',
        'Write `key: value` lines.',
      );
      return null;
    }
    return root;
  } catch (error) {
    if (error instanceof Unreadable) return null;
    throw error;
  }
}
