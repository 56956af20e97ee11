/**
 * Cost against time on the same units of work, by the very method that choose.ts names for the cost.
 *
 * Answers: extra cost, hours saved, and the net benefit λ·hours saved − extra cost at any price λ of an hour. Applies: a
 * cost and a time that were measured on the same units, the time as hours of work (summed, not averaged).
 * Formula: at λ each unit costs C + λ·T. That is one more metric of the unit: the method of the cost compares it, with the
 * joint scatter of cost and time that it has, in its own design; the net benefit is the difference turned round, and the
 * prices that are not rejected are those λ ≥ 0 at which that difference is not.
 * Source: Stinnett and Mullahy 1998 (Medical Decision Making 18:S68); stats/hour-price.ts; STATISTICS.md §7.
 */
import { currencyOf } from '../model/currency.js';
import type { ComparePlan, Estimate, Inference, Samples } from '../model/effect.js';
import type { ArmColumn, Evidence, MetricTable } from '../model/evidence.js';
import type { ArmName, Experiment, Metric } from '../model/experiment.js';
import { isPaired } from '../model/paired.js';
import type { Method, Registry } from '../model/ports.js';
import type { Random } from '../model/random.js';
import { type Reason, reason } from '../model/reason.js';
import type { CostAgainstTime, Work } from '../model/trade-off.js';
import { pricesNotRejected } from '../stats/hour-price.js';
import { chooseMethod } from './choose.js';
import { prepare } from './samples.js';
import { isOfSlots } from './slots.js';
import { cloudOf } from './trade-off/cloud.js';
import { hoursIn, sameUnits, weighedSamples } from './trade-off/units.js';

type Material = Pick<Evidence, 'experiment' | 'tables'> & Partial<Pick<Evidence, 'schedule'>>;

/** One for each treatment; a Reason where cost and time cannot be held against each other. */
export function tradeOffs(
  evidence: Material,
  methods: Registry<Method>,
  random: Random,
): ReadonlyMap<ArmName, CostAgainstTime | Reason> {
  const { experiment } = evidence;
  const [cost, time] = [metricOf('cost', experiment), metricOf('time', experiment)];
  if (cost === null || time === null) return new Map();
  return new Map(
    experiment.treatments.map((treatment) => [
      treatment,
      against(treatment, { cost, time }, evidence, methods, random.stream('trade-off', treatment)),
    ]),
  );
}

/** The one that a hypothesis is about, else the first that has a direction. */
function metricOf(role: 'cost' | 'time', { metrics, hypotheses }: Experiment): Metric | null {
  const own = metrics.filter((metric) => metric.role === role && metric.better === 'lower');
  return own.find(({ name }) => hypotheses.some(({ metric }) => metric === name)) ?? own[0] ?? null;
}

interface Pair {
  readonly cost: Metric;
  readonly time: Metric;
}

function against(
  treatment: ArmName,
  { cost, time }: Pair,
  { experiment, tables, schedule = null }: Material,
  methods: Registry<Method>,
  random: Random,
): CostAgainstTime | Reason {
  const { baseline, design } = experiment;
  const named = { cost: cost.name, time: time.name };
  const currency = currencyOf(cost.unit);
  if (currency === null) return reason('trade-off-no-money', { ...named, unit: cost.unit });
  const hours = hoursIn(time, cost, experiment.metrics);
  if (typeof hours !== 'number') return hours;
  const [costs, times] = [tables.get(cost.name), tables.get(time.name)];
  for (const [name, table] of [
    [cost.name, costs],
    [time.name, times],
  ] as const) {
    if (table === undefined) return reason('metric-without-data', { metric: name });
    if (table.unmeasured !== null) return table.unmeasured;
  }
  const bucketMs = costs?.bucketMs ?? null;
  const isRatio = cost.input.kind === 'ratio';
  const plan: ComparePlan = {
    estimand: isRatio ? 'total' : 'mean',
    proportion: false,
    times: cost.input.kind === 'ratio' ? cost.input.times : 1,
    workload: experiment.workload?.kind ?? null,
    confidence: experiment.decide.confidence,
    bucketMs,
    ...(schedule?.draws === undefined ? {} : { draws: schedule.draws }),
  };
  const chosen = chooseMethod({
    design,
    estimand: plan.estimand,
    ratio: isRatio,
    proportion: false,
    workload: plan.workload,
    exact: false,
    bucketed: bucketMs !== null,
    anytime: experiment.decide.anytime === true,
  });
  if ('code' in chosen) return chosen;
  if (chosen.method === null) return reason('trade-off-no-method', named);
  const method = methods[chosen.method];
  const weighed = weighedSamples((weights) => {
    const table = sameUnits(costs as MetricTable, times as MetricTable, weights, named);
    if ('code' in table) return table;
    const prepared = prepare(table, treatment, baseline, isPaired(design, bucketMs !== null));
    return 'code' in prepared ? prepared : prepared.samples;
  });
  const samplesAt = (perCost: number, perHour: number): Samples | Reason =>
    weighed({ perCost, perUnit: perHour * hours });
  const compared = (perCost: number, perHour: number): Inference | Reason => {
    const samples = samplesAt(perCost, perHour);
    return 'code' in samples ? samples : method.compare(samples, plan, random.stream('net benefit'));
  };
  const units = samplesAt(1, 0);
  if ('code' in units) return units;
  const slots = ({ slot }: ArmColumn) => new Set(slot).size;
  const n = isOfSlots(units)
    ? Math.min(slots(units.treatment), slots(units.baseline))
    : plan.workload === 'sample' && units.paired
      ? new Set(units.treatment.item).size
      : Math.min(units.treatment.n, units.baseline.n);
  if (n < method.minimumUnits)
    return reason('too-few-units', { have: n, need: method.minimumUnits, metric: cost.name });
  const [extra, slower] = [compared(1, 0), compared(0, 1)];
  if ('code' in extra) return extra;
  if ('code' in slower) return slower;
  const netBenefit = (hourValue: number): Estimate | null => {
    const found = hourValue === 0 ? extra : compared(1, hourValue);
    return 'code' in found ? null : negated(found.difference);
  };
  const hoursSaved = negated(slower.difference);
  return {
    treatment,
    baseline,
    costMetric: cost.name,
    timeMetric: time.name,
    currency,
    work: workOf(cost),
    n,
    method: chosen.method,
    extraCost: extra.difference,
    hoursSaved,
    netBenefit,
    priceOfAnHour: (confidence) => ({
      estimate: hoursSaved.estimate === 0 ? null : extra.difference.estimate / hoursSaved.estimate,
      set: pricesNotRejected(
        (price) => netBenefit(price)?.test(0) ?? null,
        {
          extraCost: extra.difference.estimate,
          hoursSaved: hoursSaved.estimate,
          costScale: extra.standardError,
          hoursScale: slower.standardError,
        },
        confidence,
        1.5,
      ).map(({ low, high, endsAfter }) => ({ low, high: endsAfter ? null : high })),
    }),
    cloud: () => {
      const onTime = samplesAt(0, 1);
      return 'code' in onTime ? onTime : cloudOf(units, onTime, plan, random.stream('cloud'));
    },
  };
}

const workOf = ({ input, unit }: Metric): Work =>
  input.kind === 'ratio'
    ? { per: 'ratio', text: unit.split('/').slice(1).join('/').trim() }
    : { per: 'unit', text: '' };

/** The same estimate, seen from the other side. */
const negated = ({ estimate, interval, test }: Estimate): Estimate => ({
  estimate: 0 - estimate,
  interval(confidence) {
    const found = interval(confidence);
    return found.kind === 'unbounded'
      ? found
      : { kind: 'interval', low: 0 - found.high, high: 0 - found.low };
  },
  test(threshold) {
    const { above, below } = test(0 - threshold);
    return { above: below, below: above };
  },
});
