/*
 * When a series holds too little independent information to be asked.
 *
 * Answers: may the test of this series be believed? With few independent values the effective size itself is a guess,
 * and lucky guesses are the ones that claim. Applies: every test of units in time; never to designs that randomise.
 * Formula: 60 buckets and more, and two arms at any length: Geyer's n_eff of each series ≥ 15. Paired series of 10–59
 * buckets: the smaller of Geyer's and the AR(1) size ≥ 8. Below 10 buckets: never.
 * Measured, nominal 5 %, among all runs: 10–59 paired with Geyer's size alone up to 11 % (T = 16, AR(1) 0.95), with the
 * smaller of both at most 6.2 %; from 60 on at most 5 % under AR(1) up to 0.95. Source: STATISTICS.md §3, §9; `npm run calibrate`.
 */
import { type Reason, reason } from '../model/reason.js';
import type { SeriesSpread } from './series-spread.js';

const fewestBuckets = 10;
const longSeries = 60;

/** Null where there are enough buckets to look at a series at all. */
export const enoughBuckets = (have: number): Reason | null =>
  have < fewestBuckets ? reason('too-few-buckets', { have, need: fewestBuckets }) : null;

/** Null where the series may be asked. */
export function enoughInformation(spread: SeriesSpread, buckets: number, paired: boolean): Reason | null {
  const short = paired && buckets < longSeries;
  const need = short ? 8 : 15;
  const byMemory = short ? (spread.firstOrder ?? spread.geyer) : spread.geyer;
  const least = byMemory.effectiveN < spread.geyer.effectiveN ? byMemory : spread.geyer;
  if (least.effectiveN >= need) return null;
  return reason('too-little-independent-information', {
    have: least.effectiveN,
    need,
    tau: least.tau,
    buckets,
    // At the same memory; the date on which it becomes measurable follows from the bucket's length.
    bucketsNeeded: Math.ceil(need * least.tau),
  });
}
