/** The series of a range query as the values of arms. */
import { z } from 'zod';
import type { Arm } from '../../../model/experiment.js';
import { type Reason, reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';
import type { Expression } from './question.js';

const point = z.tuple([z.number(), z.string()]);
const matrix = z.looseObject({
  resultType: z.string(),
  result: z.array(
    z.looseObject({
      metric: z.record(z.string(), z.string()),
      values: z.array(point).optional(),
      histograms: z.array(z.unknown()).optional(),
    }),
  ),
});

export interface Series {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [seconds: number, text: string])[];
}

/** @throws SourceProblem for native histograms, and for what is no range of values */
export const seriesOf = (data: unknown, metric: string): readonly Series[] => {
  const parsed = matrix.safeParse(data);
  if (!parsed.success || parsed.data.resultType !== 'matrix') {
    const found = parsed.success ? parsed.data.resultType : 'something else';
    throw new SourceProblem(reason('prometheus-no-matrix', { metric, found }));
  }
  return parsed.data.result.map(({ metric: labels, values, histograms }) => {
    if (histograms !== undefined && histograms.length > 0)
      throw new SourceProblem(
        reason('prometheus-native-histogram', { metric, series: JSON.stringify(labels).slice(0, 200) }),
      );
    return { labels, values: values ?? [] };
  });
};

const isOf = (arm: Arm, labels: Series['labels']): boolean =>
  Object.entries(arm.match).every(
    ([label, value]) => Object.hasOwn(labels, label) && labels[label] === value,
  );

/** Labels in which series differ, with some of their values: what to aggregate over. */
const differences = (all: readonly Series['labels'][]): readonly string[] => {
  const names = [...new Set(all.flatMap((labels) => Object.keys(labels)))].sort();
  return names
    .map((name) => [name, [...new Set(all.map((labels) => labels[name] ?? ''))]] as const)
    .filter(([, values]) => values.length > 1)
    .map(([name, values]) => `${name} (${values.slice(0, 3).join(', ')}${values.length > 3 ? ', …' : ''})`);
};

/** Gathers the chunks of an expression; tells series of different arms apart, and refuses two of one arm. */
export class Gathered {
  readonly #expression: Expression;
  readonly #metric: string;
  /** Per arm: its series, and its points by time. */
  readonly #labels = new Map<string, Map<string, Series['labels']>>();
  readonly #points = new Map<string, Map<number, string>>();
  /** Series that belong to no arm. */
  readonly others: Series['labels'][] = [];

  constructor(expression: Expression, metric: string) {
    this.#expression = expression;
    this.#metric = metric;
  }

  add(all: readonly Series[]): void {
    for (const { labels, values } of all) {
      const arm = this.#armOf(labels);
      if (arm === null) {
        if (this.others.length < 100) this.others.push(labels);
        continue;
      }
      this.#refuseSecond(arm, labels);
      const points = this.#points.get(arm.name) ?? new Map<number, string>();
      this.#points.set(arm.name, points);
      for (const [seconds, text] of values) {
        const atMs = Math.round(seconds * 1000);
        if (points.has(atMs))
          throw new SourceProblem(
            reason('prometheus-point-twice', { metric: this.#metric, arm: arm.name, atMs }),
          );
        points.set(atMs, text);
      }
    }
  }

  /** Points of an arm, in order of time. */
  points(arm: string): readonly (readonly [atMs: number, text: string])[] {
    return [...(this.#points.get(arm) ?? [])].sort(([a], [b]) => a - b);
  }

  #armOf(labels: Series['labels']): Arm | null {
    const { arms, byLabels } = this.#expression;
    if (!byLabels) return arms[0];
    const of = arms.filter((arm) => isOf(arm, labels));
    if (of.length > 1)
      throw new SourceProblem(
        reason('prometheus-arm-ambiguous', { metric: this.#metric, arms: of.map(({ name }) => name) }),
      );
    return of[0] ?? null;
  }

  #refuseSecond(arm: Arm, labels: Series['labels']): void {
    const known = this.#labels.get(arm.name) ?? new Map<string, Series['labels']>();
    this.#labels.set(arm.name, known);
    known.set(JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1))), labels);
    if (known.size < 2) return;
    const differ = differences([...known.values()]);
    throw new SourceProblem(
      reason('prometheus-several-series', {
        metric: this.#metric,
        arm: arm.name,
        series: known.size,
        differ,
      }),
    );
  }
}

/** Why labels of an answer tell no arm apart. */
export const noArm = (metric: string, arm: Arm, others: readonly Series['labels'][]): Reason => {
  for (const [label, value] of Object.entries(arm.match)) {
    const values = [...new Set(others.map((labels) => labels[label]).filter((found) => found !== undefined))];
    if (values.length === 0 && others.length > 0)
      return reason('prometheus-label-not-kept', {
        metric,
        arm: arm.name,
        label,
        exist: [...new Set(others.flatMap((labels) => Object.keys(labels)))],
      });
    if (!values.includes(value))
      return reason('prometheus-arm-missing', {
        metric,
        arm: arm.name,
        label,
        value,
        exist: values.slice(0, 20),
      });
  }
  return reason('prometheus-no-points', { metric, arm: arm.name });
};
