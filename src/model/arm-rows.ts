/** Some rows of an arm's column, in the order given: every parallel column stays parallel. */
import type { ArmColumn } from './observation.js';

export function armRows(column: ArmColumn, rows: readonly number[]): ArmColumn {
  const pick = (values: Float64Array) => Float64Array.from(rows, (i) => values[i]);
  const { per, slot, covariate } = column;
  return {
    arm: column.arm,
    n: rows.length,
    unit: rows.map((i) => column.unit[i]),
    value: pick(column.value),
    per: per === null ? null : pick(per),
    start: pick(column.start),
    order: pick(column.order),
    item: rows.map((i) => column.item[i]),
    ...(slot === undefined ? {} : { slot: pick(slot) }),
    ...(covariate === undefined ? {} : { covariate: pick(covariate) }),
  };
}
