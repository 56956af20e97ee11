/** Groups of the answer become the arms' costs: added as decimals, a missing group is 0 in a period that exists. */
import type { ArmName } from '../../../model/experiment.js';
import type { Query } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';
import { armsByValue } from '../billing/arm-values.js';
import { oneCurrency } from '../billing/currency.js';
import { Decimal } from '../billing/decimal.js';
import { type SharedRule, sharedLabels, titleOf } from '../billing/shared.js';
import type { CostExplorerOptions } from './options.js';
import type { Group, Period } from './periods.js';
import type { Question } from './question.js';

export interface CostRow {
  readonly arm: ArmName;
  readonly startMs: number;
  readonly endMs: number;
  readonly estimated: boolean;
  readonly value: number;
  readonly labels: Readonly<Record<string, string>>;
}

export interface Costs {
  readonly tag: string;
  readonly currency: string | null;
  readonly rows: readonly CostRow[];
  /** No period in which the arm costs anything. */
  isFree(arm: ArmName): boolean;
  /** Periods in which it does. */
  paid(arm: ArmName): { points: number; fromMs: number | null; toMs: number | null };
  /** What has no value of the tag and is not shared. */
  readonly untagged: Decimal;
  readonly sharedTotals: readonly {
    readonly title: string;
    readonly how: string;
    readonly amount: Decimal;
  }[];
}

const sums = <K>(entries: Iterable<readonly [K, Decimal]>): Map<K, Decimal> => {
  const totals = new Map<K, Decimal>();
  for (const [key, amount] of entries) totals.set(key, (totals.get(key) ?? Decimal.ZERO).plus(amount));
  return totals;
};

const matches = (rule: SharedRule, tag: string, { value, service }: Group): boolean =>
  Object.entries(rule.where).every(([key, wanted]) => (key === tag ? value : service) === wanted) &&
  // A cost that belongs to a value of the tag is shared only where the rule names that value.
  (value === '' || Object.hasOwn(rule.where, tag));

const howOf = (rule: SharedRule): string => ('by' in rule ? `by ${rule.by}` : rule.split);

/** @throws SourceProblem for amounts that are none, and several currencies */
export const costsOf = (
  options: CostExplorerOptions,
  { want, request }: Query,
  periods: readonly Period[],
): Costs => {
  const { tag, shared = [] } = options;
  const { services } = request as Question;
  const arms = armsByValue(want, tag);
  const amountOf = ({ amount }: Group): Decimal => {
    const decimal = Decimal.parse(amount);
    if (decimal === null)
      throw new SourceProblem(
        reason('cost-answer-unexpected', { metric: want.metric, what: `the amount ${amount.slice(0, 40)}` }),
      );
    return decimal;
  };
  const ruleOf = (group: Group): SharedRule | undefined => shared.find((rule) => matches(rule, tag, group));
  const rows: CostRow[] = [];
  const paid = new Map<ArmName, Period[]>(want.arms.map(({ name }) => [name, []]));
  const currencies = new Set<string>();
  const totals = new Map<SharedRule, Decimal>(shared.map((rule) => [rule, Decimal.ZERO]));
  let untagged = Decimal.ZERO;
  for (const period of periods) {
    const { startMs, endMs, estimated } = period;
    const own = period.groups.filter(({ value }) => arms.has(value));
    const others = period.groups.filter(({ value }) => !arms.has(value));
    for (const group of period.groups) if (!amountOf(group).isZero) currencies.add(group.currency);
    for (const [value, arm] of arms) {
      const groups = own.filter((group) => group.value === value);
      const perService = sums(
        groups.map((group) => [services ? group.service : null, amountOf(group)] as const),
      );
      if ([...perService.values()].some((amount) => !amount.isZero)) paid.get(arm)?.push(period);
      if (perService.size === 0) perService.set(null, Decimal.ZERO);
      for (const [service, amount] of perService)
        rows.push({
          arm,
          startMs,
          endMs,
          estimated,
          value: amount.toNumber(),
          labels: service === null ? {} : { service },
        });
    }
    const divided = sums(
      others.flatMap((group) => {
        const rule = ruleOf(group);
        return rule === undefined ? [] : [[rule, amountOf(group)] as const];
      }),
    );
    for (const [rule, amount] of divided) {
      totals.set(rule, (totals.get(rule) ?? Decimal.ZERO).plus(amount));
      const labels = sharedLabels(rule);
      if (labels === null) continue;
      for (const arm of arms.values())
        rows.push({ arm, startMs, endMs, estimated, value: amount.toNumber(), labels });
    }
    for (const group of others)
      if (group.value === '' && ruleOf(group) === undefined) untagged = untagged.plus(amountOf(group));
  }
  return {
    tag,
    currency: oneCurrency(want, currencies),
    rows,
    isFree: (arm) => paid.get(arm)?.length === 0,
    paid: (arm) => {
      const own = paid.get(arm) ?? [];
      return {
        points: own.length,
        fromMs: own[0]?.startMs ?? null,
        toMs: own[own.length - 1]?.endMs ?? null,
      };
    },
    untagged,
    sharedTotals: [...totals].map(([rule, amount]) => ({ title: titleOf(rule), how: howOf(rule), amount })),
  };
};
