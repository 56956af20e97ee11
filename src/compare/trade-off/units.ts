/** Cost and time of the same units as one metric: what a unit costs when its hours have a price. */
import type { Samples } from '../../model/effect.js';
import type { ArmColumn, MetricTable } from '../../model/evidence.js';
import type { Metric } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';
import { choose } from '../samples.js';

const HOURS: Readonly<Record<string, number>> = {
  s: 1 / 3600,
  sec: 1 / 3600,
  seconds: 1 / 3600,
  ms: 1 / 3.6e6,
  min: 1 / 60,
  minutes: 1 / 60,
  h: 1,
  hours: 1,
};

/** Sums of a unit's time are hours of work; means and quantiles of it are not. */
const SUMMED = ['only', 'sum', 'increase', 'last'];

/** Hours in one unit of the time metric's own rows; a Reason where they are no hours of the same work. */
export function hoursIn(time: Metric, cost: Metric, metrics: readonly Metric[]): number | Reason {
  const named = { cost: cost.name, time: time.name };
  const { input } = time;
  const above = input.kind === 'ratio' ? metrics.find(({ name }) => name === input.of) : time;
  const sameWork = input.kind !== 'ratio' || (cost.input.kind === 'ratio' && cost.input.per === input.per);
  if (above === undefined || !sameWork) return reason('trade-off-other-work', named);
  if (!SUMMED.includes(above.fold.kind))
    return reason('trade-off-time-not-summed', { ...named, fold: foldName(above) });
  const unit = above.unit.trim();
  return Object.hasOwn(HOURS, unit) ? HOURS[unit] : reason('trade-off-no-hours', { ...named, unit });
}

const foldName = ({ fold }: Metric): string => (fold.kind === 'quantile' ? `p${fold.q * 100}` : fold.kind);

export interface Weights {
  readonly perCost: number;
  /** For one unit of the time's rows. */
  readonly perUnit: number;
}

/** perCost·cost + perUnit·time of every unit that has both, as the table of one more metric. */
export function sameUnits(
  costs: MetricTable,
  times: MetricTable,
  { perCost, perUnit }: Weights,
  named: { readonly cost: string; readonly time: string },
): MetricTable | Reason {
  const arms = new Map<string, ArmColumn>();
  for (const [arm, cost] of costs.arms) {
    const time = times.arms.get(arm);
    const partner = time === undefined ? null : partnersOf(cost, time);
    const rows = partner === null ? [] : [...cost.unit.keys()].filter((i) => partner(i) !== undefined);
    if (time === undefined || partner === null || (cost.n > 0 && rows.length === 0))
      return reason('trade-off-no-common-units', { ...named, arm });
    arms.set(arm, {
      ...choose(cost, rows),
      value: Float64Array.from(
        rows,
        (i) => perCost * cost.value[i] + perUnit * time.value[partner(i) as number],
      ),
    });
  }
  return { ...costs, metric: named.cost, arms };
}

/** The row of the time for each row of the cost; null where a name stands for several rows that are not the same. */
function partnersOf(cost: ArmColumn, time: ArmColumn): ((row: number) => number | undefined) | null {
  if (
    cost.n === time.n &&
    cost.unit.every((unit, i) => unit === time.unit[i] && cost.start[i] === time.start[i])
  )
    return (row) => row;
  const rowOf = new Map(time.unit.map((unit, j) => [unit, j]));
  if (rowOf.size < time.n || new Set(cost.unit).size < cost.n) return null;
  return (row) => rowOf.get(cost.unit[row]);
}

/**
 * Samples at any weights, from those of the cost alone and of the time alone: their units are joined once and not at
 * every price that is asked. `at` joins them; it is asked again where a sum leaves the numbers.
 */
export function weighedSamples(
  at: (weights: Weights) => Samples | Reason,
): (weights: Weights) => Samples | Reason {
  const costs = at({ perCost: 1, perUnit: 0 });
  const times = at({ perCost: 0, perUnit: 1 });
  // Neither holds an infinite value, so that both have kept the same units.
  if ('code' in costs || 'code' in times) return at;
  return (weights) => {
    const treatment = added(costs.treatment, times.treatment, weights);
    const baseline = added(costs.baseline, times.baseline, weights);
    if (treatment === null || baseline === null) return at(weights);
    return { ...costs, treatment, baseline };
  };
}

function added(cost: ArmColumn, time: ArmColumn, { perCost, perUnit }: Weights): ArmColumn | null {
  const value = new Float64Array(cost.n);
  for (let i = 0; i < value.length; i++) {
    value[i] = perCost * cost.value[i] + perUnit * time.value[i];
    if (!Number.isFinite(value[i])) return null;
  }
  return { ...cost, value };
}
