/** Moments of a sample: mean, sample variance (n − 1), skewness, summed left to right. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
  /** Mean cubed deviation (/n) in standard deviations; 0 where the values do not vary. */
  readonly skewness: number;
}

export function momentsOf(values: readonly number[]): Moments {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  const square = values.reduce((sum, value) => sum + (value - mean) * (value - mean), 0);
  const variance = square / (n - 1);
  const deviation = Math.sqrt(variance);
  // In standard deviations: cubes of what is measured in 1e-60 or 1e60 are no numbers any more.
  const cube = values.reduce((sum, value) => {
    const d = (value - mean) / deviation;
    return sum + d * d * d;
  }, 0);
  return { n, mean, variance, skewness: variance > 0 ? cube / n : 0 };
}

/** Of at least one value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
