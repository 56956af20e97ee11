/*
 * Sorting two short samples together, values of any shape.
 *
 * Answers: 2U and ties, as `placements.ts` defines them, of one row of a screen. Applies: the rows that
 * `step-placements.ts` gives back: many equal values, or outliers that press all others into few steps.
 * Formula: both arms are thrown into 512 equal steps between the smallest and the largest value, which puts most
 * values in their place; one pass of insertion mends the rest, so the order never depends on the guess. U and the ties
 * are read off in one walk.
 * Source: distribution sorting: Knuth, TAOCP 3, 5.2.1 (multiple list insertion); sums of bytes inside a word: TAOCP 4A, 7.1.3.
 */
import type { Placements } from './placements.js';
import { LONGEST } from './step-placements.js';

const STEPS = 512;
const WORDS = STEPS / 4;
const EACH_BYTE = 0x01010101;

// Scratch of one row; kept in the module, where the compiler knows its addresses: a third of the time.
/** How many values fell into a step; 0 between rows. */
const count = new Uint8Array(STEPS);
const countWords = new Int32Array(count.buffer);
/** Where the next value of a step goes. */
const place = new Uint8Array(STEPS);
const placeWords = new Int32Array(place.buffer);
const stepOf = new Uint16Array(2 * LONGEST);
const sorted = new Float64Array(2 * LONGEST);
const isX = new Uint8Array(2 * LONGEST);

/** Of row k; false where a value is NaN or there are no steps between the smallest and the largest value. */
export function sortedPlacements(
  x: Float64Array,
  y: Float64Array,
  m: number,
  n: number,
  k: number,
  into: Placements,
): boolean {
  return sortRow(x, y, m, n, k) && placementsOfRow(m, n, into);
}

function sortRow(x: Float64Array, y: Float64Array, m: number, n: number, k: number): boolean {
  const [fromX, fromY] = [k * m, k * n];
  let [low, high] = [x[fromX], x[fromX]];
  for (let i = 0; i < m; i++) {
    const value = x[fromX + i];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  for (let j = 0; j < n; j++) {
    const value = y[fromY + j];
    if (value < low) low = value;
    if (value > high) high = value;
  }
  const stepsPerUnit = (STEPS - 0.5) / (high - low);
  if (!(stepsPerUnit > 0 && stepsPerUnit < Number.POSITIVE_INFINITY)) return false;
  for (let i = 0; i < m; i++) {
    const step = ((x[fromX + i] - low) * stepsPerUnit) | 0;
    stepOf[i] = step;
    count[step]++;
  }
  for (let j = 0; j < n; j++) {
    const step = ((y[fromY + j] - low) * stepsPerUnit) | 0;
    stepOf[m + j] = step;
    count[step]++;
  }
  countsToPlaces();
  for (let i = 0; i < m; i++) {
    const at = place[stepOf[i]]++;
    sorted[at] = x[fromX + i];
    isX[at] = 1;
  }
  for (let j = 0; j < n; j++) {
    const at = place[stepOf[m + j]]++;
    sorted[at] = y[fromY + j];
    isX[at] = 0;
  }
  insert(m + n);
  return true;
}

/** The place of a step is the number of values in the steps before it: four of them, one a byte, in each word. */
function countsToPlaces(): void {
  let before = 0;
  for (let w = 0; w < WORDS; w++) {
    const running = Math.imul(countWords[w], EACH_BYTE);
    placeWords[w] = (running << 8) + Math.imul(before, EACH_BYTE);
    before += running >>> 24;
    countWords[w] = 0;
  }
}

function insert(size: number): void {
  let last = sorted[0];
  for (let i = 1; i < size; i++) {
    const value = sorted[i];
    if (value < last) {
      const label = isX[i];
      let j = i;
      do {
        sorted[j] = sorted[j - 1];
        isX[j] = isX[j - 1];
        j--;
      } while (j > 0 && sorted[j - 1] > value);
      sorted[j] = value;
      isX[j] = label;
    } else last = value;
  }
}

/** 2U and ties of the sorted row; false where a value is NaN (the order is then meaningless). */
function placementsOfRow(m: number, n: number, into: Placements): boolean {
  let last = Number.NEGATIVE_INFINITY;
  let increasing = 1;
  let seen = 0;
  let above = 0;
  for (let i = 0; i < m + n; i++) {
    const value = sorted[i];
    increasing &= Number(last < value);
    last = value;
    seen += isX[i];
    above += seen & (isX[i] - 1); // of a y: the x below it
  }
  into.doubled = 2 * (m * n - above);
  into.ties = 0;
  return increasing === 1 || tiedPlacements(m + n, into);
}

function tiedPlacements(size: number, into: Placements): boolean {
  let ofY = 0;
  let doubled = 0;
  let ties = 0;
  for (let i = 0; i < size; ) {
    const value = sorted[i];
    const from = i;
    let a = 0;
    while (i < size && sorted[i] === value) a += isX[i++];
    const t = i - from;
    if (t === 0) return false;
    doubled += a * (2 * ofY + t - a);
    ofY += t - a;
    ties += t * t * t - t;
  }
  into.doubled = doubled;
  into.ties = ties;
  return true;
}
