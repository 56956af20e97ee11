/*
 * A series on its grid of time buckets.
 *
 * Answers: where was something observed. Applies: buckets of one width, at least half of them observed. A bucket that is missing is dropped from the mean, but the buckets around it
 * stay where they were: distances and cosines use true positions.
 * Formula: g_t = x_t − x̄ where observed, 0 where not (an amplitude-modulated series). Σ_t Σ_s g_t·g_s = 0 is what
 * estimates the variance of Σ(x_t − μ), because exactly the observed pairs, at their true distance, make up that
 * variance; nothing is interpolated and no gap is closed.
 * Source: Parzen 1963 (Sankhyā A 25:383); Datta and Du 2012 (J. Econometrics 170:166) for long-run variances.
 */
export interface TimeGrid {
  /** Index of each observation, from 0, increasing. */
  readonly position: Float64Array;
  /** Length of the grid: last position + 1. */
  readonly span: number;
  /** 1 where observed; null where every bucket is. */
  readonly mask: Float64Array | null;
}

/**
 * `bucket`: whole numbers, increasing, the number of each observation's time bucket from any origin; null: no gaps.
 * Null where more than half of the buckets between first and last are missing: that is not one series.
 */
export function timeGrid(count: number, bucket: ArrayLike<number> | null): TimeGrid | null {
  if (bucket === null || count === 0) {
    return { position: Float64Array.from({ length: count }, (_, t) => t), span: count, mask: null };
  }
  const position = Float64Array.from({ length: count }, (_, t) => bucket[t] - bucket[0]);
  const span = position[count - 1] + 1;
  if (!position.every((p, t) => Number.isInteger(p) && (t === 0 || p > position[t - 1]))) {
    throw new RangeError('bucket needs increasing whole numbers');
  }
  if (span > 2 * count) return null;
  if (span === count) return { position, span, mask: null };
  const mask = new Float64Array(span);
  for (const p of position) mask[p] = 1;
  return { position, span, mask };
}

/** Values minus their mean, twice, so that the rounding of a large mean does not remain. */
function centred(values: Float64Array): Float64Array {
  const result = values.slice();
  for (let round = 0; round < 2; round++) {
    let sum = 0;
    for (let t = 0; t < result.length; t++) sum += result[t];
    const mean = sum / result.length;
    for (let t = 0; t < result.length; t++) result[t] -= mean;
  }
  return result;
}

/** Deviations from the mean at their positions, 0 in gaps. */
export function onGrid(values: Float64Array, grid: TimeGrid): Float64Array {
  const deviations = centred(values);
  if (grid.mask === null) return deviations;
  const full = new Float64Array(grid.span);
  deviations.forEach((value, t) => {
    full[grid.position[t]] = value;
  });
  return full;
}
