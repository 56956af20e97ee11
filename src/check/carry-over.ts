/**
 * Does an arm find what the other one left behind: a queue, cold caches? A warning: in a switchback, values right after a
 * change of the arm would then differ from those later in the slot, which burn-in should have cut off.
 *
 * For each slot the mean of the first third of its kept rows minus that of the rest (logarithms where all are positive);
 * slots before which another arm ran against slots before which the same arm ran, Welch's t at p < .01. A rhythm or trend
 * inside slots is in both. Needs 4 slots of each kind with at least 3 rows. Source: Bojinov, Simchi-Levi and Zhao 2023 §6
 * (the order of carry-over is tested); Jones & Kenward 2014.
 */
import type { Evidence, MetricTable } from '../model/evidence.js';
import type { ArmName, Metric } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { studentTSurvival } from '../stats/student-t.js';
import { judgedMetrics, measured, unitValues } from './metrics.js';
import { momentsOf } from './moments.js';
import { type Answer, answering, pass, skip, warn } from './result.js';

const limit = 0.01;
const fewestSlots = 4;
const fewestRows = 3;

export const carryOver: Check = {
  title: 'What one arm leaves behind is gone before the next is measured',
  severity: 'warning',
  run(evidence) {
    const result = answering('carry-over', 'warning', reason('carry-over-need', { limit }));
    const draws = evidence.schedule?.draws;
    if (draws === undefined || evidence.schedule?.slots === undefined)
      return [result('experiment', skip(reason('carry-over-no-slots')))];
    const before = draws.map((_, i) => draws[i - 1]?.arm ?? null);
    const metrics = judgedMetrics(evidence.experiment).filter(({ exact }) => !exact);
    if (metrics.length === 0) return [result('experiment', skip(reason('check-no-judged-metric')))];
    return metrics.map((metric) => result(metric.name, look(evidence, metric, before)));
  },
};

function look(evidence: Evidence, metric: Metric, before: readonly (ArmName | null)[]): Answer {
  const table = measured(evidence, metric);
  if (table === null) return skip(reason('check-metric-unmeasured', { metric: metric.name }));
  const { changed, stayed } = startsOf(table, before);
  const fewest = Math.min(changed.length, stayed.length);
  if (fewest < fewestSlots)
    return skip(
      reason('carry-over-too-few', {
        metric: metric.name,
        changed: changed.length,
        stayed: stayed.length,
        fewestSlots,
      }),
    );
  const [a, b] = [momentsOf(changed), momentsOf(stayed)];
  const [va, vb] = [a.variance / a.n, b.variance / b.n];
  const error = Math.sqrt(va + vb);
  const change = a.mean - b.mean;
  // In shares of the variance: its square may be no number any more.
  const share = va / (va + vb);
  const df = 1 / ((share * share) / (a.n - 1) + ((1 - share) * (1 - share)) / (b.n - 1));
  const p =
    error > 0 ? Math.min(1, 2 * studentTSurvival(Math.abs(change / error), df)) : change === 0 ? 1 : 0;
  const saw = reason('carry-over-saw', {
    metric: metric.name,
    unit: metric.unit,
    relative: isPositive(table),
    change: isPositive(table) ? Math.exp(change) - 1 : change,
    changed: changed.length,
    stayed: stayed.length,
    p,
  });
  return p < limit ? warn(saw) : pass(saw);
}

const isPositive = ({ arms }: MetricTable): boolean =>
  [...arms.values()].every((column) => unitValues(column).every((value) => value > 0));

/** Start − rest of each slot, by what ran before it. */
function startsOf(table: MetricTable, before: readonly (ArmName | null)[]) {
  const found = { changed: [] as number[], stayed: [] as number[] };
  const relative = isPositive(table);
  for (const column of table.arms.values()) {
    const slots = new Map<number, { start: number; value: number }[]>();
    const values = unitValues(column);
    values.forEach((raw, i) => {
      const slot = column.slot?.[i] ?? Number.NaN;
      if (!Number.isFinite(raw) || Number.isNaN(slot)) return;
      const row = { start: column.start[i], value: relative ? Math.log(raw) : raw };
      const own = slots.get(slot);
      if (own === undefined) slots.set(slot, [row]);
      else own.push(row);
    });
    for (const [slot, rows] of slots) {
      const previous = before[slot] ?? null;
      if (rows.length < fewestRows || previous === null) continue;
      const ordered = rows.sort((a, b) => a.start - b.start).map(({ value }) => value);
      const first = Math.max(1, Math.floor(ordered.length / 3));
      const difference = momentsOf(ordered.slice(0, first)).mean - momentsOf(ordered.slice(first)).mean;
      (previous === column.arm ? found.stayed : found.changed).push(difference);
    }
  }
  return found;
}
