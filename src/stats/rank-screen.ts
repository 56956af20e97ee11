/*
 * Mann–Whitney for hundreds of thousands of pairs of short series.
 *
 * Answers: two-sided p of each pair. Applies: screens (every metric of every service against yesterday), normal
 * approximation with continuity and tie correction as in `mann-whitney.ts`; the p-values are raw: correct them with
 * `benjaminiHochberg`.
 * Formula: x is sorted by insertion; the rank of every y among x is found by halving, without a branch to
 * guess wrong; U = mn − Σ ranks. That is right where no two values are equal, which a hash of the bits
 * of y and the neighbours of x tell; pairs with ties take the general way. About 3 µs for 60 + 60 values,
 * 8 µs with ties.
 * Source: halving without branches: Knuth, TAOCP 3, 6.2.1 (Shar's method).
 */
import { deviationOfU, survivalOf } from './mann-whitney.js';
import { type Placements, placements, sortValues } from './placements.js';

/** Longest arms that the short way serves; insertion grows with their square. */
const LONGEST = 126;
const SLOTS = 1024;

/**
 * Row k of `x` is its values k·m … (k+1)·m − 1; `y` likewise with n. NaN where a row holds NaN or both rows are one
 * constant. Memory: one p per pair. Independent of order, so work can be divided among threads at any row.
 */
export function mannWhitneyScreen(x: Float64Array, y: Float64Array, m: number, n: number): Float64Array {
  const tests = x.length / m;
  if (!(m >= 1 && n >= 1 && Number.isInteger(tests) && y.length === tests * n)) {
    throw new RangeError('mannWhitneyScreen needs as many rows of m values in x as of n values in y');
  }
  const p = new Float64Array(tests);
  const scratch = m <= LONGEST && n <= LONGEST ? scratchFor(y) : null;
  const [a, b, found] = [new Float64Array(m), new Float64Array(n), { doubled: 0, ties: 0 } as Placements];
  const untied = deviationOfU(m, n, 0);
  for (let k = 0; k < tests; k++) {
    const fast = scratch === null ? -1 : untiedRow(x, y, m, n, k, scratch);
    if (fast >= 0) {
      p[k] = twoSided(Math.abs(fast - m * n) / 2, untied);
      continue;
    }
    a.set(x.subarray(k * m, (k + 1) * m));
    b.set(y.subarray(k * n, (k + 1) * n));
    if (!sortValues(a) || !sortValues(b)) {
      p[k] = Number.NaN;
      continue;
    }
    placements(a, b, found);
    p[k] = twoSided(Math.abs(found.doubled - m * n) / 2, deviationOfU(m, n, found.ties));
  }
  return p;
}

const twoSided = (distance: number, sigma: number): number =>
  sigma > 0 ? Math.min(1, 2 * survivalOf((distance - 0.5) / sigma)) : Number.NaN;

/** Buffers of one screen. */
interface Scratch {
  /** Row of x ascending from place 1 on; −Infinity before it, +Infinity up to a power of two behind it. */
  readonly sorted: Float64Array;
  readonly first: Float64Array;
  readonly second: Float64Array;
  /** An open hash table of positions, emptied by counting up a mark. */
  readonly mark: Int32Array;
  readonly position: Int32Array;
  readonly bits: Int32Array;
}

function scratchFor(y: Float64Array): Scratch {
  const padded = () => {
    const values = new Float64Array(128).fill(Number.POSITIVE_INFINITY);
    values[0] = Number.NEGATIVE_INFINITY;
    return values;
  };
  return {
    sorted: padded(),
    first: padded(),
    second: padded(),
    mark: new Int32Array(SLOTS).fill(-1),
    position: new Int32Array(SLOTS),
    bits: new Int32Array(y.buffer, y.byteOffset, y.length * 2),
  };
}

/** 2U of row k where all its values are finite and differ; −1 elsewhere. */
function untiedRow(
  x: Float64Array,
  y: Float64Array,
  m: number,
  n: number,
  k: number,
  scratch: Scratch,
): number {
  if (!sortedRow(x, k * m, m, scratch) || hasRepeat(y, n, k, scratch)) return -1;
  const { sorted } = scratch;
  let below = 0;
  for (let j = k * n; j < (k + 1) * n; j++) {
    const value = y[j];
    // Each step halves what is left of 128 places; −1 & step is the step, −0 & step is none.
    let at = 64 & -Number(sorted[64] < value);
    at += 32 & -Number(sorted[at + 32] < value);
    at += 16 & -Number(sorted[at + 16] < value);
    at += 8 & -Number(sorted[at + 8] < value);
    at += 4 & -Number(sorted[at + 4] < value);
    at += 2 & -Number(sorted[at + 2] < value);
    at += 1 & -Number(sorted[at + 1] < value);
    // Two zeros of different sign are equal and have different bits; NaN is never below.
    if (sorted[at + 1] === value || value === 0 || !(value < Number.POSITIVE_INFINITY)) return -1;
    below += at;
  }
  return 2 * (m * n - below);
}

/** Sorts two halves by insertion and merges them; false unless all values are finite and differ. */
function sortedRow(x: Float64Array, from: number, m: number, { sorted, first, second }: Scratch): boolean {
  const half = m >> 1;
  insert(x, from, half, first);
  insert(x, from + half, m - half, second);
  let [i, j] = [1, 1];
  let last = Number.NEGATIVE_INFINITY;
  let increasing = 1;
  for (let place = 1; place <= m; place++) {
    const [a, b] = [first[i], second[j]];
    const value = Math.min(a, b); // NaN where either is
    const step = Number(a <= b);
    i += step;
    j += 1 - step;
    increasing &= Number(last < value);
    sorted[place] = value;
    last = value;
  }
  return increasing === 1 && last < Number.POSITIVE_INFINITY;
}

function insert(x: Float64Array, from: number, count: number, into: Float64Array): void {
  for (let i = 0; i < count; i++) {
    const value = x[from + i];
    let j = i;
    while (into[j] > value) {
      into[j + 1] = into[j];
      j--;
    }
    into[j + 1] = value;
  }
  into[count + 1] = Number.POSITIVE_INFINITY;
}

/** Whether row k of y holds a value twice. */
function hasRepeat(y: Float64Array, n: number, k: number, { mark, position, bits }: Scratch): boolean {
  const end = (k + 1) * n;
  for (let w = k * n; w < end; w++) {
    const mixed = bits[2 * w] ^ Math.imul(bits[2 * w + 1], 0x9e3779b1);
    let slot = Math.imul(mixed, 0x85ebca6b) >>> 22;
    while (mark[slot] === k) {
      if (y[position[slot]] === y[w]) return true;
      slot = (slot + 1) & (SLOTS - 1);
    }
    mark[slot] = k;
    position[slot] = w;
  }
  return false;
}
