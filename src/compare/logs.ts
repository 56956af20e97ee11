/**
 * Logarithms of one arm's unit values, for the typical ratio.
 *
 * They are taken of value ÷ around, with one `around` for both arms: ln 1,000,000,001 keeps six digits of what it is
 * larger than ln 1,000,000,000, ln(1 + 1e-9) keeps sixteen.
 */
import type { ComparePlan, Samples } from '../model/effect.js';
import type { ArmColumn } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import { type Precise, preciseAdd, preciseSum } from '../stats/double-double.js';
import { membersOf, pick } from '../stats/strata.js';
import { measured } from './measures.js';

/** The smallest value of both arms; 1 where there is none that is positive. */
export function commonScale({ treatment, baseline }: Samples, plan: ComparePlan): number {
  let least = Number.POSITIVE_INFINITY;
  for (const column of [treatment, baseline]) {
    const rows = measured(column, { ...plan, estimand: 'mean' });
    if (!('code' in rows)) for (const value of rows.value) if (value > 0 && value < least) least = value;
  }
  return Number.isFinite(least) ? least : 1;
}

/** ln(value ÷ around). */
export function logsOf(column: ArmColumn, plan: ComparePlan, around = 1): Float64Array | Reason {
  const rows = measured(column, { ...plan, estimand: 'mean' });
  if ('code' in rows) return rows;
  const wrong = column.unit.filter((_, i) => !(rows.value[i] > 0));
  if (wrong.length > 0) {
    return reason('typical-needs-positive-values', { arm: column.arm, count: wrong.length, unit: wrong[0] });
  }
  return relativeLogs(rows.value, around);
}

/** ln(value ÷ around), values positive. */
export const relativeLogs = (values: Float64Array, around: number): Float64Array =>
  values.map((value) => {
    const above = (value - around) / around;
    return above < 1 && above > -0.5 ? Math.log1p(above) : Math.log(value / around);
  });

/** Logarithms of doubles scatter by this much though the values be multiples of each other. */
export const LOG_ROUNDING = 2 ** -50;

/** around·e^log, its distance from `around` to full precision. */
export const unlogged = (log: Precise, around: number): Precise =>
  preciseAdd({ high: around, low: 0 }, around * Math.expm1(log.high + log.low));

/** One mean an item, in order of first appearance. */
export const meansOf = (values: Float64Array, item: readonly string[]): Float64Array =>
  Float64Array.from(
    membersOf(item, values.length),
    (rows) => preciseSum(pick(values, rows)).high / rows.length,
  );
