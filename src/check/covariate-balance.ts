/**
 * Did the arms get the same kind of work? Counts can be perfect while every heavy job goes to one arm.
 * Fatal by key, the only design here that can fail: interleaved and mirrored give every unit to every arm.
 *
 * For each covariate known before any arm saw the unit (bytes, records; metrics with `balance: true`), and each treatment against the baseline, two
 * tests at p < .001 ÷ (2 × covariates × treatments): Wilcoxon's rank sum with ties (normal, for a shift anywhere) and Welch's t on the
 * values themselves (for the load: a few huge jobs carry it and barely move the ranks). Needs 10 units an arm.
 * Sources: Wilcoxon 1945; Lehmann, Nonparametrics, 1975 (ties); Welch 1947.
 */
import type { Evidence } from '../model/evidence.js';
import type { ArmName } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { normalSurvival } from '../stats/normal.js';
import { studentTSurvival } from '../stats/student-t.js';
import { countingTrials } from './delivered.js';
import { momentsOf } from './moments.js';
import { type Answer, answering, fail, pass, skip } from './result.js';

const limit = 0.001;
const fewest = 10;

export const covariateBalance: Check = {
  title: 'The arms got the same kind of work',
  severity: 'fatal',
  run(evidence) {
    const need = reason('covariate-need', { limit });
    return [answering('covariate-balance', 'fatal', need)('experiment', compare(evidence))];
  },
};

function compare(evidence: Evidence): Answer {
  const { experiment } = evidence;
  const { kind } = experiment.design;
  if (kind === 'interleaved' || kind === 'mirrored') return skip(reason('covariate-balanced-by-design'));
  const arms = covariatesPerArm(evidence);
  const names = [...new Set([...arms.values()].flatMap((columns) => [...columns.keys()]))].toSorted();
  if (names.length === 0) return skip(reason('covariate-none'));
  const found = names.flatMap((covariate) =>
    experiment.treatments.flatMap((treatment) => {
      const x = arms.get(treatment)?.get(covariate) ?? [];
      const y = arms.get(experiment.baseline)?.get(covariate) ?? [];
      if (Math.min(x.length, y.length) < fewest) return [];
      const p = Math.min(rankSum(x, y), welch(x, y));
      return [{ covariate, treatment, p, means: [momentsOf(x).mean, momentsOf(y).mean] }];
    }),
  );
  if (found.length === 0) return skip(reason('covariate-too-few', { fewest }));
  const worst = found.reduce((a, b) => (b.p < a.p ? b : a));
  const saw = reason('covariate-saw', { ...worst, baseline: experiment.baseline, covariates: names });
  return worst.p < limit / (2 * found.length) ? fail(saw) : pass(saw);
}

/** arm → covariate → one value for each distinct unit that the arm worked on. */
function covariatesPerArm({
  trials,
  experiment,
  tables,
}: Evidence): ReadonlyMap<ArmName, ReadonlyMap<string, number[]>> {
  const seen = new Set<string>();
  const arms = new Map<ArmName, Map<string, number[]>>(experiment.arms.map(({ name }) => [name, new Map()]));
  for (const { arm, unit, covariates } of countingTrials(trials)) {
    const key = JSON.stringify([arm, unit]);
    const columns = arms.get(arm);
    if (seen.has(key) || columns === undefined) continue;
    seen.add(key);
    for (const [name, value] of Object.entries(covariates)) {
      const column = columns.get(name);
      if (!Number.isFinite(value)) continue;
      if (column === undefined) columns.set(name, [value]);
      else column.push(value);
    }
  }
  // Where nothing is run here, the file says which metrics were known beforehand.
  for (const { name } of experiment.metrics.filter(({ balance }) => balance === true))
    for (const [arm, { value }] of tables.get(name)?.arms ?? []) arms.get(arm)?.set(name, [...value]);
  return arms;
}

function rankSum(x: readonly number[], y: readonly number[]): number {
  const n = x.length + y.length;
  const all = [
    ...x.map((value) => ({ value, own: true })),
    ...y.map((value) => ({ value, own: false })),
  ].toSorted((a, b) => a.value - b.value);
  let ranks = 0;
  let ties = 0;
  for (let i = 0; i < n; ) {
    let j = i;
    while (j < n && all[j].value === all[i].value) j += 1;
    const tied = j - i;
    ties += tied * (tied * tied - 1);
    for (let k = i; k < j; k += 1) if (all[k].own) ranks += (i + j + 1) / 2;
    i = j;
  }
  const variance = ((x.length * y.length) / 12) * (n + 1 - ties / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  const z = (ranks - (x.length * (n + 1)) / 2) / Math.sqrt(variance);
  return Math.min(1, 2 * normalSurvival(Math.abs(z)));
}

function welch(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [momentsOf(x), momentsOf(y)];
  const [vx, vy] = [mx.variance / mx.n, my.variance / my.n];
  const error = Math.sqrt(vx + vy);
  if (!(error > 0)) return mx.mean === my.mean ? 1 : 0;
  const df = ((vx + vy) * (vx + vy)) / ((vx * vx) / (mx.n - 1) + (vy * vy) / (my.n - 1));
  return Math.min(1, 2 * studentTSurvival(Math.abs((mx.mean - my.mean) / error), df));
}
