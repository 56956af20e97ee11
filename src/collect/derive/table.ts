/** Units of an arm as parallel columns, and the table of a metric with what keeps it from being measured. */
import type { ArmColumn, Course } from '../../model/evidence.js';
import type { ArmName } from '../../model/experiment.js';
import type { UnitValue } from './units.js';

type Complete = UnitValue & { readonly value: number };

const inTimeOrder = (a: UnitValue, b: UnitValue): number =>
  a.start - b.start || (a.unit < b.unit ? -1 : a.unit > b.unit ? 1 : 0);

/** The complete units, in order of (start, unit). */
export const columnOf = (
  arm: ArmName,
  units: Iterable<UnitValue>,
  isRatio: boolean,
  course?: Course,
): ArmColumn => {
  const rows = [...units].filter((unit): unit is Complete => unit.value !== null).sort(inTimeOrder);
  return {
    arm,
    n: rows.length,
    unit: rows.map(({ unit }) => unit),
    value: Float64Array.from(rows, ({ value }) => value),
    per: isRatio ? Float64Array.from(rows, ({ per }) => per ?? Number.NaN) : null,
    start: Float64Array.from(rows, ({ start }) => start),
    order: Float64Array.from(rows, ({ order }) => order),
    item: rows.map(({ item }) => item),
    ...(rows.some(({ slot }) => slot !== undefined)
      ? { slot: Float64Array.from(rows, ({ slot }) => slot ?? Number.NaN) }
      : {}),
    ...(course === undefined ? {} : { course }),
  };
};
