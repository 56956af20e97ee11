/** Moments of a sample: mean, sample variance (n − 1), third central moment (biased, /n), median, summed left to right. */
export interface Moments {
  readonly n: number;
  readonly mean: number;
  readonly variance: number;
  /** Mean cubed deviation. */
  readonly third: number;
}

export function momentsOf(values: readonly number[]): Moments {
  const n = values.length;
  const mean = values.reduce((sum, value) => sum + value, 0) / n;
  let square = 0;
  let cube = 0;
  for (const value of values) {
    const d = value - mean;
    square += d * d;
    cube += d * d * d;
  }
  return { n, mean, variance: square / (n - 1), third: cube / n };
}

/** Of at least one value. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
