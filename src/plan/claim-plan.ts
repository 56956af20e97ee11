/** One claim: what it needs, and what the declared experiment gives it. */
import { type Reason, reason } from '../model/reason.js';
import { attemptsAtRates } from './attempts.js';
import { type Grain, grainOf, isNamed, leastUnits, pastGate } from './grain.js';
import { declaredFor, knowledgeOf } from './knowledge.js';
import type { ClaimPlan, PlanInput, Powers } from './plan.js';
import type { Precision } from './precision.js';
import { isPossible, isReachable, type Question } from './question.js';
import { powerOfDeclared, type Sizing, smallestBenefit, unitsNeeded } from './size.js';

/** Without any knowledge: stable, usual, noisy, wild. */
const ladder = [0.05, 0.1, 0.2, 0.4] as const;

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
  const unknownRate =
    basis === 'none' ? attemptsAtRates(question, grain, each, isNamed(grain, input.experiment)) : [];
  const notes: Reason[] = [...found, ...unknownRate];
  const inflation = (power: number) => context.inflation(question.alpha, power);
  const sizing = (by: Precision): Sizing => ({ question, precision: by, grain, inflation });
  const neededBy = (by: Precision, expected: number): Powers<number | null> => ({
    '80': unitsNeeded(sizing(by), each['80'], expected),
    '90': unitsNeeded(sizing(by), each['90'], expected),
  });
  const expected = usableExpectation(question, notes);
  const none = { '80': null, '90': null };
  const needed = precision === null || expected === null ? none : neededBy(precision, expected);
  const isUnseen = notes.some(({ code }) => code === 'plan-few-failures');
  if (precision !== null && expected !== null && needed['80'] === null && !isUnseen)
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

/** What the declared units can never do. */
function shortfalls(question: Question, precision: Precision | null, grain: Grain, units: number): Reason[] {
  const { claim, metric } = question;
  if (metric.exact) return [];
  const least = leastUnits(grain, claim.estimand, question.alpha, claim.kind === 'bound');
  const values = { metric: metric.name, have: units, unit: grain.unit };
  if (units < least)
    return [reason('plan-too-few-units', { ...values, need: least, estimand: claim.estimand })];
  const tau = precision?.tau ?? null;
  if (tau === null) return [];
  const need = pastGate(units, tau, grain.paired);
  return need > units ? [reason('plan-gate', { ...values, need, tau, independent: units / tau })] : [];
}
