/**
 * Does the bill confirm the cost that was computed? Where a metric declares `agrees-with: cost, tolerance: 10%`, the
 * settled bill of each arm is held against what the rate card charges it for the same settled time:
 * | bill ÷ card − 1 | ≤ tolerance, arm by arm.
 *
 * Fatal for the computed cost and all that rests on it: the tolerance was declared before the bill was seen, and a
 * claim on a price model that the bill contradicts is a claim on nothing. (It would be a warning if the check could
 * tell a discount that both arms get from a forgotten machine; it shows both quotients so that a reader can.)
 * While nothing of the bill is settled it says nothing, and the computed cost stands on its own. STATISTICS.md §1.
 */
import type { CheckResult } from '../model/decision.js';
import type { ArmColumn, Evidence } from '../model/evidence.js';
import type { ArmName, Metric } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { dependentsOf, partsOf } from './parts.js';
import { type Answer, answering, fail, pass, skip } from './result.js';

type Agreeing = Metric & Required<Pick<Metric, 'agreesWith'>>;

const isAgreeing = (metric: Metric): metric is Agreeing => metric.agreesWith !== undefined;

export const billAgrees: Check = {
  title: 'The bill confirms the computed cost',
  severity: 'fatal-for-metric',
  run(evidence): readonly CheckResult[] {
    const { experiment } = evidence;
    const bills = experiment.metrics.filter(isAgreeing);
    const need = (bill: Agreeing) =>
      reason('bill-agrees-need', {
        bill: bill.name,
        cost: bill.agreesWith.metric,
        tolerance: bill.agreesWith.tolerance,
      });
    if (bills.length === 0) {
      const result = answering('bill-agrees', 'fatal-for-metric', reason('bill-agrees-need-any'));
      return [result('experiment', skip(reason('bill-agrees-none-declared')))];
    }
    return bills.flatMap((bill) => {
      const answer = hold(evidence, bill);
      const result = answering('bill-agrees', 'fatal-for-metric', need(bill));
      return dependentsOf(experiment, bill.agreesWith.metric).map(({ name }) => result(name, answer));
    });
  },
};

interface Totals {
  readonly bill: number;
  readonly card: number;
  /** Stretches of time, or units, in both. */
  readonly compared: number;
}

function hold(evidence: Evidence, bill: Agreeing): Answer {
  const { experiment, tables } = evidence;
  const cost = experiment.metrics.find(({ name }) => name === bill.agreesWith.metric);
  const names = { bill: bill.name, cost: bill.agreesWith.metric };
  if (cost === undefined) return skip(reason('bill-agrees-no-cost', names));
  const arms = experiment.arms.map(({ name }) => name);
  const totals = arms.map((arm): Totals | null => {
    const billed = tables.get(bill.name)?.arms.get(arm);
    const charged = tables.get(cost.name)?.arms.get(arm);
    if (billed === undefined || charged === undefined || billed.n === 0 || charged.n === 0) return null;
    return totalsOf(billed, charged, bill.byMs, grainOf(evidence, cost, arm));
  });
  const missing = arms.filter((_, i) => totals[i] === null || totals[i]?.compared === 0);
  if (missing.length > 0) return skip(reason('bill-agrees-nothing-settled', { ...names, arms: missing }));
  const known = totals as readonly Totals[];
  const apart = known.map(({ bill: billed, card }) =>
    card > 0 ? billed / card - 1 : billed === 0 ? 0 : Infinity,
  );
  const saw = reason('bill-agrees-saw', {
    ...names,
    arms,
    billed: known.map((one) => one.bill),
    computed: known.map(({ card }) => card),
    apart,
    compared: known.map(({ compared }) => compared),
    unit: bill.unit,
    bucketed: bill.byMs !== null,
    tolerance: bill.agreesWith.tolerance,
  });
  return apart.every((share) => Math.abs(share) <= bill.agreesWith.tolerance) ? pass(saw) : fail(saw);
}

/** Widest time bucket that the cost is computed from; null where its units are named. */
const grainOf = ({ experiment }: Evidence, cost: Metric, arm: ArmName): number | null =>
  partsOf(experiment, cost, arm).reduce<number | null>(
    (widest, { byMs }) => (byMs === null ? widest : Math.max(byMs, widest ?? 0)),
    null,
  );

interface Sum {
  total: number;
  rows: number;
}

const sumsBy = <K>({ value }: ArmColumn, keyOf: (row: number) => K): ReadonlyMap<K, Sum> => {
  const sums = new Map<K, Sum>();
  for (let row = 0; row < value.length; row++) {
    const key = keyOf(row);
    const sum = sums.get(key) ?? { total: 0, rows: 0 };
    sum.total += value[row];
    sum.rows += 1;
    sums.set(key, sum);
  }
  return sums;
};

/**
 * Over what both have. Bill by the bucket: the computed cost is put into its buckets by the start of its units; where
 * that has buckets itself, only such as are there in both, filled, at the wider of the two widths. Without buckets
 * the units are matched by name.
 */
function totalsOf(bill: ArmColumn, card: ArmColumn, billMs: number | null, cardMs: number | null): Totals {
  const add = (compared: readonly (readonly [number, number])[]): Totals => ({
    bill: compared.reduce((sum, [billed]) => sum + billed, 0),
    card: compared.reduce((sum, [, charged]) => sum + charged, 0),
    compared: compared.length,
  });
  if (billMs === null) {
    const charged = sumsBy(card, (row) => card.unit[row]);
    return add(
      bill.unit.flatMap((unit, row) => {
        const same = charged.get(unit);
        return same === undefined ? [] : [[bill.value[row], same.total] as const];
      }),
    );
  }
  const width = Math.max(billMs, cardMs ?? 0);
  const bucketOf = (column: ArmColumn) => (row: number) => Math.floor(column.start[row] / width);
  const charged = sumsBy(card, bucketOf(card));
  return add(
    [...sumsBy(bill, bucketOf(bill))].flatMap(([bucket, billed]) => {
      const own = charged.get(bucket);
      if (billed.rows * billMs !== width) return [];
      if (cardMs !== null) return own?.rows === width / cardMs ? [[billed.total, own.total] as const] : [];
      // No unit in this stretch: nothing was computed for it, and the bill says whether that is so.
      return [[billed.total, own?.total ?? 0] as const];
    }),
  );
}
