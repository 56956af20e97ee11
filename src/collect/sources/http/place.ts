/**
 * Where in a JSON answer something stands.
 * Rows: a path in which `[*]` is every element of an array and `.*` every value of a map: `$.series[*].pointlist`;
 * what the path ends at is the array of rows, or with a trailing wildcard each row itself.
 * Fields, from a row: `$.value`, `$[0]`; `^.target` from the element that encloses the row at the wildcard before,
 * `^^` one further out; `@` the name or position under which the row stands, `^@` that of the enclosing element.
 */
import { parsePath, readPath, type Step } from '../../json-path.js';

export interface RowsPlace {
  /** Up to the first wildcard: what is streamed. */
  readonly first: readonly Step[];
  /** From there, from wildcard to wildcard. */
  readonly further: readonly (readonly Step[])[];
}

export interface FieldPlace {
  /** How many wildcards out from the row. */
  readonly up: number;
  readonly isKey: boolean;
  readonly steps: readonly Step[];
}

/** null where the text is not such a path. */
export const parseRowsPlace = (text: string): RowsPlace | null => {
  if (!text.startsWith('$')) return null;
  const parts = text.slice(1).split(/\[\*\]|\.\*/u);
  const paths = parts.map((part) => parsePath(`$${part}`));
  if (paths.some((path) => path === null)) return null;
  const [first, ...further] = paths as (readonly Step[])[];
  const last = further.at(-1);
  // `$.data[*]` is what `$.data` says already: after the last wildcard nothing more is to be opened.
  return { first, further: last !== undefined && last.length === 0 ? further.slice(0, -1) : further };
};

export const parseFieldPlace = (text: string): FieldPlace | null => {
  const match = /^(\^*)(@|\$?)(.*)$/su.exec(text);
  if (match === null) return null;
  const [, ups, mark, rest] = match;
  if (mark === '@') return rest === '' ? { up: ups.length, isKey: true, steps: [] } : null;
  if (ups === '' && mark === '') return null;
  const steps = parsePath(`$${rest}`);
  return steps === null ? null : { up: ups.length, isKey: false, steps };
};

/** An element with its name, innermost first: the row, what encloses it, and so on. */
export interface Place {
  readonly key: string | number;
  readonly value: unknown;
}

const entriesOf = (value: unknown): readonly Place[] | null => {
  if (Array.isArray(value)) return value.map((element, key) => ({ key, value: element }));
  if (typeof value !== 'object' || value === null) return null;
  return Object.entries(value).map(([key, element]) => ({ key, value: element }));
};

/** Calls `each` for every row inside one streamed element, with what encloses it; `missing` where a path leads nowhere. */
export const eachRow = (
  chain: readonly Place[],
  further: RowsPlace['further'],
  each: (row: readonly Place[]) => void,
  missing: (path: readonly Step[], inside: unknown) => never,
): void => {
  if (further.length === 0) {
    each(chain);
    return;
  }
  const [path, ...rest] = further;
  const inside = chain[0].value;
  const found = entriesOf(readPath(inside, path)) ?? missing(path, inside);
  for (const place of found) eachRow([place, ...chain], rest, each, missing);
};

/** undefined where there is nothing. */
export const readField = (chain: readonly Place[], { up, isKey, steps }: FieldPlace): unknown => {
  if (up >= chain.length) return undefined;
  return isKey ? chain[up].key : readPath(chain[up].value, steps);
};

/** Names that exist at a place, for a message. */
export const namesAt = (value: unknown): readonly string[] => {
  if (Array.isArray(value)) return [`an array of ${value.length}`];
  if (typeof value === 'object' && value !== null) return Object.keys(value).slice(0, 20);
  return [typeof value === 'string' ? `the text "${value.slice(0, 40)}"` : String(value)];
};
