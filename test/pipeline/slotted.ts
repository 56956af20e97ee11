/**
 * Worlds for designs in slots: both stacks live in the same weather (a day's rhythm, a trend, a load with memory), and
 * each hour or key is measured on the arm that the schedule gives it.
 */
import { declare } from '../../src/declare/index.js';
import type { Collected, ExecutedSlot, ExposureRow, Observation, RunInfo } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { Report } from '../../src/model/report.js';
import { slotFinder, slotsOf } from '../../src/model/slots.js';
import { analyze, plannedSlots, type RawEvidence } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { createRandom } from '../../src/stats/index.js';
import { drawFirstOrder } from '../compare/worlds.js';

export const fromMs = Date.UTC(2026, 10, 2);
const minute = 60_000;

export interface SlottedWorld {
  /** Spark takes this many times as long and as much. */
  readonly ratio: number;
  /** Change over the whole window, as a share of the level. */
  readonly trend?: number;
  readonly seed?: number;
  /** Extra seconds for so long after a change of the arm, minutes. */
  readonly carryOver?: { readonly minutes: number; readonly extra: number };
  readonly shift?: (arm: string, atMs: number) => number;
  readonly executed?: readonly ExecutedSlot[];
  readonly exposure?: readonly ExposureRow[];
  readonly environment?: Readonly<Record<string, string>>;
}

const text = (design: string, window: string, extra: string) => `experiment: spark-vs-faas
question: Is spark faster and cheaper than functions?
arms: { faas: { title: Functions }, spark: { title: Spark } }
baseline: faas
design: ${design}
${window}
metrics:
  latency: { from: file, query: { file: a.csv, value: v, arm: arm, time: t }, by: 10m, fold: mean, in: s, better: lower, role: time, estimand: mean, words: [faster, slower, fast], margin: 2% }
  cost:    { from: file, query: { file: a.csv, value: v, arm: arm, time: t }, by: 10m, fold: sum, in: USD }
  records: { from: file, query: { file: a.csv, value: v, arm: arm, time: t }, by: 10m, fold: sum, in: records }
  unit_cost: { ratio: { of: cost, per: records, times: 1e6 }, in: USD/1M records, better: lower, role: cost, words: [cheaper, dearer, cheap], margin: 2% }
hypotheses:
  - spark is at least 10% faster and cheaper than faas
${extra}decide: { confidence: 95% }
`;

export const read = (design: string, days = 4, extra = ''): Promise<Experiment> => {
  const to = new Date(fromMs + days * 864e5).toISOString();
  const window = `window: { from: 2026-11-02T00:00Z, to: ${to.slice(0, 16)}Z }`;
  return declare({ text: text(design, window, extra), file: 'x.yaml' }, plugins, () =>
    Promise.reject(new Error('no files')),
  );
};

/** A point a minute of both arms while they have traffic. */
export function measuredIn(experiment: Experiment, world: SlottedWorld): Collected[] {
  const schedule = plannedSlots(experiment, fromMs);
  const slots = slotsOf(withoutBurn(schedule), undefined);
  if (slots === null || experiment.window === null) throw new Error('the design has no slots');
  const find = slotFinder(slots);
  const step = 10;
  const { fromMs: first, toMs: last } = experiment.window;
  const count = Math.floor((last - first) / (step * minute));
  const random = createRandom(world.seed ?? 1, 'slotted');
  const load = drawFirstOrder(0.9, count, random);
  return ['spark', 'faas'].flatMap((arm) => {
    const rows: Record<'latency' | 'cost' | 'records', Observation[]> = {
      latency: [],
      cost: [],
      records: [],
    };
    for (let t = 0; t < count; t++) {
      const start = first + t * step * minute;
      const slot = find(arm, start);
      const noise = [random.normal(), random.normal(), random.uniform()];
      if (slot === null) continue;
      const day = Math.sin((2 * Math.PI * start) / 864e5);
      const base = 20 + 3 * day + load[t] + (world.trend ?? 0) * 20 * (t / count);
      const factor = (arm === 'spark' ? world.ratio : 1) * (world.shift?.(arm, start) ?? 1);
      const { minutes = 0, extra = 0 } = world.carryOver ?? {};
      const before = slots.held[slot.index - 1]?.shares[arm] ?? 1;
      const carried = before === 0 && start - slot.fromMs < minutes * minute ? extra : 0;
      const records = 1e5 * (1 + 0.2 * noise[2] + 0.3 * day) * (slot.shares[arm] ?? 0);
      const values = {
        latency: factor * base + carried + 0.5 * noise[0],
        cost: (records / 1e6) * (2 * factor + 0.1 * noise[1]),
        records,
      };
      for (const metric of ['latency', 'cost', 'records'] as const)
        rows[metric].push(observation(metric, arm, start, values[metric]));
    }
    return (['latency', 'cost', 'records'] as const).map((metric) => collectedOf(metric, arm, rows[metric]));
  });
}

const withoutBurn = (schedule: ReturnType<typeof plannedSlots>) =>
  schedule === null
    ? null
    : { ...schedule, slots: schedule.slots?.map((slot) => ({ ...slot, burnInMs: 0, burnOutMs: 0 })) ?? [] };

export const observation = (
  metric: string,
  arm: string,
  start: number,
  value: number,
  unit?: string,
): Observation => ({
  metric,
  arm,
  unit: unit ?? String(start),
  start,
  end: start,
  value,
  n: 1,
  estimated: false,
  labels: {},
});

export const collectedOf = (
  metric: string,
  arm: string,
  observations: readonly Observation[],
): Collected => ({
  meta: {
    metric,
    arm,
    source: 'file',
    type: 'file',
    query: 'a.csv',
    startedAt: fromMs + 400 * 864e5,
    finishedAt: fromMs + 400 * 864e5,
    serverVersion: null,
    observations: observations.length,
    sha256: '',
    problem: null,
  },
  observations,
});

export function analysed(
  experiment: Experiment,
  world: SlottedWorld,
  collected = measuredIn(experiment, world),
): Report {
  return analyze(experiment, recorded(experiment, world, collected), { plugins, stacktrial: '0.0.0' });
}

/** The evidence, as a run folder would hold it. */
export function recorded(
  experiment: Experiment,
  world: SlottedWorld,
  collected = measuredIn(experiment, world),
): RawEvidence {
  const run: RunInfo = {
    id: 'slotted',
    stacktrial: '0.0.0',
    startedAt: fromMs,
    finishedAt: fromMs + 40 * 864e5,
    mode: 'real',
    inject: null,
    environment: world.environment ?? {},
    resumed: 0,
  };
  return {
    run,
    schedule: plannedSlots(experiment, fromMs),
    trials: [],
    collected,
    ...(world.executed === undefined ? {} : { executed: world.executed }),
    ...(world.exposure === undefined ? {} : { exposure: world.exposure }),
  };
}
