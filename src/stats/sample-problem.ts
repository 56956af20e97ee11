/*
 * Why a sample cannot be used.
 *
 * Answers: are there enough values, and is each of them a number. Applies: before any method that takes raw values; a
 * method never throws on data and never turns NaN into an answer. What cannot be data is an error: another kind of array
 * (whole-number arrays cut fractions off what is computed into them, plain ones sort as text), or columns of the same
 * rows that differ in length. Formula: counts. Source: STATISTICS.md §9.
 */
import { outOfRange } from '../model/range.js';
import { type Reason, reason } from '../model/reason.js';

/** Throws a TypeError for another kind of array, a RangeError where columns of the same `rows` are not equally long. */
export function checkColumns(columns: readonly Float64Array[], rows: 'own' | 'same' = 'same'): void {
  for (const column of columns) {
    const kind = Object.prototype.toString.call(column).slice(8, -1);
    if (kind !== 'Float64Array')
      throw new TypeError(`values come in a Float64Array, got ${kind}: write Float64Array.from(values)`);
  }
  if (rows === 'same' && columns.some(({ length }) => length !== columns[0].length)) {
    const lengths = columns.map(({ length }) => length).join(' and ');
    throw new RangeError(`columns of the same rows need the same length, got ${lengths}`);
  }
}

/** `need`: fewest values in each sample. Null where nothing is wrong. */
export function sampleProblem(samples: readonly Float64Array[], need: number): Reason | null {
  checkColumns(samples, 'own');
  for (const sample of samples) {
    if (sample.length < need) return reason('too-few-values', { have: sample.length, need });
  }
  for (const sample of samples) {
    let bad = 0;
    for (let i = 0; i < sample.length; i++) if (!Number.isFinite(sample[i])) bad++;
    if (bad > 0) return reason('values-not-finite', { count: bad, of: sample.length });
  }
  return null;
}

/** Why squares of these values would not be numbers any more, or null. */
export function rangeProblem(samples: readonly Float64Array[]): Reason | null {
  for (const sample of samples) {
    const largest = outOfRange(sample);
    if (largest !== null) return reason('values-out-of-range', { largest });
  }
  return null;
}

/** `sampleProblem`, for methods that square what they are given. */
export const squareProblem = (samples: readonly Float64Array[], need: number): Reason | null =>
  sampleProblem(samples, need) ?? rangeProblem(samples);

/** Whether all values are the same. */
export function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

export const isReason = (answer: object): answer is Reason => 'code' in answer;
