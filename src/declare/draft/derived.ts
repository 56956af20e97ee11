/** Metrics that are computed from others: their references, cycles among them, and ratios. Rates: rate.ts. */
import type { RatioInput } from '../../model/experiment.js';
import { suggestion } from '../nearest.js';
import type { Problems } from '../problems.js';
import { child, entries, type Located } from '../read/located.js';
import type { MetricDraft } from './metric.js';
import { usageAt } from './rate.js';

interface Reference {
  readonly name: string;
  readonly at: Located;
  readonly use: 'part' | 'usage';
}

/** The metrics that a metric names, where it names them. */
function references({ at, form }: MetricDraft): readonly Reference[] {
  const parts =
    form === 'ratio'
      ? ['of', 'per'].map((key) => ({ at: child(child(at, 'ratio'), key), use: 'part' as const }))
      : form === 'rate'
        ? entries(child(child(at, 'rate'), 'arms'))
            .flatMap(([, arm]) => entries(arm).filter(([key]) => key !== 'utilisation'))
            .map(([, use]) => ({ at: usageAt(use), use: 'usage' as const }))
        : [];
  return parts.flatMap(({ at: part, use }) =>
    typeof part?.value === 'string' && part.value !== '' ? [{ name: part.value, at: part, use }] : [],
  );
}

/** The way from a metric back to itself, if there is one. */
function cycleFrom(start: string, byName: ReadonlyMap<string, MetricDraft>): readonly string[] | null {
  const visited = new Set<string>();
  const walk = (name: string, way: readonly string[]): readonly string[] | null => {
    const metric = byName.get(name);
    for (const reference of metric === undefined ? [] : references(metric)) {
      if (reference.name === start) return [...way, start];
      if (visited.has(reference.name)) continue;
      visited.add(reference.name);
      const found = walk(reference.name, [...way, reference.name]);
      if (found !== null) return found;
    }
    return null;
  };
  return walk(start, [start]);
}

export function checkReferences(metrics: readonly MetricDraft[], problems: Problems): void {
  const byName = new Map(metrics.map((metric) => [metric.name, metric]));
  const inCycle = new Set<string>();
  for (const metric of metrics) {
    const cycle = inCycle.has(metric.name) ? null : cycleFrom(metric.name, byName);
    for (const name of cycle ?? []) inCycle.add(name);
    const [, second] = cycle ?? [];
    for (const { name, at, use } of references(metric)) {
      const target = byName.get(name);
      if (target === undefined)
        problems.atValue(at, `there is no metric "${name}"`, suggestion(name, [...byName.keys()], 'metrics'));
      else if (cycle !== null && name === second)
        problems.atValue(
          at,
          `${metric.name} would be computed from itself: ${cycle.join(' → ')}`,
          'Name a metric that is measured.',
        );
      else if (inCycle.has(metric.name)) continue;
      else if (use === 'part' && target.form === 'ratio')
        problems.atValue(
          at,
          `${name} is itself a ratio, and ratios cannot be added up`,
          'Name the metrics that it is computed from.',
        );
      else if (use === 'usage' && (target.form === 'ratio' || target.form === 'rate'))
        problems.atValue(
          at,
          `${name} is computed; a rate prices what is measured`,
          'Name a metric with "from".',
        );
    }
  }
}

export function readRatio(draft: MetricDraft, problems: Problems): RatioInput | null {
  const { ratio } = draft.parts;
  if (ratio === undefined) return null;
  const times = child(child(draft.at, 'ratio'), 'times');
  if (draft.proportion && times !== null && ratio.times !== 1)
    problems.atKey(
      times,
      'a proportion lies between 0 and 1: it has no "times"',
      'Leave it out, or leave "kind: proportion" out.',
    );
  if (ratio.of === ratio.per)
    problems.atValue(
      child(child(draft.at, 'ratio'), 'per') as Located,
      `${ratio.of} ÷ ${ratio.per} is always 1`,
      null,
    );
  return {
    kind: 'ratio',
    of: ratio.of,
    per: ratio.per,
    times: ratio.times ?? 1,
    proportion: draft.proportion,
  };
}
