/** The points of one observed metric on one arm that take part: no excluded block, nothing outside the window. */
import type { Observation } from '../../model/evidence.js';
import type { ArmName, Metric, MetricName, Window } from '../../model/experiment.js';
import { windowOf } from '../../model/metric-window.js';
import { type Reason, reason } from '../../model/reason.js';
import { isSettled, settleMsOf } from '../../model/settlement.js';
import { analysedFromMs, bucketStart } from './bucket.js';
import { increments } from './counter.js';
import { byTime, type FoldPoint } from './fold.js';
import type { Material } from './material.js';

export interface Point extends FoldPoint {
  readonly unit: string;
  readonly order: number;
  readonly item: string;
  /** Set where the value is the whole of a cost that the arms share: divided `by` a metric, or in equal parts (null). */
  readonly shared: { readonly title: string; readonly by: MetricName | null } | null;
}

/** As its source labels it. */
const sharedOf = ({ labels }: Observation): Point['shared'] =>
  Object.hasOwn(labels, 'shared')
    ? { title: labels.shared, by: Object.hasOwn(labels, 'by') ? labels.by : null }
    : null;

export interface Points {
  readonly points: readonly Point[];
  readonly warnings: readonly Reason[];
}

const seriesOf = ({ unit, labels }: Observation): string =>
  JSON.stringify([unit, ...Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))]);

const isInside = (point: Point, window: Window): boolean =>
  point.start >= analysedFromMs(window) && point.start < window.toMs;

/** Failed trials keep a value (or the lack of one); the report says how many, and as what they count. */
const failures = (metric: Metric, arm: ArmName, observations: readonly Observation[]): readonly Reason[] => {
  const failed = observations.filter(({ labels }) => Object.hasOwn(labels, 'failed'));
  if (failed.length === 0) return [];
  const values = {
    metric: metric.name,
    arm,
    failed: failed.length,
    of: observations.length,
    censored: failed.filter(({ labels }) => Object.hasOwn(labels, 'censored')).length,
    incomplete: failed.filter(({ value }) => value === null).length,
  };
  return [reason('failed-trials-counted', values)];
};

/**
 * Time buckets with an unsettled amount are dropped whole: they are dropped by the clock, which cannot see the arm.
 * Named units keep theirs, and the check "settled" fails: what is settled of them may differ from arm to arm.
 */
const settledOnly = (
  observations: readonly Observation[],
  { byMs }: Metric,
  settleMs: number,
  collectedAtMs: number,
): { readonly kept: readonly Observation[]; readonly heldBack: readonly number[] } => {
  if (byMs === null || settleMs === 0) return { kept: observations, heldBack: [] };
  const open = new Set<number>();
  for (const one of observations)
    if (!isSettled(one, settleMs, collectedAtMs)) open.add(bucketStart(one.start, byMs));
  if (open.size === 0) return { kept: observations, heldBack: [] };
  const kept = observations.filter(({ start }) => !open.has(bucketStart(start, byMs)));
  return { kept, heldBack: [...open].sort((a, b) => a - b) };
};

/**
 * Where units have names, what falls outside the kept part of the arm's slots takes no part: buckets are cut later, when
 * they are whole. A key meets every stage of a ramp, and a tap's requests of a key come in slots of either arm: it is one
 * unit in each. A slot of trials holds many: each is a unit.
 */
const placing = (material: Material, { byMs }: Metric, arm: ArmName, fromRequests: boolean) => {
  const { slotOf, slots, experiment } = material;
  const { kind } = experiment.design;
  const inStage = byMs === null && (kind === 'ramp' || (kind === 'switchback' && fromRequests));
  const slotAt = (unit: string, start: number) => slotOf?.(arm, unit, start, 0) ?? null;
  return {
    unit({ unit, start, labels }: Observation): string {
      if (slotOf !== undefined && slots === null) return Object.hasOwn(labels, 'trial') ? labels.trial : unit;
      return inStage ? JSON.stringify([slotAt(unit, start), unit]) : unit;
    },
    takesPart: ({ unit, start }: { unit: string; start: number }): boolean =>
      slotOf === undefined || byMs !== null || slotAt(unit, start) !== null,
  };
};

export const pointsOf = (material: Material, metric: Metric, arm: ArmName): Points | Reason => {
  const collected = material.collected(metric.name, arm);
  if (collected === undefined) return reason('not-collected', { metric: metric.name, arm });
  const { meta, observations } = collected;
  if (meta.problem !== null && observations.length === 0) return meta.problem;
  const fromTrials = meta.type === 'trials';
  const window = windowOf(material.experiment, metric);
  const settleMs = settleMsOf(material.experiment, metric, arm);
  const { kept, heldBack } = settledOnly(observations, metric, settleMs, meta.startedAt);
  const taking = kept.filter(({ unit }) => !material.isExcluded(unit));
  const place = placing(material, metric, arm, meta.type === 'requests');
  const all = taking
    .map((observation) => ({
      unit: place.unit(observation),
      start: observation.start,
      end: observation.end,
      value: observation.value,
      n: observation.n,
      shared: sharedOf(observation),
      series: metric.fold.kind === 'increase' ? seriesOf(observation) : '',
      order: material.order(observation.unit, arm),
      item: material.item(
        Object.hasOwn(observation.labels, 'item') ? observation.labels.item : observation.unit,
      ),
    }))
    .filter(place.takesPart)
    .sort(byTime);
  const isCounter = metric.fold.kind === 'increase' && metric.byMs !== null;
  const points = isCounter ? increments(all, metric.byMs as number) : all;
  // The run decides when its trials take place; the window is about what other systems recorded.
  const inside = window === null || fromTrials ? points : points.filter((point) => isInside(point, window));
  const outside = isCounter ? 0 : points.length - inside.length;
  return {
    points: inside,
    warnings: [
      ...(meta.problem === null ? [] : [meta.problem]),
      ...(meta.warnings ?? []),
      ...(outside === 0
        ? []
        : [reason('points-outside-window', { metric: metric.name, arm, count: outside })]),
      ...(heldBack.length === 0
        ? []
        : [
            reason('unsettled-held-back', {
              metric: metric.name,
              arm,
              count: heldBack.length,
              from: heldBack[0],
            }),
          ]),
      ...(fromTrials ? failures(metric, arm, taking) : []),
    ],
  };
};
