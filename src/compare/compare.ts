/**
 * From evidence to comparisons: which pairs are asked for, which method answers, and what is said where none can.
 * Beside each comparison its live inference is kept, so that a claim's threshold is tested by the very test that
 * the printed interval inverts.
 */
import type { ComparePlan, Comparison, Effect, Inference } from '../model/effect.js';
import type { Evidence } from '../model/evidence.js';
import type { ArmName, Estimand, Metric } from '../model/experiment.js';
import { isPaired } from '../model/paired.js';
import type { Method, Registry } from '../model/ports.js';
import type { Random } from '../model/random.js';
import { type Reason, reason } from '../model/reason.js';
import { chooseMethod } from './choose.js';
import { companionsOf } from './companions.js';
import { countsOf, unitsThatDecide } from './counts.js';
import { tabulate } from './effect.js';
import { exactEffect } from './exact.js';
import { withExploratory } from './exploratory.js';
import { onlyByKeys } from './means-in-course.js';
import { idOf, type Question, questionsOf } from './questions.js';
import { prepare } from './samples.js';
import { withCovariate } from './with-covariate.js';

export interface CompareOptions {
  /** Confidence of the interval that decides this metric for this treatment (α is divided over treatments). */
  readonly confidencePerComparison: (metric: string, treatment: ArmName) => number;
}

/** The schedule tells what else a switchback could have drawn. */
type Material = Pick<Evidence, 'experiment' | 'tables'> & Partial<Pick<Evidence, 'schedule'>>;

export interface Compared {
  readonly comparisons: readonly Comparison[];
  /** By comparison id; none where the comparison is unmeasured or exact. */
  readonly inferences: ReadonlyMap<string, Inference>;
}

/** Fewer units than this give no number at all (STATISTICS.md §2). */
const unitsForANumber = 3;

export function compare(
  evidence: Material,
  methods: Registry<Method>,
  options: CompareOptions,
  random: Random,
): Compared {
  const inferences = new Map<string, Inference>();
  const comparisons = questionsOf(evidence).map((question) => {
    const { comparison, inference } = answer(question, evidence, methods, options, random);
    if (inference !== null) inferences.set(comparison.id, inference);
    return comparison;
  });
  return { comparisons: withExploratory(comparisons, evidence.experiment), inferences };
}

/** What a method is told of the experiment. */
export const comparePlan = (
  { input, outageMs }: Metric,
  estimand: Estimand,
  { workload }: Pick<Evidence['experiment'], 'workload'>,
  confidence: number,
  bucketMs: number | null,
): ComparePlan => ({
  estimand,
  proportion: input.kind === 'ratio' && input.proportion,
  times: input.kind === 'ratio' ? input.times : 1,
  workload: workload?.kind ?? null,
  confidence,
  bucketMs,
  ...(outageMs === undefined ? {} : { outageMs }),
});

interface Answer {
  readonly comparison: Comparison;
  readonly inference: Inference | null;
}

function answer(
  question: Question,
  { experiment, tables, schedule = null }: Material,
  methods: Registry<Method>,
  options: CompareOptions,
  random: Random,
): Answer {
  const { metric, treatment, baseline, estimand } = question;
  const { design } = experiment;
  const table = tables.get(metric.name);
  const bucketMs = table?.bucketMs ?? null;
  const confidence = options.confidencePerComparison(metric.name, treatment);
  const draws = schedule?.draws;
  const plan: ComparePlan = {
    ...comparePlan(metric, estimand, experiment, confidence, bucketMs),
    ...(draws === undefined ? {} : { draws }),
  };
  const blank: Comparison = {
    id: idOf(question),
    metric: metric.name,
    treatment,
    baseline,
    estimand,
    n: { treatment: 0, baseline: 0, items: 0 },
    method: null,
    line: null,
    exact: metric.exact,
    effect: null,
    unmeasured: null,
    companions: [],
    warnings: [],
  };
  const stop = (why: Reason, rest: Partial<Comparison> = {}): Answer => ({
    comparison: { ...blank, ...rest, unmeasured: why },
    inference: null,
  });

  if (table === undefined) return stop(reason('metric-without-data', { metric: metric.name }));
  if (table.unmeasured !== null) return stop(table.unmeasured);
  const ratio = metric.input.kind === 'ratio';
  const asked = {
    design,
    estimand,
    ratio,
    proportion: plan.proportion,
    workload: plan.workload,
    exact: metric.exact,
    bucketed: bucketMs !== null,
    adjusted: metric.adjust !== undefined,
    anytime: experiment.decide.anytime === true,
  };
  const chosen = chooseMethod(asked);
  if ('code' in chosen) return stop(chosen);
  const rows = withCovariate(table, metric, tables);
  const prepared = prepare(rows, treatment, baseline, isPaired(design, asked.bucketed));
  if ('code' in prepared) return stop(prepared, { line: chosen.line });
  const { samples } = prepared;
  const found = {
    n: countsOf(prepared, plan),
    line: chosen.line,
    method: chosen.method,
    warnings: [...rows.warnings, ...prepared.warnings],
  };
  if (chosen.method === null) {
    const effect = exactEffect(samples, plan);
    return 'code' in effect
      ? stop(effect, found)
      : { comparison: { ...blank, ...found, effect }, inference: null };
  }
  const method = methods[chosen.method];
  const have = unitsThatDecide(found.n, plan, samples);
  const tooFew = reason('too-few-units', { have, need: method.minimumUnits, metric: metric.name });
  if (have < unitsForANumber) return stop(tooFew, found);
  const stream = (name: string) => random.stream(treatment, baseline, metric.name, estimand, name);
  const inference = method.compare(samples, plan, stream(chosen.method));
  if ('code' in inference) return stop(inference, found);
  const effect = tabulate(inference, plan.confidence);
  const companions = companionsOf(chosen.companions, asked, samples, plan, effect, methods, stream);
  const comparison: Comparison = {
    ...blank,
    ...found,
    effect,
    companions: companions.companions,
    warnings: [
      ...found.warnings,
      ...inference.warnings,
      ...onlyByKeys(chosen.method, samples, estimand),
      ...unbounded(effect),
      ...companions.warnings,
    ],
  };
  // Three or four units give a number to look at, never a verdict.
  if (have < method.minimumUnits)
    return { comparison: { ...comparison, unmeasured: tooFew }, inference: null };
  return { comparison, inference };
}

function unbounded({ ratio, baselineValue }: Effect): Reason[] {
  if (ratio === null) return [reason('ratio-needs-positive-baseline', { baselineValue })];
  return ratio.interval.kind === 'unbounded' ? [reason('ratio-unbounded', { baselineValue })] : [];
}
