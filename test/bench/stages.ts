/** The stages of stacktrial on what ships with it: declare, analyse, render; and long series. */
import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { mean, sampleVariance } from 'simple-statistics';
import { parse } from 'yaml';
import { storedExperiment } from '../../src/commands/finish.js';
import { declare } from '../../src/declare/index.js';
import type { Report } from '../../src/model/report.js';
import { analyze, readLooks } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { longRunVariance } from '../../src/stats/long-run-variance.js';
import { createRandom } from '../../src/stats/random.js';
import { openRun } from '../../src/store/index.js';
import { worlds } from '../report/worlds/index.js';
import { type Line, least } from './line.js';

/** `root`: the project's folder. */
export async function stages(root: string): Promise<readonly Line[]> {
  return [await declaring(root), await analysing(root), ...(await rendering()), await longSeries()];
}

async function declaring(root: string): Promise<Line> {
  const folder = join(root, 'experiments');
  const text = readFileSync(join(folder, 'engine-vs-functions.yaml'), 'utf8');
  const read = (path: string) => readFile(join(folder, path));
  return {
    what: 'declare the shipped experiment: grammar, cards, every check',
    ms: await least(20, () => declare({ text, file: 'engine-vs-functions.yaml' }, plugins, read)),
    beside: { what: '`yaml` parses it', ms: await least(20, () => parse(text)) },
    owed: null,
  };
}

async function analysing(root: string): Promise<Line> {
  const runs = join(root, 'reports/spark-vs-faas');
  const folder = await openRun(join(runs, readdirSync(runs).sort().reverse()[0]));
  try {
    const stored = await folder.load();
    const looks = readLooks(await folder.loadLooks());
    const experiment = await storedExperiment(stored);
    const evidence = { ...stored, run: stored.info, looks };
    return {
      what: `analyse the shipped evidence, ${stored.collected.length} answers of sources`,
      ms: await least(5, () => analyze(experiment, evidence, { plugins, stacktrial: 'bench' })),
      beside: { what: 'reading it with its hashes', ms: await least(5, () => folder.load()) },
      owed: null,
    };
  } finally {
    await folder.close();
  }
}

/** A report of as many metrics, each with everything that a real one has. */
function ofMetrics(report: Report, count: number): Report {
  const times = Math.ceil(count / report.metrics.length);
  const copies = <T extends object>(items: readonly T[], rename: (item: T, k: number) => T) =>
    Array.from({ length: times }, (_, k) => items.map((item) => rename(item, k))).flat();
  return {
    ...report,
    metrics: copies(report.metrics, (metric, k) => ({ ...metric, name: `${metric.name}_${k}` })).slice(
      0,
      count,
    ),
    comparisons: copies(report.comparisons, (one, k) => ({
      ...one,
      id: one.id.replace(one.metric, `${one.metric}_${k}`),
      metric: `${one.metric}_${k}`,
    })).slice(0, count),
    claims: [],
  };
}

async function rendering(): Promise<readonly Line[]> {
  const { html } = plugins.renderers;
  const lines: Line[] = [];
  for (const count of [10, 1000]) {
    const report = ofMetrics(worlds['trade-off'], count);
    lines.push({
      what: `render a page of ${count.toLocaleString('en')} metrics`,
      ms: await least(count > 100 ? 2 : 10, () => html.render(report)),
      beside: { what: 'JSON.stringify', ms: await least(10, () => JSON.stringify(report)) },
      owed: null,
    });
  }
  return lines;
}

async function longSeries(): Promise<Line> {
  const random = createRandom(1);
  const values = Float64Array.from({ length: 100_000 }, () => random.normal());
  const plain = Array.from(values);
  return {
    what: 'EWC standard error of 100,000 points with memory',
    ms: await least(10, () => longRunVariance(values)),
    beside: {
      what: 'simple-statistics, mean and variance as if independent',
      ms: await least(10, () => [mean(plain), sampleVariance(plain)]),
    },
    owed: { ms: 20 },
  };
}
