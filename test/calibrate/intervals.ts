/** Calibration of what is resampled or inverted (STATISTICS.md §2, §7, §9): quantiles, BCa, switchback, break-even. */
import { bcaOfMeans } from '../../src/stats/bca-means.ts';
import { breakEven } from '../../src/stats/break-even.ts';
import type { Estimate } from '../../src/stats/estimate.ts';
import { normalQuantile } from '../../src/stats/normal.ts';
import { comparePairedQuantiles } from '../../src/stats/paired-quantiles.ts';
import { compareIndependentQuantiles } from '../../src/stats/quantile-bootstrap.ts';
import type { Random } from '../../src/stats/random.ts';
import { studentTSurvivalQuantile } from '../../src/stats/student-t.ts';
import { switchback } from '../../src/stats/switchback.ts';
import type { Band, Cell } from './cell.ts';
import { falseClaims, plainClaims } from './claims.ts';
import { Tally } from './tally.ts';
import { firstOrder } from './worlds.ts';

const atLeast = (low: number): Band => ({ low, high: 1 });
const covered = 'coverage of the 95 % interval';
const lognormal = (n: number, random: Random) =>
  Float64Array.from({ length: n }, () => Math.exp(random.normal()));

function holds(estimate: Estimate, truth: number): boolean {
  const { above, below } = estimate.test(truth);
  return above > 0.025 && below > 0.025;
}

function known<T extends object>(answer: T): Exclude<T, { code: string }> {
  if ('code' in answer) throw new Error(`unmeasured: ${JSON.stringify(answer)}`);
  return answer as Exclude<T, { code: string }>;
}

/** Quantiles of independent keys, at the smallest n that is answered. */
function keyQuantiles(q: number, nx: number, ny: number): Cell {
  return {
    id: `quantiles over keys / p${q * 100} / ${nx} against ${ny}`,
    row: 'quantiles of two arms of keys at the smallest n',
    owed: { [covered]: atLeast(0.9) },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const x = lognormal(nx, random).map((v) => 1.5 * v);
        const answer = known(compareIndependentQuantiles(x, lognormal(ny, random), q));
        tally.share(covered, holds(answer.difference, 0.5 * Math.exp(normalQuantile(q))));
      }
      return tally.outcomes();
    },
  };
}

/** Quantiles of pairs that share a load. */
function pairedQuantiles(q: number, n: number): Cell {
  return {
    id: `quantiles of blocks / p${q * 100} / ${n} blocks`,
    row: 'quantiles of interleaved blocks at the smallest n',
    resampling: true,
    owed: { [covered]: atLeast(0.9) },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const load = Float64Array.from({ length: n }, () => 0.8 * random.normal());
        const arm = (level: number) => load.map((z) => level * Math.exp(z + 0.6 * random.normal()));
        const answer = known(comparePairedQuantiles(arm(1.5), arm(1), q, random, 1000));
        tally.share(covered, holds(answer.difference, 0.5 * Math.exp(normalQuantile(q))));
      }
      return tally.outcomes();
    },
  };
}

/** Ratio of means of skewed arms by BCa, beside the plain percentile of Student's t on the difference. */
function bcaRatios(n: number, sigma: number): Cell {
  return {
    id: `BCa / ratio of means / lognormal σ = ${sigma} / ${n} + ${n}`,
    row: 'BCa bootstrap, ratio of skewed means, 50 and 100 an arm',
    resampling: true,
    owed: { [covered]: sigma <= 0.5 ? atLeast(0.935) : 'shown' },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const arm = (level: number) =>
          Float64Array.from({ length: n }, () => level * Math.exp(sigma * random.normal()));
        const ratio = (means: Float64Array) => means[0] / means[1];
        const answer = known(bcaOfMeans([[arm(1.5)], [arm(1)]], ratio, random, 2000));
        tally.share(covered, holds(answer.estimate, 1.5));
      }
      return tally.outcomes();
    },
  };
}

/** Slots of a series with memory, given to the arms half and half by a drawn schedule. */
function switchbackSlots(n: number, rho: number, periodic: boolean): Cell {
  const world = firstOrder(rho);
  return {
    id: `switchback / ${n} slots / AR(1) ${rho}${periodic ? ' and period 2' : ''}`,
    row: 'switchback slots with memory, trend or period 2',
    resampling: true,
    owed: { [falseClaims]: { low: 0, high: 0.06 }, [plainClaims]: 'shown' },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const slots = world.draw(n, random).map((z, t) => 10 + z + t / n + (periodic ? 2 * (t % 2) : 0));
        const draw = () => {
          const arms = Array.from({ length: n }, (_, i) => i % 2);
          random.shuffle(arms);
          return Uint8Array.from(arms);
        };
        const { above, below } = known(switchback(slots, draw(), { all: null, draw }, 399)).difference.test(
          0,
        );
        tally.share(falseClaims, Math.min(above, below) <= 0.025);
        // The plain test with the plain schedule: strict alternation.
        tally.share(plainClaims, alternationRejects(slots));
      }
      return tally.outcomes();
    },
  };
}

function alternationRejects(slots: Float64Array): boolean {
  const arms = [0, 1].map((arm) => slots.filter((_, t) => t % 2 === arm));
  const [x, y] = arms.map((values) => {
    const mean = values.reduce((a, b) => a + b, 0) / values.length;
    const square = values.reduce((a, b) => a + (b - mean) * (b - mean), 0);
    return { mean, error: square / (values.length - 1) / values.length };
  });
  const critical = studentTSurvivalQuantile(0.025, slots.length - 2);
  return Math.abs(x.mean - y.mean) > critical * Math.sqrt(x.error + y.error);
}

/** Where two cost lines cross; unbounded sets are counted. */
function crossingLines(spread: number, runs: number, slope: number): Cell {
  const volumes = [1, 2, 4, 8].flatMap((v) => Array.from({ length: runs }, () => v));
  const truth = 4 / (slope - 1);
  return {
    id: `break-even / scatter ${spread * 100} % / ${runs} runs of 4 volumes / crossing at ${truth.toFixed(1)}`,
    row: 'break-even volume of two cost lines, half-lines counted',
    owed: {
      [covered]: atLeast(0.935),
      'bounded on both sides': 'shown',
      'no line or no crossing shown': 'shown',
    },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const runsOf = (line: (v: number) => number) => ({
          volume: Float64Array.from(volumes),
          cost: Float64Array.from(volumes, (v) => line(v) * (1 + spread * random.normal())),
        });
        const found = known(
          breakEven(
            runsOf((v) => 5 + v),
            runsOf((v) => 1 + slope * v),
            0.95,
          ),
        );
        const isSet = found.kind === 'interval' || found.kind === 'half-line';
        tally.share('no line or no crossing shown', !isSet);
        tally.share('bounded on both sides', found.kind === 'interval');
        const silent =
          found.kind === 'no-line' || (found.kind === 'none' && found.why.code === 'break-even-not-shown');
        // No line, or no crossing shown: nothing is said, nothing is wrong. "Cheaper throughout" is wrong here.
        if (found.kind === 'no-line') continue;
        tally.share(
          covered,
          silent || (isSet && (found.low ?? 0) <= truth && truth <= (found.high ?? Number.POSITIVE_INFINITY)),
        );
      }
      return tally.outcomes();
    },
  };
}

export const intervalCells: readonly Cell[] = [
  ...(
    [
      [0.95, 73, 73],
      [0.95, 73, 200],
      [0.99, 381, 381],
      [0.9, 36, 36],
      [0.5, 6, 6],
    ] as const
  ).map(([q, nx, ny]) => keyQuantiles(q, nx, ny)),
  ...(
    [
      [0.95, 73],
      [0.9, 36],
      [0.5, 20],
    ] as const
  ).map(([q, n]) => pairedQuantiles(q, n)),
  bcaRatios(50, 0.5),
  bcaRatios(100, 0.5),
  bcaRatios(100, 1),
  switchbackSlots(20, 0.9, false),
  switchbackSlots(20, 0.5, true),
  switchbackSlots(60, 0.9, true),
  crossingLines(0.05, 3, 2),
  crossingLines(0.05, 8, 2),
  crossingLines(0.2, 5, 2),
  crossingLines(0.1, 5, 1.8),
];
