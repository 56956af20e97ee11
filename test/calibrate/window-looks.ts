/**
 * Calibration of declared looks on a window through the whole analysis (STATISTICS.md §6): two identical stacks, from what
 * a source answered to the verdict, at the looks as `run` takes them.
 */
import { checks } from '../../src/check/index.ts';
import { methods } from '../../src/compare/index.ts';
import type { Collected } from '../../src/model/evidence.ts';
import type { Claim, Experiment } from '../../src/model/experiment.ts';
import { windowLooks } from '../../src/pipeline/window-looks.ts';
import { analyze } from '../../src/pipeline.ts';
import type { Random } from '../../src/stats/random.ts';
import type { Cell } from './cell.ts';
import { Tally } from './tally.ts';
import { firstOrder, type World } from './worlds.ts';

const HOUR_MS = 3_600_000;
const FROM_MS = 1_793_577_600_000;
const HOURS = 336;

const claim: Claim = {
  id: 'h1.1',
  kind: 'better',
  role: 'hypothesis',
  sentence: 'spark is faster than faas',
  sentenceIndex: 0,
  text: 'spark is faster than faas',
  treatment: 'spark',
  reference: 'faas',
  metric: 'latency',
  estimand: 'mean',
  amount: { kind: 'relative', value: 0 },
  bound: null,
  join: 'and',
  siblings: 1,
};

const watched = (looks: readonly number[]): Experiment => ({
  name: 'calibration',
  question: '',
  owner: null,
  arms: ['faas', 'spark'].map((name) => ({ name, title: name, match: { arm: name } })),
  baseline: 'faas',
  treatments: ['spark'],
  design: {
    kind: 'observed',
    seed: 1,
    blocks: null,
    warmupTrials: 0,
    shares: {},
    coverage: 1,
    unit: null,
    concurrent: true,
  },
  window: { fromMs: FROM_MS, toMs: FROM_MS + HOURS * HOUR_MS, warmupMs: 0, settleMs: 0 },
  sources: { file: { type: 'file', options: {} } },
  driver: null,
  workload: null,
  metrics: [
    {
      name: 'latency',
      title: 'Latency',
      unit: 's',
      better: 'lower',
      role: 'time',
      words: [],
      margin: null,
      estimand: 'mean',
      exact: false,
      fold: { kind: 'mean' },
      byMs: HOUR_MS,
      input: {
        kind: 'observed',
        arms: { faas: { source: 'file', query: {} }, spark: { source: 'file', query: {} } },
      },
    },
  ],
  hypotheses: [claim],
  guardrails: [],
  decide: { confidence: 0.95, looks },
  secrets: [],
  text: '',
  attachments: {},
});

function answered(arm: string, world: World, random: Random): Collected {
  const values = world.draw(HOURS, random);
  const about = { metric: 'latency', arm, source: 'file', type: 'file', query: '', sha256: '' };
  const observations = Array.from(values, (value, t) => {
    const start = FROM_MS + t * HOUR_MS;
    const row = { metric: 'latency', arm, unit: String(t), start, end: start, value: 20 + value };
    return { ...row, n: 1, estimated: false, labels: {} };
  });
  const times = { startedAt: 0, finishedAt: 0, serverVersion: null, problem: null };
  return { meta: { ...about, ...times, observations: observations.length }, observations };
}

function looked(rho: number, shares: readonly number[]): Cell {
  const experiment = watched(shares);
  const looks = windowLooks(experiment).map((look) => ({ ...look, blocks: look.units, at: 0 }));
  const run = {
    id: 'r',
    stacktrial: '0',
    startedAt: 0,
    finishedAt: null,
    mode: 'real' as const,
    inject: null,
    environment: {},
    resumed: 0,
  };
  return {
    id: `looks on a window / ${shares.length} looks / AR(1) ${rho}`,
    row: 'declared looks on a window through the whole analysis, AR(1) ρ ≤ 0.7, each side',
    resampling: true,
    owed: { 'supported falsely': { low: 0, high: 0.0325 }, 'refuted falsely': { low: 0, high: 0.0325 } },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let i = 0; i < replicates; i++) {
        const collected = ['faas', 'spark'].map((arm) => answered(arm, firstOrder(rho), random));
        const said = looks.map((_, k) => {
          const raw = { run, schedule: null, trials: [], collected, looks: looks.slice(0, k + 1) };
          return analyze(experiment, raw, { plugins: { checks, methods }, stacktrial: '0' }).claims[0]
            .verdict;
        });
        tally.share('supported falsely', said.includes('supported'));
        tally.share('refuted falsely', said.includes('refuted'));
      }
      return tally.outcomes();
    },
  };
}

export const windowLooksCells: readonly Cell[] = [0, 0.7].map((rho) => looked(rho, [0.5, 1]));
