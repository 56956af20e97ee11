/**
 * Calibration of what decides a trade-off (STATISTICS.md §7): the net benefit at the declared value of an hour, by the
 * method of the cost, where it is truly nothing; and the set of prices that are not rejected.
 * Blocks share a mood; cost follows time in part; the order of the arms matters.
 */
import { methods, tradeOffs } from '../../src/compare/index.ts';
import type { ArmColumn, MetricTable } from '../../src/model/evidence.ts';
import type { Experiment, Metric } from '../../src/model/experiment.ts';
import type { Random } from '../../src/stats/random.ts';
import { balancedPlaces, column } from '../compare/samples.ts';
import type { Cell } from './cell.ts';
import { Tally } from './tally.ts';

const HOUR_VALUE = 40;

const metric = (name: string, unit: string, role: 'cost' | 'time'): Metric => ({
  name,
  title: name,
  unit,
  better: 'lower',
  role,
  words: [],
  margin: null,
  estimand: 'total',
  exact: false,
  fold: { kind: 'only' },
  byMs: null,
  input: { kind: 'observed', arms: {} },
});

const experiment = {
  name: 'calibration',
  arms: ['engine', 'functions'].map((name) => ({ name, title: name, match: {} })),
  baseline: 'functions',
  treatments: ['engine'],
  design: { kind: 'interleaved', concurrent: true },
  workload: null,
  metrics: [metric('cost', 'USD', 'cost'), metric('time', 'h', 'time')],
  hypotheses: [],
  guardrails: [],
  decide: { confidence: 0.95 },
} as unknown as Experiment;

function tableOf(name: string, engine: ArmColumn, functions: ArmColumn): MetricTable {
  const { n } = engine;
  return {
    metric: name,
    arms: new Map([
      ['engine', engine],
      ['functions', functions],
    ]),
    unmeasured: null,
    coverage: { expected: n, seen: { engine: n, functions: n }, complete: n },
    warnings: [],
  };
}

/** engine saves a tenth of an hour a block and costs exactly what that is worth. */
function world(blocks: number, random: Random): ReadonlyMap<string, MetricTable> {
  const places = balancedPlaces(blocks, (a) => random.shuffle(a), random.integer(2) as 0 | 1);
  const order = places.map((place) => 1 - place);
  const mood = places.map(() => 1 + 0.3 * random.normal());
  const hours = (saved: number, at: readonly number[]) =>
    at.map((place, b) => mood[b] - saved + 0.1 * random.normal() + 0.05 * place);
  const [x, y] = [hours(0.1, places), hours(0, order)];
  const cost = (extra: number, own: readonly number[], at: readonly number[]) =>
    own.map((h, b) => 20 + extra + 10 * (h - mood[b]) + 2 * random.normal() + at[b]);
  // Cost follows time by 10 USD an hour: what that saves is added again.
  const [c, d] = [cost(0.1 * (HOUR_VALUE + 10), x, places), cost(0, y, order)];
  return new Map([
    ['time', tableOf('time', column('engine', x, { order: places }), column('functions', y, { order }))],
    ['cost', tableOf('cost', column('engine', c, { order: places }), column('functions', d, { order }))],
  ]);
}

const netBenefit = (blocks: number): Cell => ({
  id: `net benefit / ${blocks} blocks`,
  row: 'net benefit of nothing at the declared value of an hour, 8 to 40 blocks',
  owed: {
    'says that it pays': { low: 0.015, high: 0.0325 },
    'says that it does not': { low: 0.015, high: 0.0325 },
    'price of an hour covered': { low: 0.935, high: 0.965 },
  },
  simulate(replicates, random) {
    const tally = new Tally();
    for (let i = 0; i < replicates; i++) {
      const live = tradeOffs({ experiment, tables: world(blocks, random) }, methods, random).get('engine');
      if (live === undefined || 'code' in live) throw new Error(`no trade-off: ${JSON.stringify(live)}`);
      const p = live.netBenefit(HOUR_VALUE)?.test(0);
      if (p === undefined) throw new Error('nothing varies');
      tally.share('says that it pays', p.above < 0.025);
      tally.share('says that it does not', p.below < 0.025);
      const found = live.netBenefit(HOUR_VALUE)?.interval(0.95);
      const covers = found?.kind === 'interval' && found.low <= 0 && found.high >= 0;
      tally.share('price of an hour covered', covers);
    }
    return tally.outcomes();
  },
});

export const moneyCells: readonly Cell[] = [8, 15, 40].map(netBenefit);
