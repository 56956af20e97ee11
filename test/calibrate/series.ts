/**
 * Calibration of time series (STATISTICS.md §3, §9): false claims, share answered, coverage, width, power.
 *
 * Paired: both arms carry a load of their own memory (AR(1) 0.9) that the difference does not; the difference is the
 * world. Two arms: each arm is an independent draw of the world. All numbers are around a mean of 10.
 */

import { gammaQuantile } from '../../src/stats/gamma.ts';
import { cosineCount } from '../../src/stats/long-run-variance.ts';
import { pairedSeries } from '../../src/stats/paired-series.ts';
import type { Random } from '../../src/stats/random.ts';
import { meanColumn } from '../../src/stats/series-column.ts';
import type { SeriesInference } from '../../src/stats/series-inference.ts';
import { studentTSurvivalQuantile } from '../../src/stats/student-t.ts';
import { unpairedSeries } from '../../src/stats/unpaired-series.ts';
import type { Band, Cell } from './cell.ts';
import { Tally } from './tally.ts';
import { cyclic, firstOrder, skewed, slowDriftAndNoise, type World } from './worlds.ts';

type Design = 'paired' | 'two arms';

const mean = 10;
const load = firstOrder(0.9);
const atMost = (high: number): Band => ({ low: 0, high });
const atLeast = (low: number): Band => ({ low, high: Number.POSITIVE_INFINITY });

interface Drawn {
  readonly treatment: Float64Array;
  readonly baseline: Float64Array;
}

/** Both arms have the same mean, times `ratio` for the treatment; `effect` is added to the treatment. */
export function drawSeries(design: Design, world: World, count: number, random: Random, ratio = 1): Drawn {
  const noise = world.draw(count, random);
  if (design === 'two arms') {
    const other = world.draw(count, random);
    return { treatment: noise.map((z) => ratio * mean + z), baseline: other.map((z) => mean + z) };
  }
  const shared = load.draw(count, random);
  return {
    treatment: noise.map((z, t) => ratio * (mean + shared[t]) + z),
    baseline: shared.map((z) => mean + z),
  };
}

export function analyse(design: Design, { treatment, baseline }: Drawn): SeriesInference | null {
  const x = meanColumn(treatment);
  const y = meanColumn(baseline);
  const answer = design === 'paired' ? pairedSeries(x, y) : unpairedSeries(x, y);
  return 'code' in answer ? null : answer;
}

/** True standard error of the difference at ratio 1. */
const trueError = (design: Design, world: World, count: number) =>
  Math.sqrt(((design === 'paired' ? 1 : 2) * world.inflation(count)) / count);

/** One false-claim cell: also width, and what the plain t test says on the same data. */
export function falseClaims(design: Design, world: World, count: number): Cell {
  const memory = /^AR\(1\) 0(\.[3579])?$/.test(world.name) && count >= 240;
  const drift = world === slowDriftAndNoise && count >= 1000;
  const owed: Record<string, Band> = {
    'false claims': memory ? atMost(0.065) : drift ? atMost(0.08) : 'shown',
    'false claims among answered': memory ? atMost(0.09) : 'shown',
    answered: memory && count >= 1000 ? atLeast(0.9) : 'shown',
    'width against oracle': memory ? atMost(1.25) : 'shown',
    'false claims of the plain t test': 'shown',
  };
  return {
    id: `series / ${design} / ${world.name} / T = ${count}`,
    row: `${design === 'paired' ? 'paired series' : 'series of two arms'}, ${kindOf(world, count)}`,
    owed,
    simulate(replicates, random) {
      const tally = new Tally();
      const oracle = 1.959963984540054 * trueError(design, world, count);
      for (let i = 0; i < replicates; i++) {
        const drawn = drawSeries(design, world, count, random);
        const answer = analyse(design, drawn);
        const p = answer === null ? 1 : twoSided(answer.difference.test(0));
        tally.share('answered', answer !== null);
        tally.share('false claims', p <= 0.05);
        tally.share('false claims of the plain t test', plainRejects(design, drawn));
        if (answer === null) continue;
        tally.share('false claims among answered', p <= 0.05);
        tally.mean(
          'width against oracle',
          (answer.standardError * studentTSurvivalQuantile(0.025, answer.df)) / oracle,
        );
      }
      const { 'false claims among answered': lucky, ...rest } = tally.outcomes();
      const answered = rest.answered.kind === 'share' ? rest.answered.hits / replicates : 0;
      // The band holds where at least 20 % are answered; below, the number is shown under its own name.
      if (lucky === undefined) return rest;
      return answered >= 0.2
        ? { ...rest, 'false claims among answered': lucky }
        : { ...rest, 'false claims among the few answered': lucky };
    },
  };
}

/** Cells that ask the same, or that are shown for the same reason. */
function kindOf(world: World, count: number): string {
  if (world === slowDriftAndNoise) return `${world.name}, T ${count >= 1000 ? '≥ 1000' : '< 1000'}`;
  if (!world.name.startsWith('AR(1) 0')) return `${world.name}, T = 60 to 1000`;
  if (world.name === 'AR(1) 0.95') return 'AR(1) 0.95, T = 16 to 1000';
  return `AR(1) ρ ≤ 0.9, T ${count >= 240 ? '= 240 to 1000' : '< 240'}`;
}

/** Coverage of the ratio interval where the arms differ. */
export function coverage(design: Design, world: World, count: number, ratio: number): Cell {
  return {
    id: `series / ${design} / ${world.name} / T = ${count} / coverage of ratio ${ratio}`,
    row: 'series, ratios of 0.5 and 2, AR(1) ρ ≤ 0.9',
    owed: { coverage: atLeast(0.935), answered: 'shown' },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let i = 0; i < replicates; i++) {
        const answer = analyse(design, drawSeries(design, world, count, random, ratio));
        tally.share('answered', answer !== null);
        if (answer?.ratio) tally.share('coverage', twoSided(answer.ratio.test(ratio)) > 0.05);
      }
      return tally.outcomes();
    },
  };
}

/**
 * Power on answered runs, beside a test of the same estimate that knows the shape of the covariance and estimates only
 * its size, with the degrees of freedom of the answer. The effect is one that such a test finds in four of five cases.
 */
export function power(design: Design, world: World, count: number): Cell {
  return {
    id: `series / ${design} / ${world.name} / T = ${count} / power`,
    row: 'series: power against an oracle of the same df',
    owed: { 'power against oracle': atLeast(0.9), power: 'shown', oracle: 'shown' },
    simulate(replicates, random) {
      const tally = new Tally();
      const df = cosineCount(count) * (design === 'paired' ? 1 : 2);
      const error = trueError(design, world, count);
      const effect = (studentTSurvivalQuantile(0.025, df) + studentTSurvivalQuantile(0.2, df)) * error;
      for (let i = 0; i < replicates; i++) {
        const drawn = drawSeries(design, world, count, random);
        const answer = analyse(design, { ...drawn, treatment: drawn.treatment.map((x) => x + effect) });
        if (answer === null) continue;
        const critical = studentTSurvivalQuantile(0.025, answer.df);
        const size = Math.sqrt(gammaQuantile(random.uniform(), answer.df / 2, 2) / answer.df);
        tally.share('oracle', Math.abs(answer.difference.estimate) > critical * error * size);
        tally.share('power', twoSided(answer.difference.test(0)) <= 0.05);
      }
      const { power: ours, oracle } = tally.outcomes();
      if (ours?.kind !== 'share' || oracle?.kind !== 'share') return tally.outcomes();
      const [a, b] = [ours.hits / ours.trials, oracle.hits / oracle.trials];
      // As if independent: the true spread is smaller, both see the same estimate.
      const spread = (1 - a) / (a * ours.trials) + (1 - b) / (b * oracle.trials);
      return {
        power: ours,
        oracle,
        'power against oracle': { kind: 'mean', value: a / b, standardError: (a / b) * Math.sqrt(spread) },
      };
    },
  };
}

const twoSided = ({ above, below }: { above: number; below: number }) =>
  Math.min(1, 2 * Math.min(above, below));

const average = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / values.length;

function plainRejects(design: Design, { treatment, baseline }: Drawn): boolean {
  const n = treatment.length;
  const error = (values: Float64Array) => {
    const m = average(values);
    return values.reduce((sum, v) => sum + (v - m) * (v - m), 0) / (n - 1) / n;
  };
  const difference = treatment.map((x, t) => x - baseline[t]);
  const variance = design === 'paired' ? error(difference) : error(treatment) + error(baseline);
  const df = (design === 'paired' ? 1 : 2) * (n - 1);
  return Math.abs(average(difference)) > studentTSurvivalQuantile(0.025, df) * Math.sqrt(variance);
}

const memories = [0, 0.3, 0.5, 0.7, 0.9, 0.95].map(firstOrder);
const others = [slowDriftAndNoise, cyclic, skewed(0.5), firstOrder(-0.5)];
const designs: readonly Design[] = ['paired', 'two arms'];
const lengths = [60, 240, 350, 500, 1000];

export const seriesCells: readonly Cell[] = [
  ...designs.flatMap((design) =>
    lengths.flatMap((count) => [...memories, ...others].map((world) => falseClaims(design, world, count))),
  ),
  ...[16, 30, 45].flatMap((count) => memories.map((world) => falseClaims('paired', world, count))),
  ...designs.flatMap((design) =>
    [0, 0.5, 0.9].flatMap((rho) =>
      [0.5, 2].map((ratio) => coverage(design, firstOrder(rho), rho < 0.9 ? 240 : 1000, ratio)),
    ),
  ),
  ...designs.flatMap((design) =>
    [
      [0, 60],
      [0, 240],
      [0.5, 240],
      [0.7, 350],
      [0.9, 1000],
    ].map(([rho, count]) => power(design, firstOrder(rho), count)),
  ),
];
