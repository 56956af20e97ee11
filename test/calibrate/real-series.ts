/**
 * False claims on series that were really measured, where nothing was changed: CloudWatch and ad-exchange series (Numenta
 * Anomaly Benchmark) and the intervals of published benchmark runs (Confluent, OpenMessaging Benchmark).
 *
 * Before/after: two windows, one after the other, called arms. Random slots: the same stretch of time, cut into pairs of
 * slots of which a coin gives one to each arm. Halves: first against second half of one run. Beside it Welch's t test on
 * the points, as tools do it. Levels of real series do move, so before/after is what it is: no test can tell such
 * a move from a change, it can only ask for more, or say that it cannot tell.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { linearInference } from '../../src/stats/linear-inference.ts';
import { pairedSeries } from '../../src/stats/paired-series.ts';
import type { Random } from '../../src/stats/random.ts';
import { meanColumn } from '../../src/stats/series-column.ts';
import { varianceOfMean } from '../../src/stats/sum-spread.ts';
import { unpairedSeries } from '../../src/stats/unpaired-series.ts';
import { baselineComponent, treatmentComponent } from '../../src/stats/variance-component.ts';

export const realData = fileURLToPath(new URL('../../../shared/data/', import.meta.url));
export const hasRealData = (): boolean =>
  existsSync(join(realData, 'nab-aws/data')) && existsSync(join(realData, 'omb-confluent/kafka'));

export interface RealRow {
  readonly what: string;
  readonly runs: number;
  /** Of all runs. */
  readonly plain: number;
  readonly claimed: number;
  readonly answered: number;
  /** Of the answered; NaN where none was. */
  readonly claimedOfAnswered: number;
}

type Arms = readonly [Float64Array, Float64Array];
interface Run {
  /** What the plain test sees. */
  readonly points: Arms;
  /** p of no difference at 5 %, or null where there is no answer. */
  readonly p: number | null;
}

/** `perSeries` random stretches of each CloudWatch series. */
export function realSeriesTable(perSeries: number, random: Random): readonly RealRow[] {
  const series = nabSeries();
  const stretches = (length: number) =>
    series.flatMap((values) =>
      Array.from({ length: perSeries }, () => {
        const from = random.integer(values.length - length);
        return values.slice(from, from + length);
      }),
    );
  return [
    row(
      'before/after, 30 + 30 points',
      stretches(60).map((values) => halves(values)),
    ),
    row(
      'before/after, 144 + 144 points',
      stretches(288).map((values) => halves(values)),
    ),
    row(
      'before/after, 500 + 500 points',
      stretches(1000).map((values) => halves(values)),
    ),
    row(
      'random slots of 3 points, 48 pairs',
      stretches(288).map((values) => slots(values, 3, random)),
    ),
    row(
      'random slots of 12 points, 41 pairs',
      stretches(984).map((values) => slots(values, 12, random)),
    ),
    row(
      'strictly alternating points, 144 pairs',
      stretches(288).map((values) => slots(values, 1, { uniform: () => 0 })),
    ),
    row(
      'first against second half of a benchmark run',
      ombSeries().map((values) => halves(values)),
    ),
  ];
}

function halves(values: Float64Array): Run {
  const middle = values.length >> 1;
  const points: Arms = [values.slice(0, middle), values.slice(middle)];
  return { points, p: pOf(unpairedSeries(meanColumn(points[0]), meanColumn(points[1]))) };
}

/** Each pair of slots gives one slot to each arm by a coin; a slot is its mean, as a bucket would be. */
function slots(values: Float64Array, width: number, random: Pick<Random, 'uniform'>): Run {
  const arms: [number[], number[]] = [[], []];
  const points: [number[], number[]] = [[], []];
  for (let at = 0; at + 2 * width <= values.length; at += 2 * width) {
    const first = random.uniform() < 0.5 ? 0 : 1;
    for (const half of [0, 1]) {
      const slot = [...values.subarray(at + half * width, at + (half + 1) * width)];
      const arm = half === 0 ? first : 1 - first;
      arms[arm].push(slot.reduce((a, b) => a + b, 0) / width);
      points[arm].push(...slot);
    }
  }
  const [x, y] = arms.map((arm) => meanColumn(Float64Array.from(arm)));
  return {
    points: [Float64Array.from(points[0]), Float64Array.from(points[1])],
    p: pOf(pairedSeries(x, y)),
  };
}

function pOf(answer: ReturnType<typeof pairedSeries>): number | null {
  if ('code' in answer) return null;
  const { above, below } = answer.ratio?.test(1) ?? answer.difference.test(0);
  return Math.min(1, 2 * Math.min(above, below));
}

function row(what: string, runs: readonly Run[]): RealRow {
  const answered = runs.filter(({ p }) => p !== null);
  const claimed = answered.filter(({ p }) => (p as number) <= 0.05).length;
  return {
    what,
    runs: runs.length,
    plain: runs.filter(({ points }) => welchRejects(points)).length / runs.length,
    claimed: claimed / runs.length,
    answered: answered.length / runs.length,
    claimedOfAnswered: claimed / answered.length,
  };
}

function welchRejects([x, y]: Arms): boolean {
  const found = linearInference({
    treatment: meanColumn(x).value,
    baseline: meanColumn(y).value,
    components: [
      treatmentComponent(varianceOfMean(x), x.length - 1),
      baselineComponent(varianceOfMean(y), y.length - 1),
    ],
    satterthwaite: 'plain',
  });
  if (found === null) return false;
  const { above, below } = found.difference.test(0);
  return 2 * Math.min(above, below) <= 0.05;
}

/** All CloudWatch and ad-exchange series, as measured. */
export function nabSeries(): readonly Float64Array[] {
  const root = join(realData, 'nab-aws/data');
  return readdirSync(root)
    .sort()
    .flatMap((folder) =>
      readdirSync(join(root, folder))
        .sort()
        .map((file) => join(root, folder, file)),
    )
    .map((path) =>
      Float64Array.from(readFileSync(path, 'utf8').trim().split('\n').slice(1), (line) =>
        Number(line.split(',')[1]),
      ),
    );
}

const measured = [
  'publishRate',
  'consumeRate',
  'publishLatencyAvg',
  'publishLatency99pct',
  'endToEndLatencyAvg',
  'endToEndLatency99pct',
] as const;

/** 60 intervals of 10 s of each run, for rates and latencies. */
export function ombSeries(): readonly Float64Array[] {
  const root = join(realData, 'omb-confluent');
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.json'))
    .sort()
    .flatMap((name) => {
      const run = JSON.parse(readFileSync(join(root, name), 'utf8')) as Record<string, number[]>;
      return measured.map((key) => Float64Array.from(run[key]));
    });
}
