/** What an earlier run says of a claim: how much one unit varies, what was seen, and how far that can be trusted. */
import type { Comparison, Estimate, Inference } from '../model/effect.js';
import { type Reason, reason } from '../model/reason.js';
import { chiSquaredQuantile } from '../stats/chi-squared.js';
import { inBatches } from './anytime.js';
import { limitsPoints, unseenOutage } from './attempts.js';
import { type FailuresByKey, failuresByKey, type Pieces } from './failures-by-key.js';
import type { Grain } from './grain.js';
import { roomOf } from './one-arm.js';
import type { ClaimPlan, Pilot, PlanInput } from './plan.js';
import { type Measured, measuredPrecision, type Precision } from './precision.js';
import type { Question } from './question.js';
import { sharesOf, treatedPart, worthOfBuckets } from './ramp.js';
import { drawOf, measuredSlots } from './switchback.js';

export interface Known {
  readonly basis: ClaimPlan['basis'];
  readonly precision: Precision | null;
  readonly question: Question;
  readonly seen: number | null;
  readonly notes: readonly Reason[];
}

export function fromPilot(question: Question, grain: Grain, pilot: Pilot, input: PlanInput): Known {
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
  const seenBy: Measured = { estimate, inference, ratio, n, grain };
  const byKey = inPieces(seenBy, question, pilot);
  const measured = byKey?.precision ?? measuredPrecision(seenBy);
  const readOff = pilot.experiment.decide.anytime === true ? 'batches' : 'series';
  return {
    basis: 'evidence',
    precision:
      input.experiment.decide.anytime === true && grain.inTime ? inBatches(measured, readOff) : measured,
    question,
    seen,
    notes: [
      ...short,
      ...smallPilot(grain.inTime ? inference.df : degreesOf(estimate, inference), pilot),
      ...(byKey?.notes ?? []),
    ],
  };
}

/** A proportion of keys that a source or a tap names. */
function inPieces(measured: Measured, question: Question, pilot: Pilot): FailuresByKey | null {
  const { claim, metric } = question;
  const { input, name, outageMs } = metric;
  const arms = pilot.tables.get(name)?.arms;
  const [treatment, baseline] = [arms?.get(claim.treatment), arms?.get(claim.reference ?? '')];
  const isCounted = input.kind === 'ratio' && input.proportion && claim.estimand !== 'mean';
  if (!isCounted || measured.grain.unit !== 'keys' || treatment === undefined || baseline === undefined)
    return null;
  const pieces: Pieces = { columns: [treatment, baseline], outageMs, metric: name, run: pilot.id };
  const found = failuresByKey(measured, pieces);
  if (found === null || found.notes.length === 0 || !limitsPoints(question)) return found;
  return { ...found, notes: [...found.notes, unseenOutage(question)] };
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

/** Where the answer lies, not at "no difference". */
const degreesOf = (estimate: Estimate, { df }: Pick<Inference, 'df'>): number =>
  estimate.statistic?.(estimate.estimate).df ?? df;

function smallPilot(df: number, pilot: Pilot): Reason[] {
  if (!(df < fewDegrees)) return [];
  // One pilot in five underestimates the variance by this factor or more.
  return [reason('plan-small-pilot', { df, factor: df / chiSquaredQuantile(0.2, df), run: pilot.id })];
}
