/**
 * Did the arms get the same kind of work? Counts can be perfect while every heavy job goes to one arm.
 * Fatal wherever arms have units of their own: interleaved and mirrored give every unit to every arm.
 *
 * For each covariate known before any arm saw the unit (bytes, records; metrics with `balance: true`), and each treatment
 * against the baseline, two tests at p < .001 ÷ (2 × covariates × treatments): Wilcoxon's rank sum with ties (normal, for a
 * shift anywhere) and Welch's t on the values themselves (for the load: a few huge jobs carry it and barely move the
 * ranks). Needs 10 units an arm. Units are what was assigned, never the points inside: slots and runs count with their
 * mean, at least 5 an arm; the stages of a ramp are tested one by one, since what grows with time would differ between
 * arms whose shares do, the smallest p × stages. Units in time are tested as the series that claims rest on
 * (stats/paired-series.ts); where that holds too little information the check warns with the reason, and where neither
 * arm varies at all different means fail. Watched jobs that each arm names for itself have no pairs: all of them are
 * tested. Measured, healthy stacks called unlike by the tests above on all values, and so: two watched
 * stacks with AR(1) 0.9 over 240 buckets 49 % and 0; 24 slots of 40 alike requests 63 % and 0; a ramp whose keys grow from
 * stage to stage 100 % and 0 (150 runs each).
 * Where their sizes run on, arm and size are compared as two series (jobs-in-a-row.ts).
 * Sources: Wilcoxon 1945; Lehmann, Nonparametrics, 1975 (ties); Welch 1947.
 */
import type { ArmColumn, Evidence, MetricTable } from '../model/evidence.js';
import type { ArmName, Metric } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { type Reason, reason } from '../model/reason.js';
import { countingTrials } from './delivered.js';
import { unlikeJobs } from './jobs-in-a-row.js';
import { measured, unitValues } from './metrics.js';
import { momentsOf } from './moments.js';
import { type Answer, answering, fail, pass, skip, warn } from './result.js';
import { isInTime, seriesOf } from './series.js';
import { unlike } from './unlike.js';

const limit = 0.001;
const fewest = 10;
const fewestSlots = 5;

export const covariateBalance: Check = {
  title: 'The arms got the same kind of work',
  severity: 'fatal',
  run(evidence) {
    const need = reason('covariate-need', { limit });
    return [answering('covariate-balance', 'fatal', need)('experiment', compare(evidence))];
  },
};

interface Found {
  readonly covariate: string;
  readonly treatment: ArmName;
  readonly p: number;
  /** Of treatment and baseline. */
  readonly means: readonly number[];
}

function compare(evidence: Evidence): Answer {
  const { experiment } = evidence;
  const { kind } = experiment.design;
  if (kind === 'interleaved' || kind === 'mirrored') return skip(reason('covariate-balanced-by-design'));
  const declared = experiment.metrics.filter(({ balance }) => balance === true);
  const ofTrials = trialCovariates(evidence);
  const known = [...new Set([...ofTrials.values()].flatMap((columns) => [...columns.keys()]))];
  const names = [...new Set([...known, ...declared.map(({ name }) => name)])].toSorted();
  if (names.length === 0) return skip(reason('covariate-none'));
  const looks = experiment.treatments.flatMap((treatment) =>
    declared.map((metric) => ofMetric(evidence, metric, treatment)),
  );
  const found = experiment.treatments.flatMap((treatment) => [
    ...known.flatMap((covariate): Found[] => {
      const of = (arm: ArmName) => ofTrials.get(arm)?.get(covariate) ?? [];
      const p = unlike(of(treatment), of(experiment.baseline), fewest);
      if (p === null) return [];
      return [
        { covariate, treatment, p, means: [treatment, experiment.baseline].map((arm) => meanOf(of(arm))) },
      ];
    }),
  ]);
  found.push(...looks.flatMap((look) => (look === null || 'code' in look ? [] : [look])));
  const refused = looks.find((look): look is Reason => look !== null && 'code' in look);
  if (found.length === 0) return refused === undefined ? tooFew(evidence, declared) : warn(refused);
  const worst = found.reduce((a, b) => (b.p < a.p ? b : a));
  const saw = reason('covariate-saw', { ...worst, baseline: experiment.baseline, covariates: names });
  if (worst.p < limit / (2 * found.length)) return fail(saw);
  return refused === undefined ? pass(saw) : warn(refused);
}

/** Why nothing was compared. */
function tooFew(evidence: Evidence, declared: readonly Metric[]): Answer {
  const { kind } = evidence.experiment.design;
  const gone = declared.find((metric) => measured(evidence, metric) === null);
  if (gone !== undefined) return skip(reason('check-metric-unmeasured', { metric: gone.name }));
  const slotted = kind === 'switchback' || kind === 'runs';
  return skip(reason('covariate-too-few', { fewest: slotted ? fewestSlots : fewest }));
}

/** p of equal means in time; the series' own reason where it cannot answer; null: nothing to compare. */
function inTime(
  evidence: Evidence,
  metric: Metric,
  treatment: ArmName,
  [x, y]: readonly [readonly number[], readonly number[]],
): number | Reason | null {
  const table = measured(evidence, metric);
  if (table === null) return null;
  const exactly = Math.abs(meanOf(x) - meanOf(y)) > 1e-9 * Math.abs(meanOf(y)) ? 0 : 1;
  const isConstant = (values: readonly number[]) => values.every((value) => value === values[0]);
  if (Math.min(x.length, y.length) >= fewest && isConstant(x) && isConstant(y)) return exactly;
  const series = seriesOf(evidence, metric, table).find((one) => one.treatment === treatment);
  if (series === undefined) return jobs(evidence, table, treatment);
  const { answer } = series;
  if ('code' in answer) return answer.code === 'constant-data' && series.units >= fewest ? exactly : answer;
  const { above, below } = answer.difference.test(0);
  return Math.min(1, 2 * Math.min(above, below));
}

/** Watched jobs that each arm names for itself. */
function jobs({ experiment }: Evidence, table: MetricTable, treatment: ArmName): number | Reason | null {
  const [x, y] = [treatment, experiment.baseline].map((arm) => table.arms.get(arm));
  if ((table.bucketMs ?? null) !== null || x === undefined || y === undefined) return null;
  return unlikeJobs([x, y], unitValues, { least: fewest, limit: limit / 2 });
}

const meanOf = (values: readonly number[]): number => momentsOf(values).mean;

/** What the file says was known beforehand, where nothing is run here. */
function ofMetric(evidence: Evidence, metric: Metric, treatment: ArmName): Found | Reason | null {
  const { experiment } = evidence;
  const { kind } = experiment.design;
  const table = measured(evidence, metric);
  const [x, y] = [treatment, experiment.baseline].map((arm) => table?.arms.get(arm));
  if (table === null || x === undefined || y === undefined) return null;
  const [xs, ys] = [x, y].map((column) => rowsOf(column));
  const about = { covariate: metric.name, treatment };
  const means = [xs, ys].map((rows) => meanOf(rows.map(({ value }) => value)));
  const at = (p: number | null): Found | null => (p === null ? null : { ...about, p, means });
  if (isInTime(experiment, table)) {
    const p = inTime(evidence, metric, treatment, valuesOf(xs, ys));
    return typeof p === 'object' && p !== null ? p : at(p);
  }
  if (kind === 'switchback' || kind === 'runs') return at(unlike(slotMeans(xs), slotMeans(ys), fewestSlots));
  if (kind !== 'ramp') return at(unlike(...valuesOf(xs, ys), fewest));
  if ((table.bucketMs ?? null) !== null) return null; // buckets of shared traffic hold what the shares make of it
  const stages = [...new Set(xs.map(({ slot }) => slot))].flatMap((stage) => {
    const own = (rows: readonly Row[]) => rows.filter(({ slot }) => slot === stage);
    return unlike(...valuesOf(own(xs), own(ys)), fewest) ?? [];
  });
  return stages.length === 0 ? null : at(Math.min(1, stages.length * Math.min(...stages)));
}

interface Row {
  readonly value: number;
  readonly slot: number;
}

const rowsOf = (column: ArmColumn): readonly Row[] =>
  unitValues(column).flatMap((value, i) =>
    Number.isFinite(value) ? [{ value, slot: column.slot?.[i] ?? 0 }] : [],
  );

const valuesOf = (x: readonly Row[], y: readonly Row[]): readonly [readonly number[], readonly number[]] => [
  x.map(({ value }) => value),
  y.map(({ value }) => value),
];

/** One mean a slot. */
function slotMeans(rows: readonly Row[]): readonly number[] {
  const slots = new Map<number, number[]>();
  for (const { slot, value } of rows) slots.set(slot, [...(slots.get(slot) ?? []), value]);
  return [...slots.values()].map(meanOf);
}

/** arm → covariate → one value for each distinct unit that the arm worked on. */
function trialCovariates({
  trials,
  experiment,
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
  return arms;
}
