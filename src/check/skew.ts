/**
 * Is what the test works on so skewed that a t interval no longer holds its promise on each side? A warning.
 *
 * λ = third cumulant ÷ (standard error)³ of the estimate: skewness/√n for paired values, and for two arms
 * (κ₃,x/n_x² − κ₃,y/n_y²)/SE³. The one-sided error of Student's t at α/2 moves by about (2z² + 1)·φ(z)·|λ|/6 (first
 * Edgeworth term, Hall, The Bootstrap and Edgeworth Expansion, 1992); the check warns where that is more
 * than half of α/2: |λ| > 0.148 at 95 %, and where λ is more than few values show by chance: beyond 1.96 times its
 * standard deviation under normality, √6/n for one sample. (Without the second part 55 % of healthy runs of 10 blocks
 * warned, 2,000 simulated runs.)
 *
 * The values are d = x − r·y with r the ratio of the arms where the baseline is positive (what a relative interval
 * tests near its ends), freed of the item's mean in a fixed workload, folded to items in a sample.
 */
import type { Evidence, MetricTable } from '../model/evidence.js';
import type { ArmName, Metric } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { normalDensity, normalSurvivalQuantile } from '../stats/normal.js';
import { judgedMetrics, measured, unitValues } from './metrics.js';
import { type Moments, momentsOf } from './moments.js';
import { pairsOf } from './pairs.js';
import { type Answer, answering, pass, skip, warn } from './result.js';

const fewest = 5;

/** |λ| at which the one-sided error of a t interval is off by half of itself; α two-sided. */
export function skewLimit(alpha: number): number {
  const z = normalSurvivalQuantile(alpha / 2);
  return (6 * (alpha / 4)) / ((2 * z * z + 1) * normalDensity(z));
}

export const skew: Check = {
  title: 'What the test works on is not too skewed for its size',
  severity: 'warning',
  run(evidence) {
    const { experiment } = evidence;
    const limit = skewLimit(1 - experiment.decide.confidence);
    const result = answering('skew', 'warning', reason('skew-need', { limit }));
    const metrics = judgedMetrics(experiment).filter(({ exact }) => !exact);
    if (metrics.length === 0) return [result('experiment', skip(reason('check-no-judged-metric')))];
    return metrics.map((metric) => result(metric.name, look(evidence, metric, limit)));
  },
};

function look(evidence: Evidence, metric: Metric, limit: number): Answer {
  const { treatments, baseline } = evidence.experiment;
  const table = measured(evidence, metric);
  if (table === null) return skip(reason('check-metric-unmeasured', { metric: metric.name }));
  const found = treatments.flatMap((treatment) => {
    const found = skewOf(evidence, table, treatment, baseline);
    return found === null ? [] : [{ treatment, lambda: found.lambda, limit: Math.max(limit, found.chance) }];
  });
  if (found.length === 0) return skip(reason('skew-too-few', { metric: metric.name, fewest }));
  const excess = (one: (typeof found)[number]) => Math.abs(one.lambda) / one.limit;
  const worst = found.reduce((a, b) => (excess(b) > excess(a) ? b : a));
  const saw = reason('skew-saw', { metric: metric.name, ...worst });
  return excess(worst) > 1 ? warn(saw) : pass(saw);
}

interface Skewness {
  readonly lambda: number;
  /** |λ| that normal values of this size exceed in about 1 of 20 runs. */
  readonly chance: number;
}

/** λ of the comparison; null with too few values or none that vary. */
function skewOf(
  { experiment }: Evidence,
  table: MetricTable,
  treatment: ArmName,
  baseline: ArmName,
): Skewness | null {
  if (experiment.design.kind === 'by-key') {
    const [x, y] = [treatment, baseline].map((arm) => {
      const column = table.arms.get(arm);
      return column === undefined ? [] : unitValues(column).filter(Number.isFinite);
    });
    if (Math.min(x.length, y.length) < fewest) return null;
    const [mx, my] = [momentsOf(x), momentsOf(y)];
    const r = ratioOf(mx.mean, my.mean);
    return standardised([mx, my], [1, -r]);
  }
  const pairs = pairsOf(table, treatment, baseline);
  if (pairs.length < fewest) return null;
  const r = ratioOf(
    pairs.reduce((sum, pair) => sum + pair.treatment, 0),
    pairs.reduce((sum, pair) => sum + pair.baseline, 0),
  );
  const differences = pairs.map((pair) => ({ item: pair.item, d: pair.treatment - r * pair.baseline }));
  const values = perItem(differences, experiment.workload?.kind ?? null);
  return values.length < fewest ? null : standardised([momentsOf(values)], [1]);
}

const ratioOf = (x: number, y: number) => (y > 0 ? x / y : 1);

/**
 * Skewness of Σ weight·mean over independent groups, each with a share s of the variance: Σ ±s^(3/2)·skewness/√n; its own
 * variance under normality is 6·Σ s³/n².
 */
function standardised(groups: readonly Moments[], weights: readonly number[]): Skewness | null {
  const parts = groups.map(({ n, variance }, i) => (weights[i] * weights[i] * variance) / n);
  const variance = parts.reduce((sum, part) => sum + part, 0);
  if (!(variance > 0)) return null;
  let lambda = 0;
  let noise = 0;
  groups.forEach(({ n, skewness }, i) => {
    const share = parts[i] / variance;
    lambda += (Math.sign(weights[i]) * share * Math.sqrt(share) * skewness) / Math.sqrt(n);
    noise += (6 * share * share * share) / (n * n);
  });
  return { lambda, chance: 1.96 * Math.sqrt(noise) };
}

/** Fixed workload: deviations from the item's mean, where items repeat. Sample: one mean an item. */
function perItem(
  rows: readonly { readonly item: string; readonly d: number }[],
  workload: 'fixed' | 'sample' | null,
): readonly number[] {
  const items = new Map<string, number[]>();
  for (const { item, d } of rows) {
    const own = items.get(item);
    if (own === undefined) items.set(item, [d]);
    else own.push(d);
  }
  const all = [...items.values()];
  if (workload === 'sample') return all.map((own) => momentsOf(own).mean);
  if (workload !== 'fixed' || all.some((own) => own.length < 2)) return rows.map(({ d }) => d);
  // Deviations from a mean of m values scatter by √((m − 1)/m) too little; put back, so that n stays the number of rows.
  return all.flatMap((own) => {
    const { mean } = momentsOf(own);
    const scale = Math.sqrt(own.length / (own.length - 1));
    return own.map((d) => (d - mean) * scale);
  });
}
