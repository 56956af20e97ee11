/**
 * How well failures of more keys would be known, of keys that a source or a tap names: as pieces of the run judge them
 * (compare/failures-in-course.ts).
 *
 * A run k times as long shows k times as many clusters of failures, and its precision grows with √k. Fewer than five clusters
 * tell no more than none does; where ten are expected, that happens in 3 % of runs. Below ten, attempts count as where no
 * failure is seen: a twentieth of the pieces however long the run is, or the outages of the declared length that fit into it,
 * and those grow with it.
 */
import type { ArmColumn } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import type { Estimate } from '../stats/estimate.js';
import { FEWEST_CLUSTERS, type RareEvents, rareEvents, worthWithoutOutage } from '../stats/event-clusters.js';
import { type ArmProportion, newcombe } from '../stats/newcombe.js';
import { widest } from '../stats/widest.js';
import { growth, type Measured, measuredPrecision, type Precision, statisticAt } from './precision.js';

/** Expected: fewer than five come in 2.9 % of runs. */
export const ENOUGH_CLUSTERS = 10;

export interface FailuresByKey {
  readonly precision: Precision;
  readonly notes: readonly Reason[];
}

export interface Pieces {
  readonly columns: readonly [treatment: ArmColumn, baseline: ArmColumn];
  /** As the experiment that is planned declares it. */
  readonly outageMs: number | undefined;
  readonly metric: string;
  readonly run: string;
}

/** Null where pieces ask for nothing more: no keys in time, or failures that are not rare. */
export function failuresByKey(
  measured: Measured,
  { columns, outageMs, metric, run }: Pieces,
): FailuresByKey | null {
  const courses = columns.flatMap(({ course, order }) =>
    course === undefined || order.every(Number.isFinite) ? [] : [course],
  );
  if (courses.length < columns.length) return null;
  const arms = courses.map(
    ({ value, per }): ArmProportion => ({ p: total(value) / total(per), n: total(per) }),
  );
  const [x, y] = arms;
  const isUnvaried = x.p === y.p && (x.p === 0 || x.p === 1);
  const counts = courses.map(({ value, per }) => ({ events: value, attempts: per }));
  const rare = isUnvaried ? null : rareEvents(counts, 'taken out');
  if (rare === null && !isUnvaried) return null;
  const clusters = rare?.clusters ?? 0;
  const [{ value, spanMs, slot }] = courses;
  const worth = (times: number) => worthWithoutOutage(value.length, spanMs * times, outageMs);
  const few = (times: number, threshold: number, truth: number) =>
    statisticAt(unseen(measured, arms, worth(times)), threshold, truth);
  const seen = rare === null || slot !== undefined ? null : withoutUnseen(measured, arms, rare);
  const many = clusters >= FEWEST_CLUSTERS ? measured : seen;
  const grown = many === null ? null : measuredPrecision(many);
  const precision = grown ?? measuredPrecision(measured);
  return {
    precision: {
      ...precision,
      at(units, threshold, truth) {
        const times = growth(measured, units);
        const own = grown?.at(units, threshold, truth);
        if (own !== undefined && clusters * times >= ENOUGH_CLUSTERS) return own;
        const { t } = few(times, threshold, truth);
        const alone = { distance: t, df: Number.POSITIVE_INFINITY };
        return own === undefined || Math.abs(t) < Math.abs(own.distance) ? alone : own;
      },
    },
    notes:
      clusters >= ENOUGH_CLUSTERS
        ? []
        : [
            reason('plan-few-failures', {
              metric,
              run,
              clusters,
              times: clusters === 0 ? null : ENOUGH_CLUSTERS / clusters,
              outageMs: outageMs ?? null,
            }),
          ],
  };
}

/** Where no outage was seen, or too few: the run is worth so many attempts. */
function unseen(measured: Measured, [x, y]: readonly ArmProportion[], worth: number): Measured {
  const counted = newcombe(
    { p: x.p, n: Math.min(x.n, worth) },
    { p: y.p, n: Math.min(y.n, worth) },
    Number.POSITIVE_INFINITY,
  );
  return {
    ...measured,
    estimate: (measured.ratio ? counted.ratio : null) ?? counted.difference,
    inference: { ...measured.inference, df: Number.POSITIVE_INFINITY },
  };
}

/** What the pilot's keys and its few clusters say by themselves; null where the method tells no design effect of its keys. */
function withoutUnseen(
  measured: Measured,
  arms: readonly ArmProportion[],
  rare: RareEvents,
): Measured | null {
  const { details, df } = measured.inference;
  const effects = [details['treatment design effect'], details['baseline design effect']];
  if (!effects.every((effect) => typeof effect === 'number')) return null;
  const [x, y] = arms.map(({ p, n }, arm) => ({ p, n: n / (effects[arm] as number) }));
  const both = [newcombe(x, y, df), newcombe(rare.arms[0], rare.arms[1], rare.df)];
  const of = ({ ratio, difference }: (typeof both)[number]): Estimate | null =>
    measured.ratio ? ratio : difference;
  const estimates = both.flatMap((one) => of(one) ?? []);
  return estimates.length < both.length ? null : { ...measured, estimate: widest(estimates) };
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
