/*
 * The fast Fourier transform of a power of two.
 *
 * Answers: Z_j = Σ_t z_t·e^(−2πi·jt/n), in place, O(n log n). Applies: lag sums and cosine sums of long series; other
 * lengths are padded with zeros by the caller, which for both is exact.
 * Formula: decimation in time, radix 2, after reversing the bits of the index.
 * Source: Cooley and Tukey 1965 (Math. Comp. 19:297). Error about 1e-16·log2(n) of the root mean square.
 */
import { unitRoots } from './unit-roots.js';

/** Transforms in place; both arrays have the same power of two as their length. */
export function fourier(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  reverseBits(re, im);
  const { cos, sin } = unitRoots(n);
  for (let half = 1; half < n; half *= 2) {
    const stride = n / (2 * half);
    for (let start = 0; start < n; start += 2 * half) {
      for (let k = 0, root = 0; k < half; k++, root += stride) {
        const a = start + k;
        const b = a + half;
        const c = cos[root];
        const s = sin[root];
        const x = re[b] * c + im[b] * s;
        const y = im[b] * c - re[b] * s;
        re[b] = re[a] - x;
        im[b] = im[a] - y;
        re[a] += x;
        im[a] += y;
      }
    }
  }
}

function reverseBits(re: Float64Array, im: Float64Array): void {
  const n = re.length;
  for (let i = 1, j = 0; i < n; i++) {
    let bit = n >> 1;
    for (; j & bit; bit >>= 1) j ^= bit;
    j ^= bit;
    if (i < j) {
      const x = re[i];
      re[i] = re[j];
      re[j] = x;
      const y = im[i];
      im[i] = im[j];
      im[j] = y;
    }
  }
}

/** The smallest power of two that is at least n. */
export function powerOfTwo(n: number): number {
  let size = 1;
  while (size < n) size *= 2;
  return size;
}
