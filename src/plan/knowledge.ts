/**
 * What is known of how a metric varies: evidence first, then what the file declares, then nothing. Each says why not.
 */
import type { Comparison, Estimate, Inference } from '../model/effect.js';
import { type Reason, reason } from '../model/reason.js';
import { chiSquaredQuantile } from '../stats/chi-squared.js';
import type { Grain } from './grain.js';
import { roomOf } from './one-arm.js';
import type { ClaimPlan, Pilot, PlanInput } from './plan.js';
import { declaredPrecision, measuredPrecision, type Precision } from './precision.js';
import type { Question } from './question.js';
import { sharesOf, treatedPart, worthOfBuckets } from './ramp.js';
import { type Draw, declaredSlots, measuredSlots } from './switchback.js';

/** Without a declared or measured memory of a series. */
const assumedCorrelation = 0.5;

export interface Known {
  readonly basis: ClaimPlan['basis'];
  readonly precision: Precision | null;
  readonly question: Question;
  readonly seen: number | null;
  readonly notes: readonly Reason[];
}

/** Evidence first, then what the file declares, then nothing. */
export function knowledgeOf(question: Question, grain: Grain, input: PlanInput): Known {
  const { claim, metric } = question;
  const blank: Known = { basis: 'none', precision: null, question, seen: null, notes: [] };
  if (metric.exact) return { ...blank, notes: [reason('plan-exact', { metric: metric.name })] };
  const measured = input.pilot === null ? null : fromPilot(question, grain, input.pilot, input);
  if (measured !== null && 'precision' in measured && measured.precision !== null) return measured;
  const why = measured === null ? [] : measured.notes;
  if (metric.variation !== undefined && question.scale === 'relative' && claim.kind !== 'bound') {
    const { precision, notes } = declaredFor(metric.variation, question, grain, input);
    return { ...blank, basis: 'declared', precision, notes: [...why, ...notes] };
  }
  const isRelative = question.scale === 'relative' && claim.kind !== 'bound';
  const need = reason(isRelative ? 'plan-variation-unknown' : 'plan-evidence-needed', {
    metric: metric.name,
  });
  return { ...blank, notes: [...why, need] };
}

/** The pipeline knows how slots are drawn; a plan of slots is not asked for without it. */
function drawOf({ randomisation }: PlanInput): Draw {
  if (randomisation === undefined) throw new RangeError('a plan of slots needs to know how they are drawn');
  return randomisation;
}

export function declaredFor(variation: number, question: Question, grain: Grain, input: PlanInput) {
  const rho = grain.inTime ? (input.autocorrelation ?? assumedCorrelation) : null;
  const tau = rho === null ? null : Math.max(1, (1 + rho) / (1 - rho));
  const typical = question.claim.estimand === 'typical';
  const notes =
    grain.inTime && input.autocorrelation === null
      ? [reason('plan-autocorrelation-assumed', { metric: question.metric.name, rho: assumedCorrelation })]
      : [];
  if (grain.unit === 'slots') {
    const precision = declaredSlots(drawOf(input), variation);
    return { precision, notes: [reason('plan-slots-beyond-balance', { metric: question.metric.name })] };
  }
  const isQuantile = /^p\d/.test(question.claim.estimand);
  const quantile = isQuantile
    ? [
        reason('plan-quantile-rough', {
          metric: question.metric.name,
          estimand: question.claim.estimand,
        }),
      ]
    : [];
  return {
    precision: declaredPrecision({ variation, typical, tau, grain, sizes: input.sizes }),
    notes: [...notes, ...quantile],
  };
}

function fromPilot(question: Question, grain: Grain, pilot: Pilot, input: PlanInput): Known {
  const { claim, metric } = question;
  const blank: Known = { basis: 'none', precision: null, question, seen: null, notes: [] };
  const stop = (why: Reason): Known => ({ ...blank, notes: [why] });
  const missing = reason('plan-evidence-without-metric', { metric: metric.name, run: pilot.id });
  if (claim.kind === 'bound') {
    const table = pilot.tables.get(metric.name);
    const column = table?.arms.get(claim.treatment);
    if (table === undefined || column === undefined || column.n === 0) return stop(missing);
    if (table.unmeasured !== null) return stop(table.unmeasured);
    // Slots of one arm are judged as a series (decide/one-series.ts).
    if (grain.inTime || grain.unit === 'slots')
      return stop(reason('plan-bound-in-time', { metric: metric.name }));
    const found = roomOf(column, claim, metric, grain);
    if (found === null) return stop(reason('plan-bound-without-scatter', { metric: metric.name }));
    return {
      basis: 'evidence',
      precision: found.precision,
      question: { ...question, expected: found.room, expectedFrom: 'evidence' },
      seen: found.room,
      notes: [],
    };
  }
  const comparison = pilot.comparisons.find(
    (one) =>
      one.metric === metric.name &&
      one.treatment === claim.treatment &&
      one.baseline === claim.reference &&
      one.estimand === claim.estimand,
  );
  const inference = comparison === undefined ? undefined : pilot.inferences.get(comparison.id);
  if (comparison === undefined) return stop(missing);
  if (inference === undefined) return stop(comparison.unmeasured ?? missing);
  const ratio = question.scale === 'relative';
  const estimate = ratio ? inference.ratio : inference.difference;
  if (estimate === null) return stop(reason('claim-baseline-not-positive', { metric: metric.name }));
  const seen = question.sign * (estimate.estimate - question.origin);
  const short = shortOfExpected(question, seen, pilot);
  if (grain.unit === 'slots') {
    const found = measuredSlots(drawOf(input), inference, ratio);
    if (found === null) return stop(reason('plan-slots-too-few', { metric: metric.name, run: pilot.id }));
    const { precision, df } = found;
    return { basis: 'evidence', precision, question, seen, notes: [...short, ...smallPilot(df, pilot)] };
  }
  const n = countOf(comparison, inference, grain, pilot);
  return {
    basis: 'evidence',
    precision: measuredPrecision({ estimate, inference, ratio, n, grain }),
    question,
    seen,
    notes: [...short, ...uncertainty(estimate, inference.df, pilot)],
  };
}

/** Units that the evidence is worth, as the plan counts them. */
function countOf(
  comparison: Comparison,
  { details }: Pick<Inference, 'details'>,
  grain: Grain,
  { experiment }: Pilot,
): { treatment: number; baseline: number } {
  const { n, treatment } = comparison;
  if (grain.unit === 'items') return { treatment: n.items, baseline: n.items };
  if (grain.unit === 'runs')
    return { treatment: Number(details['treatment runs']), baseline: Number(details['baseline runs']) };
  if (experiment.design.kind !== 'ramp') return n;
  const { metrics } = experiment;
  if (grain.inTime) {
    const metric = metrics.find(({ name }) => name === comparison.metric);
    const had = metric === undefined ? 1 : worthOfBuckets(experiment, metric, treatment);
    const each = had / (grain.worth ?? 1);
    return { treatment: n.treatment * each, baseline: n.baseline * each };
  }
  const all = Number(details['treatment keys']) / treatedPart(experiment, treatment);
  const shares = sharesOf(experiment, treatment);
  return { treatment: all * shares.treatment, baseline: all * shares.baseline };
}

/** More units do not help an effect that is not there. Arms that were both the baseline show none by design. */
function shortOfExpected(question: Question, seen: number, pilot: Pilot): Reason[] {
  const { expected, edges, metric } = question;
  const beyond = seen > edges.low && (edges.high === null || seen < edges.high);
  if (pilot.mode !== 'real' || expected === null || beyond) return [];
  return [
    reason('plan-evidence-falls-short', {
      metric: metric.name,
      seen,
      threshold: edges.high === null ? edges.low : question.claim.amount.value,
      kind: question.claim.kind,
      scale: question.scale,
      unit: metric.unit,
      run: pilot.id,
    }),
  ];
}

/** Below so many degrees of freedom a pilot's variance is itself a guess. */
const fewDegrees = 20;

function uncertainty(estimate: Estimate, declared: number, pilot: Pilot): Reason[] {
  return smallPilot(estimate.statistic?.(estimate.estimate).df ?? declared, pilot);
}

function smallPilot(df: number, pilot: Pilot): Reason[] {
  if (!(df < fewDegrees)) return [];
  // One pilot in five underestimates the variance by this factor or more.
  return [reason('plan-small-pilot', { df, factor: df / chiSquaredQuantile(0.2, df), run: pilot.id })];
}
