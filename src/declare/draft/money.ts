/** decide.hourValue and decide.volume: in the money and the work of the metrics that they are held against. */
import { currencyOf } from '../../model/currency.js';
import type { Decide, Metric } from '../../model/experiment.js';
import { canonicalUnit } from '../amount.js';
import type { Problems } from '../problems.js';
import { child, type Located } from '../read/located.js';
import { decideShape } from '../shape/claims.js';
import { rightParts } from '../shape/walk.js';

export function readMoney(
  root: Located,
  metrics: readonly Metric[],
  problems: Problems,
): Pick<Decide, 'hourValue' | 'volume'> {
  const at = child(root, 'decide');
  const { hourValue, volume } = rightParts(decideShape, at?.value);
  const [hourAt, volumeAt] = [child(at, 'hourValue'), child(at, 'volume')];
  const costs = metrics.filter(({ role }) => role === 'cost');
  let found: Pick<Decide, 'hourValue' | 'volume'> = {};
  if (hourAt !== null && hourValue !== undefined) {
    found = { hourValue };
    const missing = ['cost', 'time'].filter((role) => !metrics.some((metric) => metric.role === role));
    const others = [...new Set(costs.flatMap(({ unit }) => currencyOf(unit) ?? []))];
    if (missing.length > 0)
      problems.atKey(
        hourAt,
        `hourValue weighs cost against time: no metric has role: ${missing.join(', none has role: ')}`,
        'Give the metrics their roles, or leave hourValue out.',
      );
    else if (others.length > 0 && !others.includes(hourValue.currency))
      problems.atValue(
        hourAt,
        `the cost is in ${others.join(' and ')}`,
        `Give the value of an hour in ${others[0]}.`,
      );
  }
  if (volumeAt !== null && volume !== undefined) {
    found = { ...found, volume: { value: volume.value, unit: canonicalUnit(volume.unit) } };
    const works = costs.flatMap(({ input }) =>
      input.kind === 'ratio' ? metrics.filter(({ name }) => name === input.per).map(({ unit }) => unit) : [],
    );
    if (works.length === 0)
      problems.atKey(
        volumeAt,
        'volume needs a cost that is per unit of work',
        'Declare one: cost_per_million: { ratio: { of: cost, per: records, times: 1e6 }, role: cost, … }',
      );
    else if (!works.some((unit) => canonicalUnit(unit) === canonicalUnit(volume.unit)))
      problems.atValue(
        volumeAt,
        `the cost is per ${works.join(' and ')}, not per ${volume.unit}`,
        `Write it in ${works[0]} a month.`,
      );
  }
  return found;
}
