/*
 * Slow cosines of a long series, in one pass over it.
 *
 * Answers: C_j = Σ_t v_t·cos(πj(t + ½)/N) for j = 0 … count, of a series on a grid of N points (gaps are zeros).
 * Applies: count well below N. Done plainly this costs N·count: for 100,000 points and 861 cosines 86 million steps.
 * Formula: the grid is cut into Q equal cells, Q a power of two of at least 1.75·count, so that within a cell even the
 * fastest cosine turns by less than 0.9 radians each side of the middle c_q and is a short polynomial there:
 *   cos(θ(c_q + s)) = cos θc_q·cos θs − sin θc_q·sin θs, cos and sin of θs by their series up to (θs)^15/15!.
 * Each point adds v·s^p/p! to 16 sums of its cell; the sums over cells are Fourier transforms of length 2Q. The angle
 * that belongs to half a cell is πj/2Q whatever N is, so all cosines are those of `unitRoots`.
 * Cost 16·N + 8 transforms. Error below 1e-13·Σ|v| (0.9^16/16! = 9e-15 from the cut series).
 * Source: Anderson and Dahleh 1996 (SIAM J. Sci. Comput. 17:913), the Taylor form of the non-uniform transform.
 */
import { fourier, powerOfTwo } from './fourier.js';
import { unitRoots } from './unit-roots.js';

const terms = 16;

/** C_0 … C_count of the series `grid` (zeros in gaps); count < grid.length. */
export function cosineSums(grid: Float64Array, count: number): Float64Array {
  const cells = powerOfTwo(Math.max(1, Math.ceil(1.75 * count)));
  const moments = cellMoments(grid, cells);
  const sums = new Float64Array(count + 1);
  const turn = unitRoots(4 * cells);
  const powers = new Float64Array(count + 1).fill(1); // ±φ^p of the current p
  const re = new Float64Array(2 * cells);
  const im = new Float64Array(2 * cells);
  for (let p = 0; p < terms; p += 2) {
    re.fill(0).set(moments[p]);
    im.fill(0).set(moments[p + 1]);
    fourier(re, im);
    for (let j = 0; j <= count; j++) {
      const mirror = j === 0 ? 0 : 2 * cells - j;
      const evenRe = (re[j] + re[mirror]) / 2;
      const evenIm = (im[j] - im[mirror]) / 2;
      const oddRe = (im[j] + im[mirror]) / 2;
      const oddIm = (re[mirror] - re[j]) / 2;
      const phi = (Math.PI * j) / (2 * cells);
      const cosines = evenRe * turn.cos[j] + evenIm * turn.sin[j];
      const sines = oddRe * turn.sin[j] - oddIm * turn.cos[j];
      sums[j] += powers[j] * (cosines - phi * sines);
      powers[j] *= -phi * phi;
    }
  }
  return sums;
}

/** [p][q]: Σ v·u^p/p! over the points of cell q, u from −1 to 1 across the cell. */
function cellMoments(grid: Float64Array, cells: number): Float64Array[] {
  const moments = Array.from({ length: terms }, () => new Float64Array(cells));
  const perPoint = cells / grid.length;
  const sums = new Float64Array(terms);
  let cell = 0;
  const flush = () => {
    for (let p = 0; p < terms; p++) moments[p][cell] = sums[p];
    sums.fill(0);
  };
  for (let t = 0; t < grid.length; t++) {
    const place = (t + 0.5) * perPoint;
    const at = Math.floor(place);
    if (at !== cell) {
      flush();
      cell = at;
    }
    const u = 2 * (place - at) - 1;
    let term = grid[t];
    for (let p = 0; p < terms; p++) {
      sums[p] += term;
      term *= u * inverse[p];
    }
  }
  flush();
  return moments;
}

/** 1/(p + 1): from v·u^p/p! to the next. */
const inverse = Float64Array.from({ length: terms }, (_, p) => 1 / (p + 1));
