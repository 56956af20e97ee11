/** Which keys of an experiment file differ between two readings of it: for refusing to resume, by name. */
import { parse } from 'yaml';

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function differing(before: unknown, after: unknown, path: string): string[] {
  if (isRecord(before) && isRecord(after))
    return [...new Set([...Object.keys(before), ...Object.keys(after)])].flatMap((key) =>
      differing(before[key], after[key], path === '' ? key : `${path}.${key}`),
    );
  return JSON.stringify(before) === JSON.stringify(after) ? [] : [path];
}

/** Dotted paths of keys whose values differ; comments and layout do not count. Both texts must be valid YAML. */
export const changedKeys = (before: string, after: string): readonly string[] =>
  differing(parse(before), parse(after), '');
