/** An experiment, trials and a context to collect with: the smallest that the contract allows. */
import { readFile } from 'node:fs/promises';
import type { Collected, Observation, Schedule, Trial } from '../../src/model/evidence.js';
import type { Experiment, Metric, Rate } from '../../src/model/experiment.js';
import type { Log, SourceContext, Want } from '../../src/model/ports.js';
import type { Reason } from '../../src/model/reason.js';
import { collectWords } from '../../src/report/words/collect.js';
import type { Words } from '../../src/report/words/types.js';

export const metric = (name: string, over: Partial<Metric> = {}): Metric => ({
  name,
  title: name,
  unit: 's',
  better: 'lower',
  role: null,
  words: [],
  margin: null,
  estimand: 'total',
  exact: false,
  fold: { kind: 'only' },
  byMs: null,
  input: observed(),
  ...over,
});

export const observed = (
  source = 'given',
  query: Record<string, unknown> = {},
  arms = ['a', 'b'],
): Metric['input'] => ({
  kind: 'observed',
  arms: Object.fromEntries(arms.map((arm) => [arm, { source, query }])),
});

export const ratio = (of: string, per: string, times = 1, proportion = false): Metric['input'] => ({
  kind: 'ratio',
  of,
  per,
  times,
  proportion,
});

export const rate = (over: Partial<Rate> = {}): Rate => ({
  title: 'a rate',
  source: null,
  usage: 's',
  roundUpTo: null,
  minimum: 0,
  times: 1,
  per: 1,
  price: 1,
  perUnit: 0,
  resident: false,
  ...over,
});

export const card = (rates: Record<string, Rate>) => ({
  card: 'test',
  currency: 'USD',
  date: '2026-01-01',
  region: null,
  source: 'https://example.org/prices',
  rates,
});

export const experiment = (over: Partial<Experiment> = {}): Experiment => ({
  name: 'test',
  question: 'Is b faster than a?',
  owner: null,
  arms: [
    { name: 'a', title: 'A', match: { arm: 'a' } },
    { name: 'b', title: 'B', match: { arm: 'b' } },
  ],
  baseline: 'a',
  treatments: ['b'],
  design: {
    kind: 'interleaved',
    seed: 1,
    blocks: null,
    warmupTrials: 0,
    shares: {},
    coverage: 1,
    unit: null,
    concurrent: false,
  },
  window: null,
  sources: {},
  driver: null,
  workload: null,
  metrics: [],
  hypotheses: [],
  guardrails: [],
  decide: { confidence: 0.95 },
  secrets: [],
  text: '',
  attachments: {},
  ...over,
});

export const observedDesign = {
  ...experiment().design,
  kind: 'observed' as const,
  concurrent: true,
  unit: 'batch',
};

export const trial = (block: number, arm: string, over: Partial<Trial> = {}): Trial => ({
  id: `b${String(block).padStart(3, '0')}.${arm === 'a' ? 0 : 1}.${arm}`,
  attempt: 0,
  block,
  order: arm === 'a' ? 0 : 1,
  unit: `batch ${block % 3}`,
  repeat: Math.floor(Math.max(0, block) / 3),
  arm,
  start: 1_000 * (2 * block + (arm === 'a' ? 0 : 1)),
  end: 1_000 * (2 * block + (arm === 'a' ? 0 : 1)) + 500,
  outcome: 'ok',
  exit: 0,
  measured: { wallSeconds: 0.5, cpuSeconds: 0.4, peakMemoryBytes: 1e6, timeoutSeconds: 60 },
  covariates: { records: 1000, bytes: 5e4 },
  answer: { records: 1000 },
  ...over,
});

export const bothArms = (blocks: number): Trial[] =>
  Array.from({ length: blocks }, (_, block) => [trial(block, 'a'), trial(block, 'b')]).flat();

export const scheduleOf = (trials: readonly Trial[]): Schedule => ({
  algorithm: 'stacktrial-1',
  design: 'interleaved',
  seed: 1,
  blocks: new Set(trials.map(({ block }) => block)).size,
  units: [],
  trials: trials.map(({ id, block, order, unit, repeat, arm }) => ({ id, block, order, unit, repeat, arm })),
  refused: [],
});

export const point = (
  name: string,
  arm: string,
  unit: string,
  value: number | null,
  over: Partial<Observation> = {},
) =>
  ({
    metric: name,
    arm,
    unit,
    start: 0,
    end: 0,
    value,
    n: 1,
    estimated: false,
    labels: {},
    ...over,
  }) satisfies Observation;

/** Observations as if a source of another type had answered, grouped by metric and arm. */
export const collectedFrom = (observations: readonly Observation[], type = 'given'): Collected[] => {
  const groups = new Map<string, Observation[]>();
  for (const one of observations) {
    const key = `${one.metric}/${one.arm}`;
    groups.set(key, [...(groups.get(key) ?? []), one]);
  }
  return [...groups.values()].map((group) => ({
    meta: {
      metric: group[0].metric,
      arm: group[0].arm,
      source: type,
      type,
      query: '',
      startedAt: 0,
      finishedAt: 0,
      serverVersion: null,
      observations: group.length,
      sha256: '',
      problem: null,
    },
    observations: group,
  }));
};

export const silent: Log = {
  info() {},
  warn() {},
  detail() {},
  progress() {},
  progressEnd() {},
};

export const context = (over: Partial<SourceContext> = {}): SourceContext => ({
  now: () => 1_000,
  fetch: globalThis.fetch,
  read: readFile,
  write: () => Promise.reject(new Error('collecting writes nothing')),
  env: () => undefined,
  signal: new AbortController().signal,
  log: silent,
  folder: process.cwd(),
  trials: [],
  ...over,
});

export const want = (query: Record<string, unknown>, over: Partial<Want> = {}): Want => ({
  metric: 'm',
  arms: experiment().arms,
  window: null,
  byMs: null,
  fold: { kind: 'only' },
  query,
  unit: null,
  ...over,
});

/** The sentence of a reason: there must be one, and it must know all its values. */
export const said = (why: Reason | null): string => {
  if (why === null) throw new Error('there is no reason to say');
  const words: Words = collectWords;
  if (!Object.hasOwn(words, why.code)) throw new Error(`no sentence for ${why.code}`);
  const sentence = words[why.code](why.values);
  if (/undefined|\bnull\b|NaN|\[object/u.test(sentence)) throw new Error(`a hole in: ${sentence}`);
  return sentence;
};
