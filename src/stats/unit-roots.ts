/*
 * Cosines and sines of the fractions of a circle, without Math.sin and Math.cos.
 *
 * Answers: cos and sin of 2πk/size for k = 0 … size − 1, size a power of two.
 * Applies: Fourier and cosine transforms whose results must have the same bits on every Node (V8 has changed its
 * sine; square roots are exact by IEEE 754).
 * Formula: halving an angle, cos(a/2) = √((1 + cos a)/2), sin(a/2) = sin a/(2·cos(a/2)), gives the root of each bit
 * of k; the root of k is the product over its bits, at most log2(size) factors, so errors stay at a few 1e-16.
 * Source: Buneman 1987 (SIAM J. Sci. Stat. Comput. 8:624) on stable generation of roots; half-angle formulas.
 */

export interface UnitRoots {
  readonly cos: Float64Array;
  readonly sin: Float64Array;
}

const known = new Map<number, UnitRoots>();

/** Tables are kept: a pure function of `size`, a power of two from 1 to 2^22. */
export function unitRoots(size: number): UnitRoots {
  const seen = known.get(size);
  if (seen !== undefined) return seen;
  const roots = tabulate(size);
  known.set(size, roots);
  return roots;
}

function tabulate(size: number): UnitRoots {
  const cos = new Float64Array(size).fill(1);
  const sin = new Float64Array(size);
  let c = 1; // the full circle; halved once it is cos π, sin π
  let s = 0;
  for (let bit = size / 2; bit >= 1; bit /= 2) {
    if (bit === size / 2) {
      c = -1;
      s = 0;
    } else if (bit === size / 4) {
      c = 0;
      s = 1;
    } else {
      const half = Math.sqrt((1 + c) / 2);
      s /= 2 * half;
      c = half;
    }
    // Entries below `bit` with no lower bits set are known once the larger bits are done.
    for (let k = bit; k < size; k += 2 * bit) {
      const [a, b] = [cos[k - bit], sin[k - bit]];
      cos[k] = a * c - b * s;
      sin[k] = a * s + b * c;
    }
  }
  return { cos, sin };
}
