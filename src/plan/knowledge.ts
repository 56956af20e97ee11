/**
 * What is known of how a metric varies: evidence first, then what the file declares, then nothing. Each says why not.
 */
import { reason } from '../model/reason.js';
import { normalDensity, normalQuantile } from '../stats/normal.js';
import { inBatches } from './anytime.js';
import { fromPilot, type Known } from './from-pilot.js';
import { type Grain, isNamed, quantileShare } from './grain.js';
import type { PlanInput } from './plan.js';
import { declaredPrecision } from './precision.js';
import type { Question } from './question.js';
import { declaredSlots, drawOf } from './switchback.js';

/** Without a declared or measured memory of a series. */
const assumedCorrelation = 0.5;

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
  const { estimand } = question.claim;
  const q = quantileShare(estimand);
  const isOnPieces = isNamed(grain, input.experiment) && (estimand === 'total' || estimand === 'mean');
  const stalls = isOnPieces ? [reason('plan-stalls-unknown', { metric: question.metric.name })] : [];
  const ofUnit = q === null ? variation : quantileVariation(variation, q);
  const anytime = input.experiment.decide.anytime === true;
  const precision = declaredPrecision({
    variation: ofUnit,
    typical,
    tau,
    grain,
    sizes: input.sizes,
    anytime,
  });
  const rough = q === null ? [] : [reason('plan-quantile-rough', { metric: question.metric.name, estimand })];
  const spread = q === null ? precision.spread : (truth: number) => truth * variation;
  return {
    precision:
      anytime && grain.inTime ? inBatches({ ...precision, spread }, 'declared') : { ...precision, spread },
    notes: [...notes, ...rough, ...stalls],
  };
}

/**
 * Of a value's share in a quantile, were values normal with this variation: √(q(1 − q))/φ(z) standard deviations, as a
 * share of the quantile 1 + z·variation instead of the mean.
 */
function quantileVariation(variation: number, q: number): number {
  const z = normalQuantile(q);
  const level = Math.max(1 + z * variation, variation);
  return (variation * Math.sqrt(q * (1 - q))) / normalDensity(z) / level;
}
