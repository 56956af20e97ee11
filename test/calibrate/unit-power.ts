/**
 * Power of the tests of independent units, beside a test that knows the shape of the variance and estimates its size with
 * the same degrees of freedom (STATISTICS.md §9). The effect is one that such a test finds in four of five cases.
 */
import { methods } from '../../src/compare/index.ts';
import type { Samples } from '../../src/model/effect.ts';
import type { Method } from '../../src/model/ports.ts';
import { gammaQuantile } from '../../src/stats/gamma.ts';
import type { Random } from '../../src/stats/random.ts';
import { studentTSurvivalQuantile } from '../../src/stats/student-t.ts';
import { column, infer, keySamples } from '../compare/samples.ts';
import { blocks, still } from './blocks.ts';
import type { Cell } from './cell.ts';
import { Tally } from './tally.ts';

function unitPower(
  id: string,
  draw: (random: Random) => Samples,
  method: Method,
  df: number,
  error: number,
): Cell {
  const effect = (studentTSurvivalQuantile(0.025, df) + studentTSurvivalQuantile(0.2, df)) * error;
  const critical = studentTSurvivalQuantile(0.025, df);
  return {
    id: `power / ${id}`,
    row: 'blocks and Welch: power against an oracle of the same df, n ≥ 14',
    owed: {
      'power against oracle': { low: 0.9, high: Number.POSITIVE_INFINITY },
      power: 'shown',
      oracle: 'shown',
    },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let k = 0; k < replicates; k++) {
        const samples = draw(random);
        const moved = { ...samples.treatment, value: samples.treatment.value.map((v) => v + effect) };
        const { above, below } = infer(method, { ...samples, treatment: moved }).difference.test(0);
        tally.share('power', Math.min(above, below) <= 0.025);
        const size = Math.sqrt(gammaQuantile(random.uniform(), df / 2, 2) / df);
        tally.share('oracle', Math.abs(effect + error * random.normal()) > critical * error * size);
      }
      const { power, oracle } = tally.outcomes();
      if (power.kind !== 'share' || oracle.kind !== 'share') throw new Error('power is a share');
      const [a, b] = [power.hits / power.trials, oracle.hits / oracle.trials];
      const spread = (1 - a) / (a * power.trials) + (1 - b) / (b * oracle.trials);
      const against = { kind: 'mean', value: a / b, standardError: (a / b) * Math.sqrt(spread) } as const;
      return { power, oracle, 'power against oracle': against };
    },
  };
}

const normalArms = (n: number) => (random: Random) => {
  const arm = () =>
    column(
      'x',
      Array.from({ length: n }, () => 20 + random.normal()),
    );
  return keySamples(arm(), arm());
};

export const unitPowerCells: readonly Cell[] = [
  ...[14, 20, 40].map((n) =>
    unitPower(
      `${n} interleaved blocks, order effect of 2 sd`,
      blocks(n, still, 2),
      methods['paired-t'],
      n - 2,
      Math.sqrt(2 / n),
    ),
  ),
  ...[14, 40].map((n) =>
    unitPower(`Welch ${n} against ${n}`, normalArms(n), methods.welch, 2 * n - 2, Math.sqrt(2 / n)),
  ),
];
