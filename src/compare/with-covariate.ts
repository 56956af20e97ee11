/** What was known of each unit beforehand, put beside its value; units without it are incomplete. */
import type { ArmColumn, MetricTable } from '../model/evidence.js';
import type { Metric, MetricName } from '../model/experiment.js';
import { reason } from '../model/reason.js';

export function withCovariate(
  table: MetricTable,
  { adjust, name }: Pick<Metric, 'adjust' | 'name'>,
  tables: ReadonlyMap<MetricName, MetricTable>,
): MetricTable {
  if (adjust === undefined) return table;
  const before = tables.get(adjust);
  let missing = 0;
  let units = 0;
  const arms = new Map(
    [...table.arms].map(([arm, column]): [string, ArmColumn] => {
      const known = before?.arms.get(arm);
      // A ratio was known as a ratio, not as what is above its line.
      const of = (i: number) => (known?.value[i] ?? Number.NaN) / (known?.per?.[i] ?? 1);
      const byUnit = new Map(known?.unit.map((unit, i) => [unit, of(i)]));
      const covariate = Float64Array.from(column.unit, (unit) => byUnit.get(unit) ?? Number.NaN);
      units += column.n;
      missing += covariate.filter((value) => Number.isNaN(value)).length;
      return [arm, { ...column, covariate }];
    }),
  );
  const warning = reason('adjust-missing', { metric: name, adjust, missing, units });
  return { ...table, arms, warnings: missing === 0 ? table.warnings : [...table.warnings, warning] };
}
