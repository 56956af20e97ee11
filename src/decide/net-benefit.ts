/**
 * A trade-off of cost against time, where an hour has a declared value λ (STATISTICS.md §7): the net benefit
 * λ·hours saved − extra cost on the same unit of work decides. Its interval above 0: adopt, if every guardrail and every
 * other required claim is supported and nothing forbids it. Below 0: keep. Else it stays a trade-off. It settles nothing
 * between metrics that λ does not weigh.
 */
import type { TreatmentDecision } from '../model/decision.js';
import type { Estimate, IntervalData } from '../model/effect.js';
import type { Decide, MetricName } from '../model/experiment.js';
import { type Reason, reason } from '../model/reason.js';
import type { CostAgainstTime } from '../model/trade-off.js';
import type { RecordedNetBenefit } from '../model/what-if.js';

export interface NetBenefit {
  readonly costMetric: MetricName;
  readonly timeMetric: MetricName;
  readonly currency: string;
  readonly hourValue: number;
  readonly per: string;
  readonly estimate: number;
  readonly interval: IntervalData;
  /** The interval lies above 0, below 0, or on both sides: the one-sided tests at α/2 that it inverts. */
  readonly sign: 'pays' | 'costs' | 'open';
}

/** `alpha`: two-sided, as of a claim that stands alone. */
export function netBenefitAt(
  live: CostAgainstTime | Reason | undefined,
  declared: NonNullable<Decide['hourValue']>,
  alpha: number,
): NetBenefit | Reason {
  if (live === undefined) return reason('trade-off-not-measured', {});
  if ('code' in live) return live;
  if (live.currency !== declared.currency)
    return reason('trade-off-other-currency', { declared: declared.currency, measured: live.currency });
  const net = live.netBenefit(declared.value);
  if (net === null) return reason('trade-off-constant', { cost: live.costMetric, time: live.timeMetric });
  const { above, below } = net.test(0);
  return {
    costMetric: live.costMetric,
    timeMetric: live.timeMetric,
    currency: live.currency,
    hourValue: declared.value,
    per: live.work.text,
    estimate: net.estimate,
    interval: intervalOf(net, 1 - alpha),
    sign: above < alpha / 2 ? 'pays' : below < alpha / 2 ? 'costs' : 'open',
  };
}

/** As a page needs it to decide again at other confidences; none where it cannot be had or nothing varies. */
export function recordNetBenefits(
  live: readonly (CostAgainstTime | Reason)[],
  declared: NonNullable<Decide['hourValue']>,
  alphas: readonly number[],
): readonly RecordedNetBenefit[] {
  return live.flatMap((one) => {
    if ('code' in one || one.currency !== declared.currency) return [];
    const net = one.netBenefit(declared.value);
    if (net === null) return [];
    const intervals = alphas.map((alpha) => intervalOf(net, 1 - alpha));
    return [{ treatment: one.treatment, estimate: net.estimate, intervals }];
  });
}

/** What an interval says: the same as the one-sided tests that it inverts. */
export const signOf = ({ low, high }: IntervalData): NetBenefit['sign'] =>
  (low ?? -1) > 0 ? 'pays' : (high ?? 1) < 0 ? 'costs' : 'open';

interface Traded {
  readonly better: readonly MetricName[];
  readonly worse: readonly MetricName[];
  /** Guardrails and all other required claims are supported, and nothing forbids adopting. */
  readonly met: boolean;
  /** What is not. */
  readonly open: readonly Reason[];
}

export const isTraded = (metric: MetricName, better: readonly MetricName[], worse: readonly MetricName[]) =>
  better.includes(metric) || worse.includes(metric);

export function priced(
  traded: Reason,
  { better, worse, met, open }: Traded,
  net: NetBenefit | Reason | undefined,
): Pick<TreatmentDecision, 'outcome' | 'reasons'> {
  const still = (...more: readonly Reason[]) => ({
    outcome: 'trade-off' as const,
    reasons: [traded, ...more],
  });
  if (net === undefined) return still();
  if ('code' in net) return still(net);
  const weighed = [net.costMetric, net.timeMetric];
  const beyond = [...better, ...worse].filter((metric) => !weighed.includes(metric));
  if (beyond.length > 0) return still(reason('net-benefit-weighs-less', { metrics: [...new Set(beyond)] }));
  const values = {
    hourValue: net.hourValue,
    currency: net.currency,
    per: net.per,
    estimate: net.estimate,
    low: net.interval.low,
    high: net.interval.high,
  };
  if (net.sign === 'costs')
    return { outcome: 'keep', reasons: [traded, reason('net-benefit-costs', values)] };
  if (net.sign === 'open') return still(reason('net-benefit-open', values));
  const pays = reason('net-benefit-pays', values);
  return met ? { outcome: 'adopt', reasons: [traded, pays] } : still(pays, ...open);
}

function intervalOf(net: Estimate, confidence: number): IntervalData {
  const found = net.interval(confidence);
  if (found.kind === 'unbounded') return { kind: 'unbounded', low: null, high: null };
  const end = (x: number) => (Number.isFinite(x) ? x : null);
  return { kind: 'interval', low: end(found.low), high: end(found.high) };
}
