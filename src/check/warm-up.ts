/**
 * Had the arms warmed up before the first trial that counts? A warning, per arm, on the metrics of role `time`.
 *
 * MSER-5 (White 1997; best of five rules in Mahajan & Ingalls 2004): of the values in time order, in batches of 5 with
 * means Z_1 … Z_k, cut the first d* batches, d* = argmin_{0 ≤ d < k/2} Σ_{j>d}(Z_j − Z̄_d)²/(k − d)².
 * On noise alone the rule still cuts something in 33 to 45 of 100 series (n = 300 … 25, 8,000 simulated), so the check
 * warns only where the part it would cut differs from the rest: |t| of the two means at or above a limit (below).
 * A cut at the end of the range means that no steady state was reached. Values are logarithms (differences where
 * not positive), freed of the item's median where items repeat: otherwise a large batch would look like a cold start.
 */
import type { CheckResult } from '../model/decision.js';
import type { ArmColumn, Evidence } from '../model/evidence.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { levelled } from './levelled.js';
import { measured } from './metrics.js';
import { momentsOf } from './moments.js';
import { type Answer, answering, pass, skip, warn } from './result.js';

const batch = 5;
const fewestBatches = 5;
/**
 * |t| after MSER-5 chose the cut, on noise (8,000 simulated): 99 % quantile 3.1, 99.5 % quantile 3.3 (n = 300) to 3.6 (n = 25).
 * Healthy simulated runs of two arms warn in 0.5 to 2.7 % (2.7 %: 15 items three times, whose medians are taken out).
 */
const limit = 3.5;

export const warmUp: Check = {
  title: 'The stacks had warmed up before the first trial that counts',
  severity: 'warning',
  run(evidence): readonly CheckResult[] {
    const { experiment } = evidence;
    const need = reason('warm-up-need', { limit });
    const result = answering('warm-up', 'warning', need);
    if (experiment.design.kind === 'observed' || evidence.schedule === null) {
      return [result('experiment', skip(reason('warm-up-observed')))];
    }
    const metrics = experiment.metrics.filter(({ role, exact }) => role === 'time' && !exact);
    if (metrics.length === 0) return [result('experiment', skip(reason('warm-up-no-time-metric')))];
    return metrics.flatMap((metric) => {
      const table = measured(evidence, metric);
      if (table === null) {
        return [result(metric.name, skip(reason('check-metric-unmeasured', { metric: metric.name })))];
      }
      const columns = experiment.arms.flatMap(({ name }) => table.arms.get(name) ?? []);
      return columns.map((column) => result(metric.name, look(column, evidence)));
    });
  },
};

function look(column: ArmColumn, { experiment, schedule }: Evidence): Answer {
  const declared = experiment.design.warmupTrials;
  const values = levelled(column).map(({ value }) => value);
  const k = Math.floor(values.length / batch);
  // Live traffic has no trials: what its begin costs is left out by a burn-in.
  const [slot] = schedule?.slots ?? [];
  const about = {
    arm: column.arm,
    units: values.length,
    declared,
    ...(slot === undefined ? {} : { burnInMs: slot.burnInMs }),
  };
  if (k < fewestBatches) {
    return skip(reason('warm-up-too-few', { ...about, needed: fewestBatches * batch }));
  }
  const cut = mser5(values);
  const saw = { ...about, cut: cut.batches * batch, t: cut.t, change: cut.change };
  if (cut.batches === 0 || Math.abs(cut.t) < limit) return pass(reason('warm-up-steady', saw));
  return warn(reason(cut.atEnd ? 'warm-up-no-steady-state' : 'warm-up-cut', saw));
}

interface Cut {
  readonly batches: number;
  /** The cut lies at the end of the range that MSER may search. */
  readonly atEnd: boolean;
  /** Mean of the cut part against the rest, in standard errors of the rest's scatter. */
  readonly t: number;
  /** Mean of the cut part minus mean of the rest, on the scale of the values. */
  readonly change: number;
}

export function mser5(values: readonly number[]): Cut {
  const k = Math.floor(values.length / batch);
  const means = Array.from({ length: k }, (_, j) => momentsOf(values.slice(j * batch, (j + 1) * batch)).mean);
  const last = Math.ceil(k / 2) - 1;
  let best = 0;
  let least = Infinity;
  for (let d = 0; d <= last; d += 1) {
    const rest = means.slice(d);
    const { variance } = momentsOf(rest);
    const statistic = (variance * (rest.length - 1)) / (rest.length * rest.length);
    if (statistic < least) [best, least] = [d, statistic];
  }
  if (best === 0) return { batches: 0, atEnd: false, t: 0, change: 0 };
  const head = momentsOf(values.slice(0, best * batch));
  const rest = momentsOf(values.slice(best * batch));
  const change = head.mean - rest.mean;
  const error = Math.sqrt(rest.variance * (1 / head.n + 1 / rest.n));
  const t = error > 0 ? change / error : change === 0 ? 0 : Math.sign(change) * Infinity;
  return { batches: best, atEnd: best === last, t, change };
}
