/**
 * Is all money of a metric in one currency? Fatal for the metric: nothing is converted, and dollars added to euros are
 * neither. Looked at: the unit that the metric declares, the currency of its rate card, and what the bills say of
 * their amounts (label `currency`), over all arms and all that the metric is computed from.
 */
import { currencyOf } from '../model/currency.js';
import type { CheckResult } from '../model/decision.js';
import type { Evidence } from '../model/evidence.js';
import type { Metric } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { isBill } from '../model/settlement.js';
import { partsOf } from './parts.js';
import { type Answer, answering, fail, pass, skip } from './result.js';

export const currency: Check = {
  title: 'Money is in one currency',
  severity: 'fatal-for-metric',
  run(evidence): readonly CheckResult[] {
    const { experiment } = evidence;
    const result = answering('currency', 'fatal-for-metric', reason('currency-need'));
    const results = experiment.metrics.flatMap((metric) => {
      const found = currenciesOf(evidence, metric);
      return found.size === 0 ? [] : [result(metric.name, judge(evidence, metric, found))];
    });
    return results.length > 0 ? results : [result('experiment', skip(reason('currency-no-money')))];
  },
};

function judge(evidence: Evidence, metric: Metric, found: ReadonlyMap<string, string>): Answer {
  const [currencies, where] = [[...found.keys()], [...found.values()]];
  const saw = reason('currency-saw', { metric: metric.name, currencies, where });
  if (found.size > 1) return fail(saw);
  // One name for what nobody has measured yet is no agreement.
  return isCollected(evidence, metric)
    ? pass(saw)
    : skip(reason('currency-nothing-collected', { metric: metric.name }));
}

const isCollected = ({ collected, experiment }: Evidence, metric: Metric): boolean =>
  experiment.arms.some(({ name: arm }) =>
    partsOf(experiment, metric, arm).some((part) =>
      collected.some(
        ({ meta, observations }) => meta.metric === part.name && meta.arm === arm && observations.length > 0,
      ),
    ),
  );

/** Each currency with where it was seen first. */
function currenciesOf(evidence: Evidence, metric: Metric): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const see = (code: string | null, where: string): void => {
    if (code !== null && !found.has(code)) found.set(code, where);
  };
  for (const { name: arm } of evidence.experiment.arms)
    for (const part of partsOf(evidence.experiment, metric, arm)) {
      see(currencyOf(part.unit), part.name);
      if (part.input.kind === 'rate') see(part.input.card.currency, part.input.card.card);
      if (!isBill(part)) continue;
      const own = evidence.collected.find(({ meta }) => meta.metric === part.name && meta.arm === arm);
      for (const { labels } of own?.observations ?? [])
        if (Object.hasOwn(labels, 'currency')) see(labels.currency, `${part.name} of ${arm}`);
    }
  return found;
}
