/*
 * Why a sample cannot be used.
 *
 * Answers: are there enough values, and is each of them a number. Applies: before any method that takes raw values; a
 * method never throws on data and never turns NaN into an answer.
 */
import { type Reason, reason } from '../model/reason.js';

/** `need`: fewest values in each sample. Null where nothing is wrong. */
export function sampleProblem(samples: readonly Float64Array[], need: number): Reason | null {
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

/** Whether all values are the same. */
export function isConstant(values: Float64Array): boolean {
  return values.every((value) => value === values[0]);
}

export const isReason = (answer: object): answer is Reason => 'code' in answer;
