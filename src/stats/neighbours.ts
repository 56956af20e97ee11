/*
 * Do neighbours resemble each other?
 *
 * Answers: may units that follow each other be taken as independent, where something could last longer than one of them.
 * Applies: deviations from their mean, in order. Formula: the correlation with the next, ρ̂ = Σd_t·d_{t+1}/Σd², is −1/n on
 * average and has variance 1/n where all are independent; they are alike where (ρ̂ + 1/n)·√n > 1.645 (one-sided
 * 5 %; of two arms looked at, 2.5 % each).
 * Source: Bartlett 1946 (JRSS Supplement 8:27); Kendall 1954 (Biometrika 41:403).
 */
export interface Neighbours {
  /** ρ̂, −1 … 1; 0 where nothing varies. */
  readonly correlation: number;
  readonly alike: boolean;
}

/** By how many series are asked, one of which alike would be enough. */
const CRITICAL = { 1: 1.6448536269514722, 2: 1.959963984540054 } as const;

export function neighbours(deviations: Float64Array, asked: 1 | 2 = 1): Neighbours {
  const n = deviations.length;
  let [squares, products] = [0, 0];
  for (let t = 0; t < n; t++) {
    squares += deviations[t] * deviations[t];
    if (t > 0) products += deviations[t] * deviations[t - 1];
  }
  if (!(squares > 0)) return { correlation: 0, alike: false };
  const correlation = products / squares;
  return { correlation, alike: (correlation + 1 / n) * Math.sqrt(n) > CRITICAL[asked] };
}
