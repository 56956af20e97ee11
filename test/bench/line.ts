/** One line of the table of speed. */
export interface Line {
  readonly what: string;
  readonly ms: number;
  /** What one would otherwise take for it, null where there is nothing of the kind. */
  readonly beside: { readonly what: string; readonly ms: number } | null;
  /** At least so many times as fast; or at most so many ms; or at most so many ms over what is beside it. */
  readonly owed: { readonly ratio: number } | { readonly ms: number } | { readonly moreMs: number } | null;
}

export function kept({ ms, beside, owed }: Line): boolean {
  if (owed === null) return true;
  if ('ms' in owed) return ms <= owed.ms;
  if (beside === null) throw new Error('a ratio needs something beside it');
  return 'ratio' in owed ? beside.ms / ms >= owed.ratio : ms - beside.ms <= owed.moreMs;
}

const shown = (ms: number): string =>
  ms >= 10_000
    ? `${(ms / 1000).toFixed(1)} s`
    : ms >= 100
      ? `${ms.toFixed(0)} ms`
      : `${Number(ms.toPrecision(2))} ms`;

export function table(lines: readonly Line[]): string {
  const rows = lines.map((line) => {
    const { what, ms, beside, owed } = line;
    const ratio = beside === null ? '' : `${Number((beside.ms / ms).toPrecision(2))} ×`;
    const promise =
      owed === null
        ? ''
        : 'ratio' in owed
          ? `≥ ${owed.ratio} ×`
          : 'ms' in owed
            ? `≤ ${owed.ms} ms`
            : `≤ ${owed.moreMs} ms more`;
    const failed = kept(line) ? '' : ' **missed**';
    return `| ${what} | ${shown(ms)} | ${beside === null ? '' : `${beside.what}: ${shown(beside.ms)}`} | ${ratio} | ${promise}${failed} |`;
  });
  return ['| | stacktrial | beside | as fast | owed |', '|--|--|--|--|--|', ...rows].join('\n');
}

/** Least of several rounds, ms: what the work takes when nobody else disturbs. */
export async function least(rounds: number, work: () => unknown): Promise<number> {
  let found = Number.POSITIVE_INFINITY;
  for (let round = 0; round < rounds; round++) {
    const began = performance.now();
    await work();
    found = Math.min(found, performance.now() - began);
  }
  return found;
}
