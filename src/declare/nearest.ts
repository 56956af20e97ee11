/** "Did you mean": the valid name nearest to what was written. */

/** Damerau–Levenshtein distance (optimal string alignment): insert, delete, replace, swap neighbours. */
export function distance(a: string, b: string): number {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(
        (last[j] as number) + 1,
        (row[j - 1] as number) + 1,
        (last[j - 1] as number) + cost,
      );
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, (before[j - 2] as number) + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length] as number;
}

const LONGEST = 60;
const SHORT_LIST = 30;
/** Beyond this the search costs more than the hint is worth. */
const LONGEST_LIST = 500;

/** The nearest name, only where it is near: a third of the letters may differ, one in short names. */
export function nearest(written: string, names: readonly string[]): string | null {
  if (written.length > LONGEST || names.length > LONGEST_LIST) return null;
  let best: string | null = null;
  let bestDistance = Number.POSITIVE_INFINITY;
  for (const name of names) {
    const d = distance(written.toLowerCase(), name.toLowerCase());
    const near = Math.max(1, Math.floor(Math.min(written.length, name.length) / 3));
    if (d <= near && d < bestDistance) {
      best = name;
      bestDistance = d;
    }
  }
  return best;
}

/** The hint for a name that is not one of `names`. */
export function suggestion(written: string, names: readonly string[], what = 'valid'): string | null {
  const near = nearest(written, names);
  const list = names.length > 0 && names.length <= SHORT_LIST ? `${what}: ${names.join(', ')}` : null;
  if (near !== null) return list === null ? `did you mean "${near}"?` : `did you mean "${near}"? (${list})`;
  return list;
}
