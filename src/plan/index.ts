/**
 * plan: how long the experiment has to be, before it is run. Pure.
 *
 * Every claim needs its own number of units; the experiment needs the most of them. For all required claims and
 * guardrails to hold together with probability 1 − β, each of m gets 1 − β/m (Bonferroni; STATISTICS.md §5); of a
 * sentence with "or" the cheapest claim counts. Looks multiply (§6), series have a gate (§3).
 */
import { type Reason, reason } from '../model/reason.js';
import { groupSequential } from '../stats/group-sequential.js';
import { looksInflation, stoppingShares } from '../stats/power.js';
import { type ClaimContext, planClaim } from './claim-plan.js';
import { declaredInSlots, isInSlots } from './clock.js';
import { everyMsOf, type Scale } from './extent.js';
import type { Grain } from './grain.js';
import type { ClaimPlan, Extent, Plan, PlanInput, Powers } from './plan.js';
import { alphaOf, questionOf } from './question.js';
import { declaredExtent, obligationsOf, totalOf } from './together.js';

export type { ClaimPlan, Extent, LookPlan, Pilot, Plan, PlanInput, Powers, UnitKind } from './plan.js';

export function planExperiment(asked: PlanInput): Plan {
  const { experiment, pilot } = asked;
  const input = isLookedAt(experiment) ? asked : { ...asked, looks: [1] };
  const obligations = obligationsOf(experiment);
  const each: Powers<number> = { '80': 1 - 0.2 / obligations, '90': 1 - 0.1 / obligations };
  const items = itemsOf(input);
  const context: ClaimContext = {
    input,
    items,
    each,
    inflation: remembered((alpha, power) => looksInflation(alpha, power, input.looks)),
    declaredUnits: (grain, everyMs) => declaredUnits(grain, everyMs, input, items),
    everyMs: (question, grain) => everyMsOf(question, grain, experiment, pilot),
  };
  const metrics = new Map(experiment.metrics.map((metric) => [metric.name, metric]));
  const planned = [...experiment.hypotheses, ...experiment.guardrails].flatMap((claim) => {
    const metric = metrics.get(claim.metric);
    return metric === undefined
      ? []
      : [{ claim, plan: planClaim(questionOf(claim, metric, experiment, input.expect), context) }];
  });
  const scale: Scale = { experiment, pilot, items };
  const exact = new Set(experiment.metrics.filter((one) => one.exact).map(({ name }) => name));
  const counting = planned.filter(({ claim }) => !exact.has(claim.metric));
  const total = {
    '80': totalOf(counting, '80', scale),
    '90': totalOf(counting, '90', scale),
  };
  const claims = planned.map(({ plan }) => plan);
  const declared = declaredExtent(claims, total['80'], scale);
  return {
    experiment: experiment.name,
    question: experiment.question,
    design: experiment.design.kind,
    confidence: experiment.decide.confidence,
    evidence: pilot?.id ?? null,
    obligations,
    each,
    claims,
    total,
    declared,
    looks: looksOf(input, total['80'], each['80']),
    queries: input.prices,
    warnings: [
      ...(input.looks.length < asked.looks.length
        ? [reason('plan-looks-not-taken', { design: experiment.design.kind })]
        : []),
      ...warningsOf(input, claims, total, declared),
    ],
  };
}

/** Between trials, or on a window that both arms fill; other designs are analysed once, at their end. */
const isLookedAt = ({ design, workload }: PlanInput['experiment']): boolean =>
  workload !== null || design.kind === 'mirrored' || design.kind === 'observed';

/** Claims at the same level share the recursion over looks. */
function remembered(factor: (alpha: number, power: number) => number): ClaimContext['inflation'] {
  const known = new Map<string, number>();
  return (alpha, power) => {
    const key = `${alpha} ${power}`;
    const value = known.get(key) ?? factor(alpha, power);
    known.set(key, value);
    return value;
  };
}

/** Items of the declared workload, or those of the pilot where files are not there yet. */
const itemsOf = ({ experiment, workloadUnits, pilot }: PlanInput): number | null =>
  experiment.workload === null ? null : (workloadUnits ?? pilot?.schedule?.units.length ?? null);

function declaredUnits(
  grain: Grain,
  everyMs: number | null,
  { experiment }: PlanInput,
  items: number | null,
): number | null {
  const { design, workload, window } = experiment;
  if (isInSlots(experiment)) return declaredInSlots(grain, experiment, everyMs);
  if (experiment.driver === null && window !== null) {
    const roomMs = window.toMs - window.fromMs - window.warmupMs;
    return everyMs === null ? null : Math.max(0, Math.floor(roomMs / everyMs + 1e-9));
  }
  if (workload === null || items === null) return null;
  if (grain.unit === 'keys') return Math.floor(items * design.coverage);
  const blocks = design.blocks ?? items * workload.repeats;
  return grain.unit === 'items' ? Math.min(items, blocks) : blocks;
}

function looksOf({ looks, experiment }: PlanInput, total: Extent, power: number): Plan['looks'] {
  if (looks.length < 2) return null;
  const alpha = alphaOf({ join: 'and', siblings: 1 }, experiment);
  const critical = groupSequential(alpha, looks, true);
  const stopped = stoppingShares(alpha, power, looks);
  const { window } = experiment;
  return {
    inflation: looksInflation(alpha, power, looks),
    at: looks.map((time, k) => ({
      time,
      units: total.units === null ? null : Math.ceil(total.units * time - 1e-9),
      atMs:
        total.endMs === null || window === null || total.durationMs === null
          ? null
          : total.endMs - total.durationMs * (1 - time) + window.settleMs,
      critical: critical[k].critical,
      stopped: stopped[k],
    })),
  };
}

/** Units of each arm: in time, of any other kind, and slots, whose number the level adds to. */
const FEWEST_AT_LOOK: Partial<Record<Extent['unit'], number>> & { readonly other: number } = {
  buckets: 10,
  units: 10,
  slots: 6,
  other: 5,
};

function warningsOf(
  { looks, experiment }: PlanInput,
  claims: readonly ClaimPlan[],
  total: Powers<Extent>,
  declared: Extent | null,
): Reason[] {
  const warnings: Reason[] = [];
  const { design, decide } = experiment;
  if (design.kind === 'observed' && !design.concurrent) warnings.push(reason('plan-not-concurrent'));
  if (decide.anytime === true) warnings.push(reason('plan-anytime'));
  if (experiment.hypotheses.length === 0) warnings.push(reason('plan-nothing-claimed'));
  const open = claims.filter(({ needed, notes }) => needed['80'] === null && !isExact(notes));
  if (open.length > 0) warnings.push(reason('plan-incomplete', { claims: open.map(({ text }) => text) }));
  const need = total['80'];
  if (need.units !== null && declared?.units != null && declared.units < need.units) {
    warnings.push(
      reason('plan-declared-too-short', {
        have: declared.units,
        need: need.units,
        unit: need.unit,
        repeats: need.repeats,
        endMs: need.endMs,
      }),
    );
  }
  if (experiment.design.kind === 'ramp' && warnings.some(({ code }) => code === 'plan-declared-too-short'))
    warnings.push(reason('plan-ramp-stretched'));
  const perArm = (units: number) => (need.unit === 'keys' ? units * smallestShare(experiment) : units);
  const [firstLook] = looks;
  const least = FEWEST_AT_LOOK[need.unit] ?? FEWEST_AT_LOOK.other;
  const shortest = Math.min(...[need.units, declared?.units].filter((units) => units != null));
  if (looks.length > 1 && perArm(shortest * firstLook) < least)
    warnings.push(reason('plan-first-look-early', { time: firstLook, need: least }));
  return warnings;
}

const isExact = (notes: readonly Reason[]): boolean => notes.some(({ code }) => code === 'plan-exact');

const smallestShare = ({ design, arms }: PlanInput['experiment']): number =>
  Math.min(...arms.map(({ name }) => design.shares[name] ?? 1 / arms.length));
