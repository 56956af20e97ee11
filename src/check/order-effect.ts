/**
 * Does the place in the block change the value: is whoever runs first slower, whichever arm it is?
 * A warning: the paired method estimates the order effect and removes it; the check says that it is there.
 *
 * For each treatment the pair differences d (of logarithms where all values are positive, so that large units do not
 * drown small ones) are regressed on the difference of positions s: slope Σ(s − s̄)(d − d̄)/Σ(s − s̄)², tested
 * with Student's t on n − 2 df at p < .01 ÷ treatments. Needs blocks (interleaved) and 6 pairs in both orders.
 * Source: Jones & Kenward, Design and Analysis of Cross-Over Trials, 2014 (period effect).
 */
import type { Evidence } from '../model/evidence.js';
import type { Metric } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { studentTSurvival } from '../stats/student-t.js';
import { judgedMetrics, measured } from './metrics.js';
import { momentsOf } from './moments.js';
import { type Pair, pairsOf } from './pairs.js';
import { type Answer, answering, pass, skip, warn } from './result.js';

const limit = 0.01;
const fewestPairs = 6;

export const orderEffect: Check = {
  title: 'The place of a trial in its block does not change its value',
  severity: 'warning',
  run(evidence) {
    const result = answering('order-effect', 'warning', reason('order-effect-need', { limit }));
    if (evidence.experiment.design.kind !== 'interleaved') {
      return [result('experiment', skip(reason('order-effect-no-blocks')))];
    }
    const metrics = judgedMetrics(evidence.experiment).filter(({ exact }) => !exact);
    if (metrics.length === 0) return [result('experiment', skip(reason('check-no-judged-metric')))];
    return metrics.map((metric) => result(metric.name, look(evidence, metric)));
  },
};

function look(evidence: Evidence, metric: Metric): Answer {
  const { treatments, baseline } = evidence.experiment;
  const table = measured(evidence, metric);
  if (table === null) return skip(reason('check-metric-unmeasured', { metric: metric.name }));
  const times = metric.input.kind === 'ratio' ? metric.input.times : 1;
  const slopes = treatments.flatMap((treatment) => slopeOf(pairsOf(table, treatment, baseline)) ?? []);
  if (slopes.length === 0) return skip(reason('order-effect-too-few', { metric: metric.name, fewestPairs }));
  const strongest = slopes.reduce((a, b) => (b.p < a.p ? b : a));
  const saw = reason('order-effect-saw', {
    metric: metric.name,
    unit: metric.unit,
    ...strongest,
    effect: strongest.relative ? strongest.effect : strongest.effect * times,
  });
  return strongest.p < limit / slopes.length ? warn(saw) : pass(saw);
}

interface Slope {
  /** Change of the value for one place later: a fraction (relative) or in the metric's unit. */
  readonly effect: number;
  readonly relative: boolean;
  readonly p: number;
  readonly pairs: number;
}

function slopeOf(pairs: readonly Pair[]): Slope | null {
  const placed = pairs.filter(({ orderDifference }) => Number.isFinite(orderDifference));
  const both = placed.some((p) => p.orderDifference > 0) && placed.some((p) => p.orderDifference < 0);
  if (placed.length < fewestPairs || !both) return null;
  const relative = placed.every(({ treatment, baseline }) => treatment > 0 && baseline > 0);
  const d = placed.map((p) =>
    relative ? Math.log(p.treatment) - Math.log(p.baseline) : p.treatment - p.baseline,
  );
  const s = placed.map(({ orderDifference }) => orderDifference);
  const n = d.length;
  const [meanS, meanD] = [momentsOf(s).mean, momentsOf(d).mean];
  let ss = 0;
  let sd = 0;
  for (let i = 0; i < n; i += 1) {
    ss += (s[i] - meanS) * (s[i] - meanS);
    sd += (s[i] - meanS) * (d[i] - meanD);
  }
  const slope = sd / ss;
  const residual = d.reduce((sum, value, i) => {
    const e = value - meanD - slope * (s[i] - meanS);
    return sum + e * e;
  }, 0);
  const effect = relative ? Math.exp(slope) - 1 : slope;
  const error = Math.sqrt(residual / (n - 2) / ss);
  // Values that never vary have no order effect to find; values that vary with the order alone have nothing else.
  if (!(error > 0)) return { effect, relative, p: slope === 0 ? 1 : 0, pairs: n };
  return { effect, relative, p: Math.min(1, 2 * studentTSurvival(Math.abs(slope / error), n - 2)), pairs: n };
}
