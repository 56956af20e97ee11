/** What the checks on money saw and needed: settled, currency, bill-agrees. */
import { count, duration, list, percent, plural, quantity, timestamp } from '../format.js';
import type { Values, Words } from './types.js';

const perArm = (v: Values, text: (i: number) => string): string =>
  (v.arms as readonly string[]).map((arm, i) => `${arm} ${text(i)}`).join('; ');

const total = (values: unknown): number => (values as readonly number[]).reduce((sum, n) => sum + n, 0);

export const checkCostWords = {
  'settled-need': (v) =>
    v.settleMs > 0
      ? `Every amount that is compared lies at least ${duration(v.settleMs)} before it was collected.`
      : 'Every amount that is compared is final; declare `settle` in the window to say when it is.',
  'settled-no-bill': () => 'No metric takes its cost from a bill.',
  'settled-nothing-collected': (v) => `Nothing was collected of the bill that ${v.metric} rests on.`,
  'settled-saw': (v) => {
    const open = total(v.open);
    const marked =
      v.estimated > 0 ? ` ${plural(v.estimated, 'amount')} still marked as estimated by the provider.` : '';
    if (open === 0) return `${v.metric}: all ${plural(total(v.amounts), 'amount')} settled.${marked}`;
    const seen = perArm(v, (i) => `${count(v.open[i])} of ${count(v.amounts[i])}`);
    return `${v.metric}: not settled yet: ${seen}; final on ${timestamp(v.finalAt)}. Collect again then.${marked}`;
  },

  'currency-need': () => 'One currency for all money of a metric. Nothing is converted.',
  'currency-no-money': () => 'No metric is in a currency.',
  'currency-nothing-collected': (v) => `Nothing was collected for ${v.metric} yet.`,
  'currency-saw': (v) => {
    const currencies = v.currencies as readonly string[];
    return currencies.length === 1
      ? `${v.metric} is in ${currencies[0]} throughout.`
      : `${v.metric} mixes ${list(currencies.map((code, i) => `${code} (${v.where[i]})`))}. Give all of them in one currency.`;
  },

  'bill-agrees-need-any': () =>
    'A settled bill within a declared tolerance of the computed cost, where one is declared.',
  'bill-agrees-need': (v) =>
    `Over the same settled time, ${v.bill} within ${percent(v.tolerance)} of ${v.cost} in every arm.`,
  'bill-agrees-none-declared': () =>
    'No bill is declared to agree with a computed cost (`agrees-with`), so nothing confirms the rate card.',
  'bill-agrees-no-cost': (v) => `There is no metric ${v.cost} for ${v.bill} to agree with.`,
  'bill-agrees-nothing-settled': (v) =>
    `${v.bill} and ${v.cost} of ${list(v.arms)} have no settled time in common yet, so the bill confirms nothing.`,
  'bill-agrees-saw': (v) => {
    const off = (i: number): string =>
      Number.isFinite(v.apart[i])
        ? `${v.apart[i] > 0 ? '+' : ''}${percent(v.apart[i])}`
        : 'nothing was computed';
    const seen = perArm(
      v,
      (i) =>
        `billed ${quantity(v.billed[i], v.unit)}, computed ${quantity(v.computed[i], v.unit)} (${off(i)}, over ${plural(v.compared[i], v.bucketed ? 'bucket' : 'unit')})`,
    );
    const agrees = (v.apart as readonly number[]).every((share) => Math.abs(share) <= v.tolerance);
    const advice =
      ' Look for a machine, a discount, or a declared utilisation or volume that the rate card does not know.';
    return `${seen}.${agrees ? '' : advice}`;
  },
} satisfies Words;
