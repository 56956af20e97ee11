/** The worlds of failures that last which `npm run calibrate` simulates, design by design (bursts.ts). */
import { methods } from '../../src/compare/index.ts';
import { choose } from '../../src/compare/samples.ts';
import type { Method } from '../../src/model/ports.ts';
import { type Bursts, type BurstsCell, burstsCell, byKey, inBlocks, inStages, inTime } from './bursts.ts';
import type { Cell } from './cell.ts';

const TEN = [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1];

/** Looked at ten times: supported at any of the looks. */
const atAnyTime: Method = {
  ...methods['batch-looks'],
  compare(samples, asked, random) {
    const answers = TEN.map((share) => {
      const rows = Array.from({ length: Math.floor(share * samples.treatment.n) }, (_, t) => t);
      const seen = {
        ...samples,
        treatment: choose(samples.treatment, rows),
        baseline: choose(samples.baseline, rows),
      };
      return methods['batch-looks'].compare(seen, asked, random);
    }).filter((answer) => !('code' in answer));
    const last = answers.at(-1);
    if (last === undefined) return { code: 'never-answered', values: {} };
    const lowest = (d: number) => Math.min(...answers.map(({ difference }) => difference.test(d).below));
    const test = (d: number) => ({ above: last.difference.test(d).above, below: lowest(d) });
    return { ...last, difference: { ...last.difference, test } };
  },
};

const LIMIT = 0.005;

const long = (lasting: number, bases: readonly number[]): readonly Bursts[] =>
  bases.map((base) => ({ count: 240, attempts: 1000, limit: LIMIT, lasting, severity: 0.1, base }));

const unseen = (lasting: number): Bursts => ({
  count: 1000,
  attempts: 100,
  limit: LIMIT,
  lasting,
  severity: 1,
  base: 0,
});

/** Failures in more than a quarter of the units. */
const frequent = (lasting: number): Bursts => ({
  count: 100,
  attempts: 100,
  limit: 0.05,
  lasting,
  severity: 0.2,
  base: 0.05,
});
const rowOf = (where: string) => `failures that last, ${where}: false “at most … points worse”`;
const named = (where: string, { count, lasting, severity, base, together }: Bursts) =>
  `failures that last / ${count} ${where} / ${lasting === 0 ? 'one by one' : `${lasting} units, ${100 * severity} % of each`} / ${base > 0 ? 'both arms' : 'one arm'}${together === undefined ? '' : ' / and both at once'}`;

const inBlocksOf = (world: Bursts): BurstsCell => ({
  id: named('blocks', world),
  row: rowOf('interleaved blocks'),
  world,
  draw: inBlocks(15),
  method: methods['paired-ratio'],
});
const blocksCell = (world: Bursts) => burstsCell(inBlocksOf(world));

const seriesCell = (world: Bursts) =>
  burstsCell({
    id: named('buckets', world),
    row: rowOf('units in time'),
    world,
    draw: inTime,
    method: methods['paired-series-ratio'],
  });

const rampCell = (world: Bursts) =>
  burstsCell({
    id: named('buckets of a ramp', world),
    row: rowOf('ramp in time buckets'),
    world,
    draw: inStages,
    method: methods['ramp-series'],
    plan: { bucketMs: 1000 },
  });

const looksCell = (world: Bursts) =>
  burstsCell({
    id: `${named('buckets', world)} / ten undeclared looks`,
    row: rowOf('ten undeclared looks'),
    world,
    draw: inTime,
    method: atAnyTime,
  });

const keysCell = (world: Bursts) =>
  burstsCell({
    id: named('keys in trials', world),
    row: rowOf('keys worked on one after the other'),
    world,
    draw: byKey,
    method: methods.newcombe,
  });

export const burstsCells: readonly Cell[] = [
  ...[0, 1, 5, 20].flatMap((lasting) => long(lasting, [0, LIMIT]).map(blocksCell)),
  ...[1, 5].flatMap((lasting) =>
    long(lasting, [0]).map((world) => blocksCell({ ...world, together: LIMIT })),
  ),
  // Most of these see no outage at all.
  ...[5, 20].map((lasting) => blocksCell(unseen(lasting))),
  ...[2, 5, 20].map((lasting) => blocksCell(frequent(lasting))),
  ...(['fixed', 'sample'] as const).map((workload) => {
    const world = { count: 90, attempts: 100, limit: 0.02, lasting: 5, severity: 0.2, base: 0.02 };
    return burstsCell({
      ...inBlocksOf(world),
      id: `${named('blocks', world)} / ${workload} workload`,
      method: methods[workload === 'fixed' ? 'paired-ratio-stratified' : 'paired-items'],
      plan: { workload },
    });
  }),
  ...[...long(0, [LIMIT]), ...long(5, [0]), ...long(20, [LIMIT]), unseen(20)].map(keysCell),
  ...[5, 20].map((lasting) => keysCell(frequent(lasting))),
  ...[...long(0, [LIMIT]), ...long(1, [0]), ...long(5, [0, LIMIT]), ...long(20, [0, LIMIT])].map(seriesCell),
  ...[...long(0, [LIMIT]), ...long(1, [0]), ...long(5, [0]), ...long(20, [LIMIT])].map(rampCell),
  ...[...long(0, [LIMIT]), ...long(5, [0]), ...long(20, [LIMIT])].map((world) =>
    looksCell({ ...world, count: 480 }),
  ),
];
