/** Names that exist, the most similar to what was written first. */

/** Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours, without case. */
const distance = (a: string, b: string): number => {
  let before: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let best = Math.min(last[j] + 1, row[j - 1] + 1, last[j - 1] + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        best = Math.min(best, before[j - 2] + 1);
      row.push(best);
    }
    before = last;
    last = row;
  }
  return last[b.length];
};

const HOW_MANY = 20;
const LONGEST = 100;

/** At most 20 of `names`, nearest to `wanted` first; equally near ones in their order. */
export const nearestFirst = (wanted: string, names: Iterable<string>): readonly string[] =>
  [...new Set(names)]
    .map((name) => ({
      name,
      far: distance(wanted.toLowerCase().slice(0, LONGEST), name.toLowerCase().slice(0, LONGEST)),
    }))
    .sort((a, b) => a.far - b.far)
    .slice(0, HOW_MANY)
    .map(({ name }) => name);
