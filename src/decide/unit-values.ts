/** One arm's units as single numbers, for quantiles of one arm. */
import type { ArmColumn } from '../model/evidence.js';
import type { Estimand } from '../model/experiment.js';

export const isQuantile = (estimand: Estimand): boolean => /^p\d/.test(estimand);

/** `p99.9` → 0.999. */
export const shareOf = (estimand: Estimand): number => Number(`${estimand.slice(1)}e-2`);

/** A ratio metric gives each unit's own ratio. */
export const unitValues = ({ value, per }: ArmColumn, times: number): Float64Array =>
  per === null ? value : value.map((v, i) => (times * v) / per[i]);
