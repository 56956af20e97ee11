/**
 * When is a cost final? A provider goes on adding to a bill for about two days; `window.settle` says for how long.
 * What a provider marks as estimated stays so until the month's invoice, and says nothing about single days.
 */
import { currencyOf } from './currency.js';
import type { Observation } from './evidence.js';
import type { ArmName, Experiment, Metric } from './experiment.js';

/** Money that was measured somewhere else, as against computed from usage. */
export const isBill = ({ input, role, unit, agreesWith }: Metric): boolean =>
  input.kind === 'observed' &&
  (agreesWith !== undefined || role === 'cost' || currencyOf(unit) === unit.trim());

/** How long after its end an amount is not final, ms; 0 where its source holds back by a `settle` of its own, or runs by us. */
export const settleMsOf = ({ window, sources }: Experiment, metric: Metric, arm: ArmName): number => {
  if (window === null || !isBill(metric) || metric.input.kind !== 'observed') return 0;
  const name = Object.hasOwn(metric.input.arms, arm) ? metric.input.arms[arm]?.source : undefined;
  const source = name !== undefined && Object.hasOwn(sources, name) ? sources[name] : undefined;
  const ownRule = source?.type === 'trials' || source?.options.settle !== undefined || name === 'trials';
  return ownRule ? 0 : window.settleMs;
};

/** @param collectedAtMs when its source was asked */
export const isSettled = (
  { end }: Pick<Observation, 'end'>,
  settleMs: number,
  collectedAtMs: number,
): boolean => settleMs === 0 || end + settleMs <= collectedAtMs;
