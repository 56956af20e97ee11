/**
 * The mathematics beside SciPy, in one run on one machine: ratios, not milliseconds, are what the README shows.
 *
 * Memory is linear: the screen keeps one p per pair and copies nothing but its input (336 MB for 350,000 × 120 doubles,
 * shared by both threads); BCa of means keeps B + n numbers. Needs `npm run build` and python3 with SciPy.
 */
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { bcaTwoSample } from '../../src/stats/bca-bootstrap.js';
import { bcaOfMeans } from '../../src/stats/bca-means.js';
import { hodgesLehmann } from '../../src/stats/hodges-lehmann.js';
import { linearInference } from '../../src/stats/linear-inference.js';
import { createRandom } from '../../src/stats/random.js';
import { baselineComponent, treatmentComponent } from '../../src/stats/variance-component.js';

export interface Beside {
  readonly name: string;
  readonly ms: number;
  /** What SciPy took; null where it has no such method. */
  readonly scipyMs: number | null;
  /** Times as fast as SciPy. */
  readonly ratio: number | null;
  /** Below this it is a defect: a ratio, or where there is none, milliseconds not to exceed. */
  readonly owed: { readonly ratio: number } | { readonly ms: number };
}

const PAIRS = 350_000;
const LENGTH = 60;

const best = (repeats: number, work: () => unknown): number => {
  let least = Number.POSITIVE_INFINITY;
  for (let k = 0; k < repeats; k++) {
    const started = performance.now();
    work();
    least = Math.min(least, performance.now() - started);
  }
  return least;
};

/** Runs in a thread: a half of the pairs, in memory that both threads see. */
const threadCode = (screen: string): string => `
  import { parentPort, workerData } from 'node:worker_threads';
  import { mannWhitneyScreen } from '${screen}';
  const { x, y, n } = workerData;
  mannWhitneyScreen(x.slice(0, n * 2000), y.slice(0, n * 2000), n, n);
  parentPort.on('message', () => {
    const p = mannWhitneyScreen(x, y, n, n);
    parentPort.postMessage(p.reduce((sum, value) => sum + value, 0) / p.length);
  });
  parentPort.postMessage('ready');
`;

/** 350,000 tests of 60 + 60 normal values on two worker threads; the threads are started and warm. */
async function screenOnTwoThreads(): Promise<number> {
  const random = createRandom('screen');
  const shared = () => {
    const values = new Float64Array(new SharedArrayBuffer(8 * PAIRS * LENGTH));
    for (let i = 0; i < values.length; i++) values[i] = random.normal();
    return values;
  };
  const [x, y] = [shared(), shared()];
  const screen = new URL('dist/stats/rank-screen.js', pathToFileURL(`${process.cwd()}/`)).href;
  const source = new URL(`data:text/javascript,${encodeURIComponent(threadCode(screen))}`);
  const half = (PAIRS * LENGTH) / 2;
  const threads = [0, 1].map((k) => {
    const part = (values: Float64Array) => values.subarray(k * half, (k + 1) * half);
    return new Worker(source, { workerData: { x: part(x), y: part(y), n: LENGTH } });
  });
  await Promise.all(threads.map((thread) => once(thread, 'message')));
  let least = Number.POSITIVE_INFINITY;
  for (let round = 0; round < 3; round++) {
    const started = performance.now();
    const answers = threads.map((thread) => once(thread, 'message'));
    for (const thread of threads) thread.postMessage('go');
    const means = (await Promise.all(answers)).map(([mean]) => mean as number);
    least = Math.min(least, performance.now() - started);
    // Under no difference p is uniform: a screen that computed nothing would show here.
    if (means.some((mean) => Math.abs(mean - 0.5) > 0.01)) throw new Error(`p is not uniform: ${means}`);
  }
  await Promise.all(threads.map((thread) => thread.terminate()));
  return least;
}

function bootstraps(): { general: number; means: number } {
  const random = createRandom('bca');
  const sample = () => Float64Array.from({ length: 1000 }, () => random.normal());
  const [x, y] = [sample(), sample()];
  const mean = (values: Float64Array) => {
    let sum = 0;
    for (let i = 0; i < values.length; i++) sum += values[i];
    return sum / values.length;
  };
  const interval = (found: ReturnType<typeof bcaTwoSample>) => {
    if ('code' in found) throw new Error(found.code);
    return found.estimate.interval(0.95);
  };
  return {
    general: best(5, () => interval(bcaTwoSample(x, y, (u, v) => mean(u) - mean(v), random, 10_000))),
    means: best(5, () => interval(bcaOfMeans([[x], [y]], (m) => m[0] - m[1], random, 10_000))),
  };
}

/** From means, variances and sizes to p and the intervals of difference and ratio. */
function welchFromSummaries(): { tests: number; intervals: number } {
  const random = createRandom('welch');
  const rows = Array.from({ length: 1000 }, () => [10 + random.normal(), 1 + random.uniform(), 12, 1]);
  const inference = ([x, vx, y, vy]: number[]) =>
    linearInference({
      treatment: { high: x, low: 0 },
      baseline: { high: y, low: 0 },
      components: [treatmentComponent(vx / 30, 29), baselineComponent(vy / 40, 39)],
      satterthwaite: 'plain',
    });
  return {
    tests: best(5, () => rows.map((row) => inference(row)?.difference.test(0))),
    intervals: best(3, () => rows.map((row) => inference(row)?.difference.interval(0.95))),
  };
}

function largeHodgesLehmann(): number {
  const random = createRandom('hodges-lehmann');
  const sample = () => Float64Array.from({ length: 100_000 }, () => random.normal());
  const [x, y] = [sample(), sample()];
  return best(3, () => {
    const found = hodgesLehmann(x, y);
    return 'code' in found ? null : found.difference.interval(0.95);
  });
}

/** `hasScipy`: python3 with SciPy is there; without it nothing is beside. */
export async function statistics(hasScipy = true): Promise<readonly Beside[]> {
  const screen = await screenOnTwoThreads();
  const bca = bootstraps();
  const welch = welchFromSummaries();
  const hl = largeHodgesLehmann();
  const script = fileURLToPath(new URL('test/bench/beside-scipy.py', pathToFileURL(`${process.cwd()}/`)));
  const none = { mannWhitney: null, bca: null, welch: null };
  const scipy: Record<keyof typeof none, number | null> = hasScipy
    ? JSON.parse(execFileSync('python3', [script], { encoding: 'utf8' }))
    : none;
  const beside = (name: string, ms: number, scipyMs: number | null, owed: Beside['owed']): Beside => ({
    name,
    ms,
    scipyMs,
    ratio: scipyMs === null ? null : scipyMs / ms,
    owed,
  });
  return [
    beside('350,000 Mann–Whitney tests of 60 + 60, two threads', screen, scipy.mannWhitney, { ratio: 10 }),
    beside('BCa of a difference of means, 10,000 × (1,000 + 1,000)', bca.means, scipy.bca, { ratio: 3 }),
    beside('BCa of any statistic, 10,000 × (1,000 + 1,000)', bca.general, scipy.bca, { ratio: 1 }),
    beside('1,000 Welch tests from summaries', welch.tests, scipy.welch, { ms: 20 }),
    beside('1,000 Welch tests with intervals', welch.intervals, null, { ms: 1000 }),
    beside('Hodges–Lehmann with interval, 100,000 + 100,000', hl, null, { ms: 5000 }),
  ];
}
