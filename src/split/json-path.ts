/** `$`, `$.name`, `$.name.other[0]`: the part of JSONPath that names exactly one place. */
export const JSON_PATH = /^\$(\.[\p{L}_][\p{L}\p{N}_-]*|\[\d+\])*$/u;

/** The value at the path; undefined where there is none. */
export function atPath(value: unknown, path: string): unknown {
  let here = value;
  for (const [, name, index] of path.slice(1).matchAll(/\.([^.[]+)|\[(\d+)\]/g)) {
    if (typeof here !== 'object' || here === null) return undefined;
    const key = name ?? index;
    here = Object.hasOwn(here, key) ? (here as Record<string, unknown>)[key] : undefined;
  }
  return here;
}
