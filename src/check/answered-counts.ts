/**
 * Counts that the stacks answered, held against each other where no output is declared: for the same unit every repeat of
 * one arm counted otherwise than every repeat of the other. A count is a whole number that the metric adds up from the
 * answers (`stdout:`, `fold: sum`) and calls neither better nor worse; it is no time, money or memory, no usage that a
 * rate prices, and not the number of failures: those may differ between stacks that do the same work.
 */
import type { Evidence } from '../model/evidence.js';
import type { ArmName, Experiment, Metric, MetricName } from '../model/experiment.js';

export interface DifferingCount {
  readonly metric: MetricName;
  /** Units that differ, and an example of each of the first: `orders-03: 500 in functions, 1000 in engine`. */
  readonly units: readonly string[];
  readonly of: number;
}

const measures =
  /^(?:[nµmu]?s|sec(?:onds?)?|min(?:utes?)?|h(?:ours?)?|[kKMGT]?i?B|bytes?|[A-Z]{3})(?:$|[-·* ])/u;
const namesFailures = /fail|error|reject|retr|timeout/iu;

function isCount({ input, fold, better, role, unit, name }: Metric, { arms, metrics }: Experiment): boolean {
  if (input.kind !== 'observed' || fold.kind !== 'sum' || better !== null || role !== null) return false;
  if (measures.test(unit) || namesFailures.test(name)) return false;
  const asked = arms.map((arm) => (Object.hasOwn(input.arms, arm.name) ? input.arms[arm.name].query : {}));
  if (!asked.every(({ stdout, whenFailed }) => typeof stdout === 'string' && whenFailed === undefined))
    return false;
  return !metrics.some(
    ({ input: user }) =>
      (user.kind === 'ratio' && user.proportion && user.of === name) ||
      (user.kind === 'rate' &&
        Object.values(user.arms).some((uses) => uses.some(({ usage }) => usage === name))),
  );
}

export function differingCounts({ experiment, trials, collected }: Evidence): readonly DifferingCount[] {
  const worked = new Set(trials.filter(({ outcome }) => outcome === 'ok').map(({ id }) => id.split('.')[0]));
  const itemOf = new Map(trials.map(({ id, unit }) => [id.split('.')[0], unit]));
  const failed = new Set(
    trials.filter(({ outcome }) => outcome !== 'ok').map(({ id, arm }) => `${id.split('.')[0]} ${arm}`),
  );
  return experiment.metrics.flatMap((metric) => {
    if (!isCount(metric, experiment)) return [];
    const byUnit = new Map<string, Map<ArmName, Set<number>>>();
    for (const { meta, observations } of collected) {
      if (meta.metric !== metric.name || meta.type !== 'trials') continue;
      for (const { unit, arm, value } of observations) {
        if (value === null || !worked.has(unit) || failed.has(`${unit} ${arm}`)) continue;
        const item = itemOf.get(unit) ?? unit;
        const arms = byUnit.get(item) ?? new Map<ArmName, Set<number>>();
        byUnit.set(item, arms.set(arm, (arms.get(arm) ?? new Set<number>()).add(value)));
      }
    }
    const values = [...byUnit.values()].flatMap((arms) => [...arms.values()].flatMap((seen) => [...seen]));
    if (!values.every(Number.isInteger)) return [];
    const shared = [...byUnit].filter(([, arms]) => arms.size > 1);
    const units = shared.flatMap(([unit, arms]) => example(unit, arms) ?? []);
    return units.length === 0 ? [] : [{ metric: metric.name, units, of: shared.length }];
  });
}

/** null: some repeat of each two arms agrees. */
function example(unit: string, arms: ReadonlyMap<ArmName, ReadonlySet<number>>): string | null {
  const all = [...arms];
  for (const [i, [a, xs]] of all.entries()) {
    for (const [b, ys] of all.slice(i + 1)) {
      if (![...xs].some((x) => ys.has(x))) return `${unit}: ${[...xs][0]} in ${a}, ${[...ys][0]} in ${b}`;
    }
  }
  return null;
}
