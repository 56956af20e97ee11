/** What is asked of which source: pure, so that `validate` prints the very queries that a run sends. */
import type { Arm, Experiment, Metric } from '../model/experiment.js';
import { windowOf } from '../model/metric-window.js';
import type { Query, Registry, Source } from '../model/ports.js';
import { type Reason, reason } from '../model/reason.js';
import { nearestFirst } from './nearest.js';
import { reasonOf } from './source-problem.js';

/** One metric for the arms that share a source and a query. */
export interface Question {
  readonly metric: Metric;
  readonly arms: readonly Arm[];
  /** Name of the source in the file, and its type. */
  readonly source: string;
  readonly type: string;
  readonly options: Readonly<Record<string, unknown>>;
  readonly queries: readonly Query[];
  /** Why it cannot be asked at all. */
  readonly problem: Reason | null;
}

/** JSON with sorted keys: equal for queries that say the same. */
const canonical = (value: unknown): string =>
  JSON.stringify(value, (_key, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  );

/** A source that needs no options (`trials`) may be used without being declared. */
const declared = (experiment: Experiment, name: string): { type: string; options: Question['options'] } =>
  Object.hasOwn(experiment.sources, name) ? experiment.sources[name] : { type: name, options: {} };

const ask = (
  experiment: Experiment,
  registry: Registry<Source>,
  metric: Metric,
  group: { arms: Arm[]; source: string; query: Readonly<Record<string, unknown>> },
): Question => {
  const { type, options } = declared(experiment, group.source);
  const question = { metric, arms: group.arms, source: group.source, type, options };
  if (!Object.hasOwn(registry, type)) {
    const exist = nearestFirst(type, Object.keys(registry));
    return {
      ...question,
      queries: [],
      problem: reason('source-unknown', { source: group.source, type, exist }),
    };
  }
  const want = {
    metric: metric.name,
    arms: group.arms,
    window: windowOf(experiment, metric),
    byMs: metric.byMs,
    fold: metric.fold,
    query: group.query,
    unit: experiment.design.unit,
    measuredIn: metric.unit,
  };
  try {
    return { ...question, queries: registry[type].ask(options, want), problem: null };
  } catch (error) {
    return { ...question, queries: [], problem: reasonOf(error) };
  }
};

/** Every question of the experiment, in the order of its metrics and arms. */
export const questions = (experiment: Experiment, registry: Registry<Source>): readonly Question[] =>
  experiment.metrics.flatMap((metric) => {
    if (metric.input.kind !== 'observed') return [];
    const groups = new Map<
      string,
      { arms: Arm[]; source: string; query: Readonly<Record<string, unknown>> }
    >();
    for (const arm of experiment.arms) {
      if (!Object.hasOwn(metric.input.arms, arm.name)) continue;
      const { source, query } = metric.input.arms[arm.name];
      const key = canonical([source, query]);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { arms: [arm], source, query });
      else group.arms.push(arm);
    }
    return [...groups.values()].map((group) => ask(experiment, registry, metric, group));
  });
