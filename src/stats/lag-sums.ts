/*
 * Products of a series with itself at a distance.
 *
 * Answers: S_k = Σ_t g_t·g_{t+k} for k = 0 … lags, of a centred series on a grid (gaps are zeros, so that only pairs
 * that were both observed count, at their true distance).
 * Applies: autocovariances, S_k ÷ number of points. Formula: few lags or short series as it stands, else by the Fourier
 * transform: with at least `lags` zeros behind the series, the transform of |Z|² is the lag sums.
 * Source: Brockwell and Davis 1991, §1.4; Wiener–Khinchin. Error about 1e-15·S_0.
 */
import { fourier, powerOfTwo } from './fourier.js';

/** S_0 … S_lags; lags < grid.length. */
export function lagSums(grid: Float64Array, lags: number): Float64Array {
  const size = powerOfTwo(grid.length + lags);
  return grid.length * (lags + 1) < 80 * size ? direct(grid, lags) : transformed(grid, lags, size);
}

function direct(grid: Float64Array, lags: number): Float64Array {
  const sums = new Float64Array(lags + 1);
  for (let k = 0; k <= lags; k++) {
    let sum = 0;
    for (let t = k; t < grid.length; t++) sum += grid[t] * grid[t - k];
    sums[k] = sum;
  }
  return sums;
}

function transformed(grid: Float64Array, lags: number, size: number): Float64Array {
  const re = new Float64Array(size);
  const im = new Float64Array(size);
  re.set(grid);
  fourier(re, im);
  for (let j = 0; j < size; j++) {
    re[j] = (re[j] * re[j] + im[j] * im[j]) / size;
    im[j] = 0;
  }
  fourier(re, im);
  return re.slice(0, lags + 1);
}
