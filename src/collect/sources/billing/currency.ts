/** One currency: nothing is converted, and dollars are not added to euros. */
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';

const declaredOf = (measuredIn: string | undefined): string | null =>
  /^([A-Z]{3})(?=$|[\s/])/u.exec(measuredIn?.trim() ?? '')?.[1] ?? null;

/**
 * The currency of all amounts; null where there is no amount.
 * @throws SourceProblem where there are several, or another one than the metric declares under `in:`
 */
export const oneCurrency = ({ metric, measuredIn }: Want, found: Iterable<string>): string | null => {
  const currencies = [...new Set(found)].sort();
  if (currencies.length > 1)
    throw new SourceProblem(reason('billing-currencies-mixed', { metric, currencies }));
  const [currency] = currencies;
  const declared = declaredOf(measuredIn);
  if (currency !== undefined && declared !== null && declared !== currency)
    throw new SourceProblem(reason('billing-currency-other', { metric, declared, billed: currency }));
  return currency ?? null;
};
