/*
 * Placements of one short row, without sorting it.
 *
 * Answers: 2U and ties of a row of a screen, as `placements.ts` defines them, exactly. Applies: arms of up to 126 finite
 * values that spread; a row whose values crowd (outliers, few distinct values) is given back for `step-sort.ts`.
 * Formula: 512 equal steps over mean ± 3 sd of every eighth value; whatever lies outside belongs to the first or the
 * last step. Below a y are the x of lower steps, read off sums of counts, and the smaller x of its own step. Values that
 * meet in a step (about 20 of 120 normal ones) form a chain and are compared one by one after the passes, where no
 * branch depends on them: a wrongly guessed branch costs as much as five values.
 * Source: address calculation: Knuth, TAOCP 3, 5.2.1; sums of bytes inside a word: TAOCP 4A, 7.1.3.
 */
import type { Placements } from './placements.js';

/** Longest arms: both arms' places fit a byte. */
export const LONGEST = 126;
const STEPS = 512;
const LAST = STEPS - 1;
const WORDS = STEPS / 4;
const EACH_BYTE = 0x01010101;
const SAMPLED = 8;
/** Of x, and of a row, no more values may share steps: sorting is then faster. */
const MOST_MET_IN_X = 24;
const MOST_MET = 64;
/** Between the stamps of two rows; what lies between is the index of a value. */
const STAMPS = 256;
const LAST_STAMP = 2147483647 - 2 * STAMPS;

// Scratch of one row; kept in the module, where the compiler knows its addresses: a third of the time.
/** How many x fell into a step; 0 between rows. */
const count = new Uint8Array(STEPS);
const countWords = new Int32Array(count.buffer);
/** How many x lie in lower steps. */
const lower = new Uint8Array(STEPS);
const lowerWords = new Int32Array(lower.buffer);
/** Stamp of the row + index of the value that came last into a step; smaller: none in this row. */
const latest = new Int32Array(STEPS);
/** What `latest` said when value i came. */
const before = new Int32Array(STAMPS);
/** The row, x then y. */
const row = new Float64Array(STAMPS);
/** Values that were not the first in their step. */
const met = new Uint8Array(STAMPS);
let stamp = STAMPS;
let below = 0;
// Numbers with fractions, in an array: as variables of the module each would be allocated anew when it changes.
const scale = new Float64Array(3);
const [LOW, STEPS_PER_UNIT] = [0, 1];
/** Sum of the distances from `low`, in steps: beyond 2^31 a step may not be a whole number of 32 bits. */
const DISTANCES = 2;

/** Of m values of `x` from `fromX` on and n of `y`; false where sorting is faster, or a value is not finite. */
export function stepPlacements(
  x: Float64Array,
  fromX: number,
  m: number,
  y: Float64Array,
  fromY: number,
  n: number,
  into: Placements,
): boolean {
  chooseSteps(x, fromX, m, y, fromY, n);
  if (!(scale[STEPS_PER_UNIT] > 0 && scale[STEPS_PER_UNIT] < Number.POSITIVE_INFINITY)) return false;
  stamp = stamp < LAST_STAMP ? stamp + STAMPS : restart();
  scale[DISTANCES] = 0;
  below = 0;
  const metInX = placeX(x, fromX, m);
  if (metInX > MOST_MET_IN_X) {
    count.fill(0);
    return false;
  }
  countsToLower();
  const metInAll = placeY(y, fromY, m, n, metInX);
  if (metInAll > MOST_MET || !(scale[DISTANCES] < 2147483647)) return false;
  compareMet(metInAll, m, n, into);
  return true;
}

function restart(): number {
  latest.fill(0);
  return STAMPS;
}

function chooseSteps(
  x: Float64Array,
  fromX: number,
  m: number,
  y: Float64Array,
  fromY: number,
  n: number,
): void {
  let size = 0;
  let sum = 0;
  let squares = 0;
  for (let i = 0; i < m; i += SAMPLED) {
    const value = x[fromX + i];
    sum += value;
    squares += value * value;
    size++;
  }
  for (let j = 0; j < n; j += SAMPLED) {
    const value = y[fromY + j];
    sum += value;
    squares += value * value;
    size++;
  }
  const mean = sum / size;
  const deviation = Math.sqrt(squares / size - mean * mean);
  scale[LOW] = mean - 3 * deviation;
  scale[STEPS_PER_UNIT] = STEPS / (6 * deviation);
}

/** Returns how many were not the first in their step. */
function placeX(x: Float64Array, from: number, m: number): number {
  const low = scale[LOW];
  const stepsPerUnit = scale[STEPS_PER_UNIT];
  const now = stamp;
  let size = 0;
  let away = 0;
  for (let i = 0; i < m; i++) {
    const value = x[(from + i) | 0];
    const distance = (value - low) * stepsPerUnit;
    away += Math.abs(distance);
    let step = distance | 0;
    if (step >>> 0 > LAST) step = distance < 0 ? 0 : LAST;
    step &= LAST; // changes nothing, but tells the compiler
    row[i & 255] = value;
    const other = latest[step];
    latest[step] = (now + i) | 0;
    before[i & 255] = other;
    met[size & 255] = i;
    size = (size + ((now - 1 - other) >>> 31)) | 0; // kept where there is another one
    count[step]++;
  }
  scale[DISTANCES] += away;
  return size;
}

/** The x below a step are those in the steps before it: four of them, one a byte, in each word. */
function countsToLower(): void {
  let sum = 0;
  for (let w = 0; w < WORDS; w++) {
    const running = Math.imul(countWords[w], EACH_BYTE);
    lowerWords[w] = (running << 8) + sum;
    sum = (sum + Math.imul(running >>> 24, EACH_BYTE)) | 0;
    countWords[w] = 0;
  }
}

function placeY(y: Float64Array, from: number, m: number, n: number, metInX: number): number {
  const low = scale[LOW];
  const stepsPerUnit = scale[STEPS_PER_UNIT];
  const now = stamp;
  let size = metInX;
  let away = 0;
  let sum = 0;
  for (let j = 0; j < n; j++) {
    const value = y[(from + j) | 0];
    const distance = (value - low) * stepsPerUnit;
    away += Math.abs(distance);
    let step = distance | 0;
    if (step >>> 0 > LAST) step = distance < 0 ? 0 : LAST;
    step &= LAST;
    const i = (m + j) | 0;
    row[i & 255] = value;
    const other = latest[step];
    latest[step] = (now + i) | 0;
    before[i & 255] = other;
    met[size & 255] = i;
    size = (size + ((now - 1 - other) >>> 31)) | 0; // kept where there is another one
    sum = (sum + lower[step]) | 0;
  }
  scale[DISTANCES] += away;
  below += sum;
  return size;
}

/** Each value that met others against all that came before it: twice the x below a y, and ties. */
function compareMet(size: number, m: number, n: number, into: Placements): void {
  const now = stamp;
  let doubled = 0;
  let ties = 0;
  for (let k = 0; k < size; k++) {
    const i = met[k];
    const value = row[i];
    let equal = 0;
    let said = before[i];
    do {
      const earlier = said & 255;
      const other = row[earlier];
      const yAndX = ((m - 1 - i) & (earlier - m)) >> 31;
      doubled = (doubled + ((Number(other < value) + Number(other <= value)) & yAndX)) | 0;
      equal = (equal + Number(other === value)) | 0;
      said = before[earlier];
    } while (said >= now);
    ties += equal * (equal + 1);
  }
  into.doubled = 2 * (m * n - below) - doubled;
  into.ties = 3 * ties; // t³ − t = 3·(1·2 + 2·3 + … + (t − 1)·t)
}
