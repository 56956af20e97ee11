/**
 * Is the cost that is compared final? Fatal for the metric: a bill grows for days after the work, and not at the same
 * pace in both arms. Time buckets that are not settled are held back whole when the table is derived; that warns, and
 * fails where none is left. Amounts of named units cannot be held back by the clock, so one that is not settled fails.
 * What the provider still marks as estimated is counted and shown. STATISTICS.md §1, §8.
 */
import type { CheckResult } from '../model/decision.js';
import type { Evidence } from '../model/evidence.js';
import type { ArmName, Metric } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { isBill, isSettled, settleMsOf } from '../model/settlement.js';
import { partsOf } from './parts.js';
import { type Answer, answering, fail, pass, skip, warn } from './result.js';

export const settled: Check = {
  title: 'Cost that was billed is final',
  severity: 'fatal-for-metric',
  run(evidence): readonly CheckResult[] {
    const { experiment } = evidence;
    const settleMs = experiment.window?.settleMs ?? 0;
    const result = answering('settled', 'fatal-for-metric', reason('settled-need', { settleMs }));
    const results = experiment.metrics.flatMap((metric) => {
      const bills = billsOf(evidence, metric);
      return bills.length === 0 ? [] : [result(metric.name, judge(evidence, metric, bills))];
    });
    return results.length > 0 ? results : [result('experiment', skip(reason('settled-no-bill')))];
  },
};

interface Bill {
  readonly metric: Metric;
  readonly arm: ArmName;
}

const billsOf = ({ experiment }: Evidence, metric: Metric): readonly Bill[] =>
  experiment.arms.flatMap(({ name }) =>
    partsOf(experiment, metric, name)
      .filter(isBill)
      .map((part) => ({ metric: part, arm: name })),
  );

interface State {
  readonly arm: ArmName;
  readonly isBucketed: boolean;
  readonly amounts: number;
  readonly open: number;
  readonly estimated: number;
  readonly finalAtMs: number;
}

const stateOf = ({ collected, experiment }: Evidence, { metric, arm }: Bill): State | null => {
  const own = collected.find(({ meta }) => meta.metric === metric.name && meta.arm === arm);
  if (own === undefined || own.observations.length === 0) return null;
  const settleMs = settleMsOf(experiment, metric, arm);
  const open = own.observations.filter((one) => !isSettled(one, settleMs, own.meta.startedAt));
  return {
    arm,
    isBucketed: metric.byMs !== null,
    amounts: own.observations.length,
    open: open.length,
    estimated: own.observations.filter(({ estimated }) => estimated).length,
    finalAtMs: open.reduce((last, { end }) => Math.max(last, end + settleMs), 0),
  };
};

function judge(evidence: Evidence, metric: Metric, bills: readonly Bill[]): Answer {
  const states = bills.flatMap((bill) => stateOf(evidence, bill) ?? []);
  if (states.length === 0) return skip(reason('settled-nothing-collected', { metric: metric.name }));
  const saw = reason('settled-saw', {
    metric: metric.name,
    arms: states.map(({ arm }) => arm),
    amounts: states.map(({ amounts }) => amounts),
    open: states.map(({ open }) => open),
    estimated: states.reduce((sum, { estimated }) => sum + estimated, 0),
    finalAt: states.reduce((last, { finalAtMs }) => Math.max(last, finalAtMs), 0),
  });
  if (states.some(({ isBucketed, amounts, open }) => open > 0 && (!isBucketed || open === amounts)))
    return fail(saw);
  return states.some(({ open }) => open > 0) ? warn(saw) : pass(saw);
}
