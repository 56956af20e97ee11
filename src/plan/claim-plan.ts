/** One claim: what it needs, and what the declared experiment gives it. */
import type { Comparison, Estimate } from '../model/effect.js';
import { type Reason, reason } from '../model/reason.js';
import { chiSquaredQuantile } from '../stats/chi-squared.js';
import { type Grain, grainOf, leastUnits, pastGate } from './grain.js';
import { roomOf } from './one-arm.js';
import type { ClaimPlan, Pilot, PlanInput, Powers } from './plan.js';
import { declaredPrecision, measuredPrecision, type Precision } from './precision.js';
import { isPossible, isReachable, type Question } from './question.js';
import { powerOfDeclared, type Sizing, smallestBenefit, unitsNeeded } from './size.js';

/** Without any knowledge: stable, usual, noisy, wild. */
const ladder = [0.05, 0.1, 0.2, 0.4] as const;

/** Without a declared or measured memory of a series. */
const assumedCorrelation = 0.5;

interface Known {
  readonly basis: ClaimPlan['basis'];
  readonly precision: Precision | null;
  readonly question: Question;
  readonly seen: number | null;
  readonly notes: readonly Reason[];
}

export interface ClaimContext {
  readonly input: PlanInput;
  /** Items of the declared workload. */
  readonly items: number | null;
  /** Power that each obligation needs. */
  readonly each: Powers<number>;
  /** Factor on the units that the declared looks cost. */
  inflation(alpha: number, power: number): number;
  /** Units that the file declares at this grain; null where it does not say. */
  declaredUnits(grain: Grain, everyMs: number | null): number | null;
  /** Milliseconds per unit of this grain, where known. */
  everyMs(question: Question, grain: Grain): number | null;
}

export function planClaim(asked: Question, context: ClaimContext): ClaimPlan {
  const { input, each } = context;
  const { claim, metric } = asked;
  const grain = grainOf(metric, input.experiment, claim.treatment, context.items);
  const { basis, precision, question, seen, notes: found } = knowledgeOf(asked, grain, input);
  const everyMs = context.everyMs(question, grain);
  const notes: Reason[] = [...found];
  const inflation = (power: number) => context.inflation(question.alpha, power);
  const sizing = (by: Precision): Sizing => ({ question, precision: by, grain, inflation });
  const neededBy = (by: Precision, expected: number): Powers<number | null> => ({
    '80': unitsNeeded(sizing(by), each['80'], expected),
    '90': unitsNeeded(sizing(by), each['90'], expected),
  });
  const expected = usableExpectation(question, notes);
  const none = { '80': null, '90': null };
  const needed = precision === null || expected === null ? none : neededBy(precision, expected);
  if (precision !== null && expected !== null && needed['80'] === null)
    notes.push(reason('plan-too-many-units', { metric: metric.name }));
  const isBlind =
    basis === 'none' && question.scale === 'relative' && !metric.exact && claim.kind !== 'bound';
  const table =
    isBlind && expected !== null
      ? ladder.map((variation) => ({
          variation,
          needed: neededBy(declaredFor(variation, question, grain, input).precision, expected),
        }))
      : [];
  const units = context.declaredUnits(grain, everyMs);
  if (units !== null) notes.push(...shortfalls(question, precision, grain, units));
  return {
    id: claim.id,
    text: claim.text,
    kind: claim.kind,
    role: claim.role,
    treatment: claim.treatment,
    metric: metric.name,
    alpha: question.alpha,
    scale: question.scale,
    unitOfScale: metric.unit,
    threshold: claim.kind === 'within' ? claim.amount.value : question.edges.low,
    expected: question.expected,
    expectedFrom: question.expectedFrom,
    seen,
    basis,
    variation: precision !== null && question.scale === 'relative' ? precision.spread(1) : null,
    tau: precision?.tau ?? null,
    unit: grain.unit,
    everyMs,
    needed,
    declared:
      units === null
        ? null
        : {
            units,
            power:
              precision === null || expected === null
                ? null
                : powerOfDeclared(sizing(precision), units, each['80'], expected),
            detectable:
              precision === null || claim.kind === 'bound'
                ? none
                : {
                    '80': smallestBenefit(sizing(precision), units, each['80']),
                    '90': smallestBenefit(sizing(precision), units, each['90']),
                  },
          },
    table,
    notes,
  };
}

/** Where the truth is planned to be; null with the reason among the notes. */
function usableExpectation(question: Question, notes: Reason[]): number | null {
  const { expected, metric, edges, claim } = question;
  const values = { metric: metric.name, scale: question.scale, unit: metric.unit };
  if (metric.exact) return null;
  if (expected === null) {
    if (claim.kind !== 'bound') notes.push(reason('plan-no-expected-effect', values));
    return null;
  }
  if (!isPossible(question)) {
    notes.push(reason('plan-expected-impossible', { ...values, expected }));
    return null;
  }
  if (isReachable(question)) return expected;
  const threshold = edges.high === null ? edges.low : claim.amount.value;
  notes.push(reason('plan-expected-not-beyond', { ...values, expected, threshold, kind: claim.kind }));
  return null;
}

/** Evidence first, then what the file declares, then nothing. */
function knowledgeOf(question: Question, grain: Grain, input: PlanInput): Known {
  const { claim, metric } = question;
  const blank: Known = { basis: 'none', precision: null, question, seen: null, notes: [] };
  if (metric.exact) return { ...blank, notes: [reason('plan-exact', { metric: metric.name })] };
  const measured = input.pilot === null ? null : fromPilot(question, grain, input.pilot);
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

function declaredFor(variation: number, question: Question, grain: Grain, input: PlanInput) {
  const rho = grain.inTime ? (input.autocorrelation ?? assumedCorrelation) : null;
  const tau = rho === null ? null : Math.max(1, (1 + rho) / (1 - rho));
  const typical = question.claim.estimand === 'typical';
  const notes =
    grain.inTime && input.autocorrelation === null
      ? [reason('plan-autocorrelation-assumed', { metric: question.metric.name, rho: assumedCorrelation })]
      : [];
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

function fromPilot(question: Question, grain: Grain, pilot: Pilot): Known {
  const { claim, metric } = question;
  const blank: Known = { basis: 'none', precision: null, question, seen: null, notes: [] };
  const stop = (why: Reason): Known => ({ ...blank, notes: [why] });
  const missing = reason('plan-evidence-without-metric', { metric: metric.name, run: pilot.id });
  if (claim.kind === 'bound') {
    const table = pilot.tables.get(metric.name);
    const column = table?.arms.get(claim.treatment);
    if (table === undefined || column === undefined || column.n === 0) return stop(missing);
    if (table.unmeasured !== null) return stop(table.unmeasured);
    if (grain.inTime) return stop(reason('plan-bound-in-time', { metric: metric.name }));
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
  return {
    basis: 'evidence',
    precision: measuredPrecision({ estimate, inference, ratio, n: countOf(comparison, grain), grain }),
    question,
    seen,
    notes: [...shortOfExpected(question, seen, pilot), ...uncertainty(estimate, inference.df, pilot)],
  };
}

const countOf = ({ n }: Comparison, grain: Grain): { treatment: number; baseline: number } =>
  grain.unit === 'items' ? { treatment: n.items, baseline: n.items } : n;

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
  const df = estimate.statistic?.(estimate.estimate).df ?? declared;
  if (!(df < fewDegrees)) return [];
  // One pilot in five underestimates the variance by this factor or more.
  return [reason('plan-small-pilot', { df, factor: df / chiSquaredQuantile(0.2, df), run: pilot.id })];
}

/** What the declared units can never do. */
function shortfalls(question: Question, precision: Precision | null, grain: Grain, units: number): Reason[] {
  const { claim, metric } = question;
  if (metric.exact) return [];
  const least = leastUnits(grain, claim.estimand, question.alpha);
  const values = { metric: metric.name, have: units, unit: grain.unit };
  if (units < least)
    return [reason('plan-too-few-units', { ...values, need: least, estimand: claim.estimand })];
  const tau = precision?.tau ?? null;
  if (tau === null) return [];
  const need = pastGate(units, tau, grain.paired);
  return need > units ? [reason('plan-gate', { ...values, need, tau, independent: units / tau })] : [];
}
