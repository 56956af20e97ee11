/**
 * What is shown beside the deciding effect and never decides: typical beside total, the randomisation test beside
 * the t test, the jackknife beside the delta method. Total and typical with opposite signs are a warning on the
 * first screen. STATISTICS.md §1, §2.
 */
import type { Companion, ComparePlan, Effect, Samples } from '../model/effect.js';
import type { Method, Registry } from '../model/ports.js';
import type { Random } from '../model/random.js';
import { type Reason, reason } from '../model/reason.js';
import { chooseMethod, type Question } from './choose.js';
import { estimateData, pOfNoDifference } from './effect.js';

interface Companions {
  readonly companions: readonly Companion[];
  readonly warnings: readonly Reason[];
}

/**
 * `names` as in choose.ts; `total` stands for whatever method answers the total of this question, `other` for what answers
 * the other of total and typical, where the same method does.
 */
export function companionsOf(
  names: readonly string[],
  question: Question,
  samples: Samples,
  plan: ComparePlan,
  deciding: Effect,
  methods: Registry<Method>,
  stream: (name: string) => Random,
): Companions {
  const companions: Companion[] = [];
  const warnings: Reason[] = [];
  for (const name of names) {
    const { method, asked } = resolve(name, question, plan);
    if (method === null) continue;
    const { testOnly = false } = methods[method];
    const inference = methods[method].compare(samples, asked, stream(method));
    if ('code' in inference) {
      warnings.push(reason('companion-unmeasured', { companion: method, why: inference.code }));
      continue;
    }
    companions.push({
      name: method,
      estimand: asked.estimand,
      ratio: inference.ratio === null || testOnly ? null : estimateData(inference.ratio, plan.confidence),
      difference: testOnly ? null : estimateData(inference.difference, plan.confidence),
      p: pOfNoDifference(inference),
    });
    warnings.push(...inference.warnings.filter(({ code }) => code === 'sign-flip-too-coarse'));
  }
  return { companions, warnings: [...warnings, ...disagreement(deciding, plan, companions)] };
}

function resolve(
  name: string,
  question: Question,
  plan: ComparePlan,
): { method: string | null; asked: ComparePlan } {
  if (name === 'typical' || name === 'series-typical')
    return { method: name, asked: { ...plan, estimand: 'typical' } };
  if (name === 'other') return otherOf(question, plan);
  if (name !== 'total') return { method: name, asked: plan };
  const chosen = chooseMethod({ ...question, estimand: 'total' });
  return { method: 'code' in chosen ? null : chosen.method, asked: { ...plan, estimand: 'total' } };
}

/** Quantiles and locations have neither. */
function otherOf(question: Question, plan: ComparePlan): { method: string | null; asked: ComparePlan } {
  const isTypical = plan.estimand === 'typical';
  if (!isTypical && plan.estimand !== 'total' && plan.estimand !== 'mean')
    return { method: null, asked: plan };
  const estimand = isTypical ? 'total' : 'typical';
  const chosen = chooseMethod({ ...question, estimand });
  return { method: 'code' in chosen ? null : chosen.method, asked: { ...plan, estimand } };
}

/** Opposite signs of the total's and the typical unit's effect. */
function disagreement(deciding: Effect, plan: ComparePlan, companions: readonly Companion[]): Reason[] {
  const other = companions.find(({ estimand }) => (estimand === 'typical') !== (plan.estimand === 'typical'));
  if (other?.ratio === undefined || other.ratio === null || deciding.ratio === null) return [];
  const [own, theirs] = [deciding.ratio.estimate, other.ratio.estimate];
  if ((own - 1) * (theirs - 1) >= 0) return [];
  const isTypical = plan.estimand === 'typical';
  return [
    reason('total-and-typical-disagree', {
      total: isTypical ? theirs : own,
      typical: isTypical ? own : theirs,
      decides: plan.estimand,
    }),
  ];
}
