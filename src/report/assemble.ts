/** Puts everything that was found into the one document of which every form is a view. Pure. */
import type { CheckResult, ClaimResult, Decision } from '../model/decision.js';
import type { Comparison } from '../model/effect.js';
import type { Evidence } from '../model/evidence.js';
import type { Experiment, Metric } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import type { ArmSummary, MethodNote, MetricReport, Report } from '../model/report.js';
import type { BreakEvenReport, MonthlyCost, TradeOff } from '../model/trade-off.js';
import type { WhatIf } from '../model/what-if.js';
import { seriesShape } from './assemble/series.js';
import { servicesOf } from './assemble/services.js';
import { POINTS_SHOWN, summarise } from './assemble/summary.js';
import { timelineOf } from './assemble/timeline.js';
import { trialPoints } from './assemble/trials.js';
import { watchPart } from './assemble/watch.js';

export interface Parts {
  readonly evidence: Evidence;
  readonly comparisons: readonly Comparison[];
  readonly claims: readonly ClaimResult[];
  readonly decision: Decision;
  readonly checks: readonly CheckResult[];
  /** Cost against time; none: it was not measured on the same units. */
  readonly tradeOffs?: readonly TradeOff[];
  readonly breakEvens?: readonly BreakEvenReport[];
  readonly monthly?: MonthlyCost | null;
  readonly methods: readonly MethodNote[];
  readonly look: Report['look'];
  readonly running?: Report['running'];
  /** One sentence's worth of how a metric is computed. */
  readonly computed: (metric: Metric) => Reason;
  /** Version of the program. */
  readonly stacktrial: string;
  readonly experimentSha256: string;
  /** The experiment was written after the data were seen. */
  readonly postHoc?: boolean;
  readonly whatIf?: WhatIf;
}

const iso = (ms: number): string => new Date(ms).toISOString();

const metricReport = (metric: Metric, { evidence, computed }: Parts): MetricReport => {
  const table = evidence.tables.get(metric.name);
  const arms = evidence.experiment.arms.flatMap(({ name }): ArmSummary[] => {
    const column = table?.arms.get(name);
    return column === undefined ? [] : [summarise(metric, column)];
  });
  const shape = table === undefined ? null : seriesShape(metric, table, evidence.experiment.baseline);
  return {
    name: metric.name,
    title: metric.title,
    unit: metric.unit,
    better: metric.better,
    role: metric.role,
    words: metric.words,
    margin: metric.margin,
    estimand: metric.estimand,
    exact: metric.exact,
    computed: computed(metric),
    unmeasured: table === undefined ? reason('report-no-table', { metric: metric.name }) : table.unmeasured,
    arms,
    ...(shape === null ? {} : { series: shape }),
  };
};

const experimentPart = (
  experiment: Experiment,
  { evidence, experimentSha256 }: Parts,
): Report['experiment'] => {
  const { design, workload, window } = experiment;
  return {
    name: experiment.name,
    question: experiment.question,
    owner: experiment.owner,
    arms: experiment.arms.map(({ name, title }) => ({ name, title, baseline: name === experiment.baseline })),
    design: {
      kind: design.kind,
      seed: design.seed,
      blocks: evidence.schedule?.blocks ?? design.blocks ?? 0,
      warmupTrials: design.warmupTrials,
    },
    workload:
      workload === null
        ? null
        : { kind: workload.kind, units: evidence.schedule?.units.length ?? 0, repeats: workload.repeats },
    window: window === null ? null : { from: iso(window.fromMs), to: iso(window.toMs) },
    confidence: experiment.decide.confidence,
    sha256: experimentSha256,
  };
};

/** What a reader must know of a look among several: how wide its intervals are, and what stopping at it does to them. */
const lookWarnings = (look: Report['look'], confidence: number): Reason[] => {
  if (look.anytime === true) return [reason('report-look-anytime', { index: look.index, confidence })];
  const newest = look.taken?.at(-1);
  if (newest === undefined) return [];
  const { index, of } = look;
  const { units, maximum } = newest;
  const values = { index, of, units, maximum, interval: newest.confidence, confidence };
  return [
    reason('report-look-intervals', values),
    ...(look.stoppedEarly === true ? [reason('report-stopped-early', values)] : []),
  ];
};

const warningsOf = (evidence: Evidence, metrics: readonly MetricReport[]): Reason[] => {
  const thinned = metrics.filter(({ arms }) => arms.some(({ n }) => n > POINTS_SHOWN));
  const note = reason('report-points-thinned', {
    metrics: thinned.map(({ title }) => title),
    shown: POINTS_SHOWN,
  });
  return [
    ...[...evidence.tables.values()].flatMap((table) => table.warnings),
    ...(thinned.length === 0 ? [] : [note]),
  ];
};

/** What is not there is absent, so that it is never drawn. */
const moneyParts = ({ tradeOffs = [], breakEvens = [], monthly = null }: Parts) => ({
  ...(tradeOffs.length > 0 ? { tradeOffs } : {}),
  ...(breakEvens.length > 0 ? { breakEvens } : {}),
  ...(monthly === null ? {} : { monthly }),
});

export const assemble = (parts: Parts): Report => {
  const { evidence } = parts;
  const { experiment, run } = evidence;
  const { running } = parts;
  const timeline = timelineOf(evidence);
  const services = servicesOf(experiment, evidence.collected);
  const metrics = experiment.metrics.map((metric) => metricReport(metric, parts));
  return {
    schemaVersion: 1,
    stacktrial: parts.stacktrial,
    experiment: experimentPart(experiment, parts),
    run: {
      id: run.id,
      startedAt: iso(run.startedAt),
      finishedAt: run.finishedAt === null ? null : iso(run.finishedAt),
      mode: run.mode,
      inject: run.inject,
      resumed: run.resumed,
      environment: run.environment,
    },
    look: parts.look,
    ...(parts.postHoc === true ? { postHoc: true } : {}),
    decision: parts.decision,
    claims: parts.claims,
    comparisons: parts.comparisons,
    ...moneyParts(parts),
    metrics,
    checks: parts.checks,
    ...(parts.whatIf === undefined ? {} : { whatIf: parts.whatIf }),
    ...(timeline === null ? {} : { timeline }),
    ...(running === undefined || running.length === 0 ? {} : { running }),
    ...(services.length === 0 ? {} : { services }),
    ...watchPart(evidence, iso),
    trials: trialPoints(evidence),
    exclusions: evidence.exclusions,
    methods: parts.methods,
    sources: evidence.collected.map(({ meta }) => meta),
    warnings: [...lookWarnings(parts.look, experiment.decide.confidence), ...warningsOf(evidence, metrics)],
  };
};
