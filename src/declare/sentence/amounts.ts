/** Which amounts make sense on which metric: what could never be true or never be false is refused. */
import type { Amount } from '../../model/experiment.js';
import { amountText, canonicalUnit, toAmount } from '../amount.js';
import type { ClaimStatement, Mode } from './statement.js';
import type { SpokenMetric } from './vocabulary.js';

const isFraction = (metric: SpokenMetric): boolean => metric.unit === 'fraction';

/** c = 0, on the scale on which the metric is usually compared. */
export const anyAmount = (metric: SpokenMetric): Amount => ({
  kind: isFraction(metric) ? 'points' : 'relative',
  value: 0,
});

type Refusal = readonly [message: string, hint: string];

function refuseRelative(value: number, mode: Mode, metric: SpokenMetric): Refusal | null {
  const falls =
    metric.better === 'lower' ? mode === 'better' : mode === 'not-worse' && metric.better === 'higher';
  if (value < 1 || !(falls || mode === 'within')) return null;
  const percent = amountText({ kind: 'relative', value }, '');
  const hint = mode === 'better' ? 'Half of it is 50%; a tenth of it is 90%.' : 'Write less than 100%.';
  return [`${metric.name} cannot fall by ${percent}: that would leave nothing or less`, hint];
}

/** The amount on the metric's scale; null where it makes no sense (the problem has been added). */
export function amountOn(metric: SpokenMetric, mode: Mode, claim: ClaimStatement): Amount | null {
  if (claim.amount === null) return anyAmount(metric);
  const { written, blame } = claim.amount;
  const refuse = (message: string, hint: string): null => {
    blame(message, hint);
    return null;
  };
  const amount = toAmount(written);
  const unit = metric.unit;
  const limit = mode === 'below' || mode === 'above';
  if (!Number.isFinite(amount.value)) return refuse('this number is too large', 'Write a smaller one.');
  if (unit === null) return amount;
  if (amount.kind === 'points' && !isFraction(metric))
    return refuse(
      `points are for fractions; ${metric.name} is measured in ${unit}`,
      limit ? `Write 5 ${unit}.` : `Write 10% or 5 ${unit}.`,
    );
  if (amount.kind === 'points' && amount.value >= 1)
    return refuse(
      'a fraction cannot differ by 100 points or more',
      'One point is one hundredth: 0.5 points.',
    );
  if (amount.kind === 'absolute' && written.unit === null)
    return refuse('a unit is missing', `Write ${written.digits}% or ${written.digits} ${unit}.`);
  if (amount.kind === 'absolute' && canonicalUnit(written.unit ?? '') !== canonicalUnit(unit))
    return refuse(
      `${metric.name} is measured in ${unit}, not in ${written.unit}`,
      `Write the amount in ${unit}.`,
    );
  if (limit) {
    if (amount.kind === 'relative' && !isFraction(metric))
      return refuse(
        `a limit on ${metric.name} is a number of ${unit}, not a percentage`,
        `Write, for example, 90 ${unit}.`,
      );
    return { kind: 'absolute', value: amount.value };
  }
  if (amount.value === 0 && mode === 'within')
    return refuse('nothing is equal within 0', 'Write the largest difference that does not matter.');
  if (amount.value === 0 && mode === 'better') return anyAmount(metric);
  const refusal = amount.kind === 'relative' ? refuseRelative(amount.value, mode, metric) : null;
  return refusal === null ? amount : refuse(...refusal);
}
