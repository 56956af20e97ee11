/**
 * Calibration of looks (STATISTICS.md §6, §9): the error of all looks at one run together.
 *
 * Undeclared: ten looks at a growing paired series, the batch length that of the shortest prefix that can. Declared: five looks at independent units,
 * t in place of z, few units.
 */
import { batchLooks } from '../../src/stats/batch-looks.ts';
import { batchLengthOfPrefix } from '../../src/stats/batch-prefix.ts';
import { criticalT, groupSequential } from '../../src/stats/group-sequential.ts';
import { batchMeans } from '../../src/stats/mixture-sequence.ts';
import type { Cell } from './cell.ts';
import { Tally } from './tally.ts';
import { firstOrder, slowDriftAndNoise, type World } from './worlds.ts';

const ten = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Ten looks at equal steps; before the batch length is known a look has no answer. */
export function undeclaredLooks(world: World, count: number): Cell {
  return {
    id: `undeclared looks / ${world.name} / T = ${count}`,
    row:
      world === slowDriftAndNoise
        ? 'ten undeclared looks, slow drift + noise'
        : 'ten undeclared looks, AR(1) ρ ≤ 0.9, T = 240 to 1000',
    owed: {
      'false claims of ten looks': world === slowDriftAndNoise ? 'shown' : { low: 0, high: 0.055 },
      'looks that answer': 'shown',
      'plain t at each look': 'shown',
    },
    simulate(replicates, random) {
      const tally = new Tally();
      for (let i = 0; i < replicates; i++) {
        const baseline = world.draw(count, random);
        const treatment = world.draw(count, random);
        let length: number | null = null;
        let claimed = false;
        let answered = 0;
        let naive = false;
        for (const share of ten) {
          const seen = Math.floor(count * share);
          naive ||= plainPairsReject(treatment.subarray(0, seen), baseline.subarray(0, seen));
          if (length === null) {
            const start = batchLengthOfPrefix(treatment.subarray(0, seen), baseline.subarray(0, seen));
            if (typeof start !== 'number') continue;
            length = start;
          }
          const answer = batchLooks(
            batchMeans(treatment.subarray(0, seen), length),
            batchMeans(baseline.subarray(0, seen), length),
          );
          if ('code' in answer) continue;
          answered += 1;
          const { above, below } = answer.difference.test(0);
          claimed ||= Math.min(above, below) <= 0.025;
        }
        tally.share('false claims of ten looks', claimed);
        tally.share('plain t at each look', naive);
        tally.mean('looks that answer', answered / ten.length);
      }
      return tally.outcomes();
    },
  };
}

function plainPairsReject(treatment: Float64Array, baseline: Float64Array): boolean {
  const n = treatment.length;
  let [sum, square] = [0, 0];
  for (let t = 0; t < n; t++) {
    const difference = treatment[t] - baseline[t];
    sum += difference;
    square += difference * difference;
  }
  const variance = (square - (sum * sum) / n) / (n - 1) / n;
  return Math.abs(sum / n) > criticalT(1.959963984540054, n - 1) * Math.sqrt(variance);
}

/** Five looks at n, 2n … 5n independent pairs, one-sided .025; what plain t at each look would claim beside it. */
export function declaredLooks(perLook: number): Cell {
  return {
    id: `declared looks / five looks of ${perLook} pairs`,
    row: 'five declared looks of 5 to 20 pairs, one side',
    owed: { 'false claims of five looks': { low: 0, high: 0.0275 }, 'plain t at each look': 'shown' },
    simulate(replicates, random) {
      const tally = new Tally();
      const looks = groupSequential(0.025, [0.2, 0.4, 0.6, 0.8, 1], true);
      const needed = looks.map(({ critical }, k) => criticalT(critical, perLook * (k + 1) - 1));
      const plain = looks.map((_, k) => criticalT(1.959963984540054, perLook * (k + 1) - 1));
      for (let i = 0; i < replicates; i++) {
        let [sum, square, n] = [0, 0, 0];
        let [claimed, naive] = [false, false];
        looks.forEach((_, k) => {
          for (let u = 0; u < perLook; u++) {
            const value = random.normal();
            sum += value;
            square += value * value;
            n += 1;
          }
          const t = sum / n / Math.sqrt((square - (sum * sum) / n) / (n - 1) / n);
          claimed ||= t >= needed[k];
          naive ||= t >= plain[k];
        });
        tally.share('false claims of five looks', claimed);
        tally.share('plain t at each look', naive);
      }
      return tally.outcomes();
    },
  };
}

export const looksCells: readonly Cell[] = [
  ...[0, 0.5, 0.7, 0.9].flatMap((rho) =>
    [240, 500, 1000].map((count) => undeclaredLooks(firstOrder(rho), count)),
  ),
  ...[240, 1000].map((count) => undeclaredLooks(slowDriftAndNoise, count)),
  ...[5, 8, 20].map(declaredLooks),
];
