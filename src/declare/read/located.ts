/** Values of a YAML file together with where they stand. */
import type { SourceFile } from './source-file.js';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal' | 'folded';

export interface Located {
  readonly source: SourceFile;
  /** Strings, numbers, booleans, null, arrays, plain objects. */
  readonly value: unknown;
  /** Offsets of the value in the text. */
  readonly start: number;
  readonly end: number;
  /** Where its key stands; null for the file itself and for items of a list. */
  readonly key: { readonly name: string; readonly start: number; readonly end: number } | null;
  /** Set for maps, in file order. */
  readonly map: ReadonlyMap<string, Located> | null;
  readonly list: readonly Located[] | null;
  readonly style: ScalarStyle | null;
}

/** The value under a path, or null where the path leaves the file. */
export function locate(root: Located, path: readonly PropertyKey[]): Located | null {
  let at: Located | null = root;
  for (const step of path) {
    if (at === null) return null;
    at = (at.map?.get(String(step)) ?? at.list?.[Number(step)] ?? null) as Located | null;
  }
  return at;
}

export const child = (at: Located | null, key: string): Located | null => at?.map?.get(key) ?? null;

/** Entries of a map in file order; none where it is not a map. */
export const entries = (at: Located | null): readonly (readonly [string, Located])[] => [...(at?.map ?? [])];

export const items = (at: Located | null): readonly Located[] => at?.list ?? [];
