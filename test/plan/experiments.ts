/** Experiments to plan, as files that are declared; and evidence as the pipeline would hand it over. */

import { compare, methods } from '../../src/compare/index.js';
import { declare } from '../../src/declare/index.js';
import type { ArmColumn, MetricTable } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { Schedule, SlotDraw } from '../../src/model/schedule.js';
import { type Pilot, type Plan, type PlanInput, planExperiment } from '../../src/plan/index.js';
import { plugins } from '../../src/plugins.js';
import { createRandom } from '../../src/stats/index.js';

const never = () => Promise.reject(new Error('no attachment'));

export interface File {
  readonly design: string;
  readonly workload?: string;
  readonly window?: string;
  readonly metric?: string;
  /** More metrics, one line each. */
  readonly more?: readonly string[];
  readonly hypotheses?: readonly string[];
  readonly guardrails?: readonly string[];
  readonly arms?: string;
  readonly decide?: string;
}

const driver = `driver: { type: command, arms: { old: { command: [a, "{{unit}}"] }, new: { command: [b, "{{unit}}"] } } }`;

/** A new stack against an old one on `seconds`. */
export function experimentOf(file: File): Promise<Experiment> {
  const observed = file.workload === undefined;
  const from = observed
    ? 'from: rows, query: { file: x.csv, arm: arm, unit: id, value: v }'
    : 'from: trials, query: { field: wallSeconds }';
  const text = [
    'experiment: planned',
    'question: How long?',
    `arms: ${file.arms ?? '{ old: {}, new: {} }'}`,
    'baseline: old',
    `design: ${file.design}`,
    ...(file.window === undefined ? [] : [`window: ${file.window}`]),
    ...(observed ? ['sources: { rows: { type: file } }'] : [`workload: ${file.workload}`, driver]),
    'metrics:',
    `  seconds: { ${from}, in: s, better: lower, words: [faster, slower, fast], ${file.metric ?? 'margin: 3%'} }`,
    ...(file.more ?? []).map((line) => `  ${line}`),
    `hypotheses: [${(file.hypotheses ?? ['new is at least 10% faster than old']).map((s) => JSON.stringify(s)).join(', ')}]`,
    ...(file.guardrails === undefined
      ? []
      : [`guardrails: [${file.guardrails.map((s) => JSON.stringify(s)).join(', ')}]`]),
    ...(file.decide === undefined ? [] : [`decide: ${file.decide}`]),
    '',
  ].join('\n');
  return declare({ text, file: 'planned.yaml' }, plugins, never);
}

export const planOf = (experiment: Experiment, some: Partial<PlanInput> = {}): Plan =>
  planExperiment({
    experiment,
    pilot: null,
    workloadUnits: null,
    sizes: [],
    expect: new Map(),
    autocorrelation: null,
    looks: [1],
    prices: [],
    ...some,
  });

export interface Rows {
  readonly value: ArrayLike<number>;
  readonly item?: readonly string[];
  readonly order?: ArrayLike<number>;
  readonly everyMs?: number;
}

export function columnOf(arm: string, { value, item, order, everyMs = 1000 }: Rows, prefix = ''): ArmColumn {
  const n = value.length;
  return {
    arm,
    n,
    unit: Array.from({ length: n }, (_, i) => `${prefix}u${String(i).padStart(6, '0')}`),
    value: Float64Array.from(value),
    per: null,
    start: Float64Array.from({ length: n }, (_, i) => i * everyMs),
    order: order === undefined ? new Float64Array(n).fill(Number.NaN) : Float64Array.from(order),
    item: item ?? Array.from({ length: n }, (_, i) => `${prefix}i${i}`),
  };
}

/** One metric, both arms, as evidence of an earlier run. */
export function pilotOf(
  experiment: Experiment,
  newer: ArmColumn,
  older: ArmColumn,
  draws?: readonly SlotDraw[],
  metric = 'seconds',
): Pilot {
  const table: MetricTable = {
    metric,
    arms: new Map([
      ['old', older],
      ['new', newer],
    ]),
    unmeasured: null,
    coverage: { expected: older.n, seen: { old: older.n, new: newer.n }, complete: older.n },
    warnings: [],
  };
  const tables = new Map([[metric, table]]);
  const { comparisons, inferences } = compare(
    { experiment, tables, schedule: draws === undefined ? null : ({ draws } as Schedule) },
    methods,
    { confidencePerComparison: () => experiment.decide.confidence },
    createRandom(1),
  );
  return {
    id: 'planned/pilot',
    mode: 'real',
    experiment,
    tables,
    comparisons,
    inferences,
    schedule: null,
    trials: [],
  };
}
