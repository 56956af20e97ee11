/*
 * Rows that belong together.
 *
 * Answers: which rows share a stratum. Applies: items of a fixed workload, repeats of one item, schedules of one kind.
 * Formula: rows of the same name, in order of first appearance. Source: stratification, Cochran 1977 §5.
 */

/** Indices of each stratum's rows, strata in order of first appearance; null: all rows are one stratum. */
export function membersOf(stratum: readonly string[] | null, n: number): readonly number[][] {
  if (stratum === null) return [Array.from({ length: n }, (_, i) => i)];
  const members = new Map<string, number[]>();
  stratum.forEach((name, i) => {
    const group = members.get(name);
    if (group === undefined) members.set(name, [i]);
    else group.push(i);
  });
  return [...members.values()];
}

export const pick = (values: Float64Array, indices: readonly number[]): Float64Array =>
  Float64Array.from(indices, (i) => values[i]);
