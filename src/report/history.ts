/** The history of an experiment: its runs with looks, effects and decisions, what was changed, and where levels moved. */
import type { Comparison } from '../model/effect.js';
import type { PastRun, Shift } from '../model/history.js';
import { reason } from '../model/reason.js';
import type { Report } from '../model/report.js';
import { changePoints, createRandom, FEWEST_IN_SEGMENT } from '../stats/index.js';
import { comparisonEffect, estimandTail } from './effect-words.js';
import { visible } from './escape.js';
import { duration, list, plural, timestamp } from './format.js';
import { headline } from './headline.js';
import { sentence } from './words.js';

/** Comparisons that claims rest on; all of them where nothing is claimed. */
const claimed = (report: Report): readonly Comparison[] => {
  const ids = new Set(report.claims.map(({ comparison }) => comparison));
  return ids.size === 0 ? report.comparisons : report.comparisons.filter(({ id }) => ids.has(id));
};

const newest = ({ reports }: PastRun): Report | undefined => reports.at(-1);

interface Series {
  readonly metric: string;
  readonly of: string;
  readonly runs: readonly string[];
  readonly values: readonly number[];
}

/** Finished runs of the real thing, one value each: what the arms were, and what lay between them. */
function seriesOf(runs: readonly PastRun[]): readonly Series[] {
  const found = new Map<string, { metric: string; of: string; runs: string[]; values: number[] }>();
  for (const run of runs) {
    const report = newest(run);
    if (report === undefined || run.mode !== 'real' || run.finishedAt === null) continue;
    for (const { metric, treatment, baseline, effect } of claimed(report)) {
      if (effect === null) continue;
      for (const [of, value] of [
        [`${treatment} ÷ ${baseline}`, effect.ratio?.estimate ?? null],
        [treatment, effect.treatmentValue],
        [baseline, effect.baselineValue],
      ] as const) {
        if (value === null || !(value > 0)) continue; // levels are compared by their ratio
        const key = `${metric} ${of}`;
        const series = found.get(key) ?? { metric, of, runs: [], values: [] };
        found.set(key, series);
        if (series.runs.at(-1) === run.id) continue; // the baseline of several treatments
        series.runs.push(run.id);
        series.values.push(Math.log(value));
      }
    }
  }
  return [...found.values()];
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

/** Where the level of an effect or of an arm may have moved, in the order of the runs. */
export function shifts(experiment: string, runs: readonly PastRun[]): readonly Shift[] {
  return seriesOf(runs).flatMap(({ metric, of, runs: names, values }): readonly Shift[] => {
    if (values.length < 2 * FEWEST_IN_SEGMENT) return [];
    const points = changePoints(Float64Array.from(values), createRandom(experiment, 'history', metric, of));
    if ('code' in points) return [];
    const edges = [0, ...points.map(({ at }) => at), values.length];
    return points.map(({ at, p }, i) => ({
      metric,
      of,
      run: names[at],
      ratio: Math.exp(mean(values.slice(at, edges[i + 2])) - mean(values.slice(edges[i], at))),
      p,
    }));
  });
}

const lookLines = ({ reports }: PastRun): readonly string[] =>
  reports
    .filter(({ look }) => look.of > 1)
    .map((report) => {
      const { index, of, taken = [] } = report.look;
      const at = taken.at(-1)?.at;
      return `  look ${index} of ${of}${at === undefined ? '' : `, ${timestamp(at)}`}: ${headline(report).label.toLowerCase()}`;
    });

const effectLines = (report: Report): readonly string[] =>
  claimed(report).map((comparison) => {
    const metric = report.metrics.find(({ name }) => name === comparison.metric);
    const effect =
      comparison.effect === null
        ? `not measured: ${comparison.unmeasured === null ? 'no effect' : sentence(comparison.unmeasured)}`
        : comparisonEffect(comparison, metric);
    return `  ${comparison.metric}${estimandTail(comparison.estimand)}, ${comparison.treatment} against ${comparison.baseline}: ${effect ?? 'no ratio'}`;
  });

function runLines(run: PastRun): readonly string[] {
  const report = newest(run);
  const { startedAt, finishedAt } = run;
  const when =
    startedAt === null
      ? 'it cannot be read'
      : `${timestamp(startedAt)}, ${finishedAt === null ? 'not finished' : `took ${duration(finishedAt - startedAt)}`}`;
  const decision = report === undefined ? 'no report' : headline(report).label;
  const rehearsal = run.mode === 'real' ? '' : `, a rehearsal (--${run.mode})`;
  return [
    `${run.id}  ${decision}  (${when}${rehearsal})`,
    ...(run.changed === null || run.changed.length === 0
      ? []
      : [`  changed in the file: ${list(run.changed)}`]),
    ...(run.problem === null ? [] : [`  ${run.problem}`]),
    ...lookLines(run),
    ...(report === undefined ? [] : effectLines(report)),
    ...(run.prunedAt === null ? [] : [`  its evidence was deleted on ${timestamp(run.prunedAt)}`]),
  ];
}

const shiftLine = ({ metric, of, run, ratio }: Shift): string =>
  sentence(reason('history-shift', { metric, of, run, ratio }));

/** Runs in which both arms moved at once: the machine or the world, rather than one stack. */
const together = (found: readonly Shift[]): readonly string[] => {
  const arms = found.filter(({ of }) => !of.includes(' ÷ '));
  const moved = arms.filter(
    (one, i) => arms.findIndex((b) => b.metric === one.metric && b.run === one.run) !== i,
  );
  return [...new Set(moved.map(({ metric, run }) => sentence(reason('history-together', { metric, run }))))];
};

export function renderHistory(experiment: string, runs: readonly PastRun[]): string {
  const found = shifts(experiment, runs);
  const real = runs.filter((run) => run.mode === 'real' && run.finishedAt !== null).length;
  const changes =
    found.length > 0
      ? [sentence(reason('history-hypotheses')), ...found.map(shiftLine), ...together(found)]
      : [sentence(reason('history-no-shift', { runs: real, need: 2 * FEWEST_IN_SEGMENT }))];
  return [
    `${experiment}: ${plural(runs.length, 'run')}`,
    ...runs.flatMap((run) => ['', ...runLines(run)]),
    '',
    ...changes,
    '',
  ]
    .map(visible)
    .join('\n');
}
