/**
 * What is counted as a unit, by design, and how few of them can ever answer.
 *
 * Fixed workload: blocks, in whole repeats of every item, at least 2. Sample: distinct items. By key: keys of all arms.
 * Units in time (mirrored, observed, buckets): the gate of series (STATISTICS.md §3). Quantiles: z²·q/(1 − q) per arm.
 * Slots of a switchback and several runs: those of each arm, whatever they hold; slots as many as the level asks for.
 */
import type { ArmName, Experiment, Metric } from '../model/experiment.js';
import { fewestSlots } from '../model/fewest-slots.js';
import { normalSurvivalQuantile } from '../stats/normal.js';
import type { UnitKind } from './plan.js';
import { sharesOf, worthOfBuckets } from './ramp.js';

export interface Grain {
  readonly unit: UnitKind;
  /** Both arms see every unit, or every unit of time. */
  readonly paired: boolean;
  readonly inTime: boolean;
  /** Items of a fixed workload: units come in multiples of them. */
  readonly items: number | null;
  /** Parameters that are fitted before the variance is. */
  readonly fitted: number;
  /** ramp in buckets: part of them that they are worth. Absent: all. */
  readonly worth?: number;
  /** Arms with units of their own: what part of all that are counted the two arms of a comparison get, or are worth. */
  readonly shares: { readonly treatment: number; readonly baseline: number };
}

/** Does each arm have units of its own, that do not follow each other in time? */
export const hasOwnUnits = ({ paired, inTime }: Grain): boolean => !paired && !inTime;

/** Width of the time bucket of a metric: the coarsest of its parts; null where units are named. */
export function bucketMsOf(metric: Metric, experiment: Experiment): number | null {
  const { input } = metric;
  const parts =
    input.kind === 'ratio'
      ? [input.of, input.per]
      : input.kind === 'rate'
        ? Object.values(input.arms).flatMap((uses) => uses.map(({ usage }) => usage))
        : [];
  const widths = parts.flatMap((name) => {
    const part = experiment.metrics.find((one) => one.name === name);
    // Parts of a ratio are never ratios themselves, nor those of a rate rates: no chain is longer than three.
    return part === undefined || part.input.kind === input.kind ? [] : [bucketMsOf(part, experiment)];
  });
  return [metric.byMs, ...widths].reduce(
    (widest, width) => (width === null ? widest : Math.max(width, widest ?? 0)),
    null,
  );
}

export function grainOf(
  metric: Metric,
  experiment: Experiment,
  treatment: ArmName,
  items: number | null,
): Grain {
  const { design, workload, baseline } = experiment;
  if (design.kind === 'switchback' || design.kind === 'runs')
    return {
      unit: design.kind === 'runs' ? 'runs' : 'slots',
      paired: false,
      inTime: false,
      items: null,
      fitted: 2,
      shares: { treatment: 1, baseline: 1 },
    };
  const bucketed = bucketMsOf(metric, experiment) !== null;
  if (design.kind === 'ramp') return rampGrain(metric, experiment, treatment, bucketed);
  const inTime = bucketed || design.kind === 'mirrored' || design.kind === 'observed';
  const shares = {
    treatment: design.shares[treatment] ?? 1 / experiment.arms.length,
    baseline: design.shares[baseline] ?? 1 / experiment.arms.length,
  };
  const paired = design.kind !== 'by-key' && !(design.kind === 'observed' && !design.concurrent);
  if (inTime)
    return {
      unit: bucketed ? 'buckets' : 'units',
      paired: paired || (bucketed && design.kind === 'by-key'),
      inTime,
      items: null,
      fitted: 1,
      shares,
    };
  if (design.kind === 'by-key')
    return { unit: 'keys', paired: false, inTime, items: null, fitted: 2, shares };
  if (workload?.kind === 'sample')
    return { unit: 'items', paired: true, inTime, items: null, fitted: 2, shares };
  const fixed = workload?.kind === 'fixed' ? items : null;
  // One mean per item, and one effect of order for all.
  return {
    unit: 'blocks',
    paired: true,
    inTime,
    items: fixed,
    fitted: fixed === null ? 2 : fixed + 1,
    shares,
  };
}

const rampGrain = (metric: Metric, experiment: Experiment, treatment: ArmName, bucketed: boolean): Grain => ({
  unit: bucketed ? 'buckets' : 'keys',
  paired: bucketed,
  inTime: bucketed,
  items: null,
  fitted: bucketed ? 1 : 2 * (experiment.design.stages?.length ?? 1),
  shares: sharesOf(experiment, treatment),
  ...(bucketed ? { worth: worthOfBuckets(experiment, metric, treatment) } : {}),
});

const FEWEST = 5;
const FEWEST_BUCKETS = 10;

/** Fewest units that can give a verdict, whatever their scatter. */
export function leastUnits(grain: Grain, estimand: string, alpha: number, isBound = false): number {
  if (grain.unit === 'slots') return isBound ? FEWEST_BUCKETS : fewestSlots(alpha);
  const each = Math.max(
    grain.inTime ? FEWEST_BUCKETS : FEWEST,
    grain.unit === 'runs' ? 0 : forQuantile(estimand, alpha),
  );
  if (grain.unit === 'keys') return Math.ceil(each / Math.min(grain.shares.treatment, grain.shares.baseline));
  return grain.items === null ? each : Math.max(each, 2 * grain.items);
}

/** q of the estimand pNN; null for others. */
export function quantileShare(estimand: string): number | null {
  const match = /^p(\d+(?:\.\d+)?)$/.exec(estimand);
  return match === null ? null : Number(match[1]) / 100;
}

function forQuantile(estimand: string, alpha: number): number {
  const q = quantileShare(estimand);
  if (q === null) return 0;
  const far = Math.max(q, 1 - q);
  const z = normalSurvivalQuantile(alpha);
  return Math.ceil((z * z * far) / (1 - far) - 1e-9);
}

/** The gate of series: the fewest units, at least n, that hold enough independent information at memory τ. */
export function pastGate(n: number, tau: number, paired: boolean): number {
  const short = Math.max(n, FEWEST_BUCKETS, Math.ceil(8 * tau - 1e-9));
  if (paired && short < 60) return short;
  return Math.max(n, FEWEST_BUCKETS, Math.ceil(15 * tau - 1e-9));
}

/** Keys that a source or a tap names: both arms serve them side by side, so they are judged on pieces of the run as well. */
export const isNamed = ({ unit }: Grain, { driver }: Experiment): boolean =>
  unit === 'keys' && driver === null;
