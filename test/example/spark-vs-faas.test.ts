import { cp, readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { declare } from '../../src/declare/index.js';
import { plugins } from '../../src/plugins.js';
import { emptyFolder, FORMS, forms, onlyRun, stacktrial } from '../cli/program.js';
import { FUNCTION_GB, NODES, OURS, PAPER, PRICE, SECONDS_PER_CALL } from './published.js';
import { CANARIES, runExample } from './spark-vs-faas.js';
import { world } from './world.js';

const project = fileURLToPath(new URL('../..', import.meta.url));
const committed = join(project, 'reports/spark-vs-faas');

const inside = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .sort();

const readable = async (path: string): Promise<string> => {
  const bytes = await readFile(path);
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
};

const reportOf = async (run: string) => JSON.parse(await readFile(join(run, 'report.json'), 'utf8'));

interface Result {
  readonly check: string;
  readonly scope: string;
  readonly status: string;
}
const statusOf = (report: { checks: Result[] }, check: string, scope: string): string | undefined =>
  report.checks.find((one) => one.check === check && one.scope === scope)?.status;

describe('the figures behind the example', () => {
  test('a call costs what the paper says, and the two stacks cost the same at its break-even load', () => {
    const recordUsd = SECONDS_PER_CALL * FUNCTION_GB * PRICE.gbSecond + PRICE.request;
    expect(recordUsd / PAPER.recordUsd).toBeCloseTo(1, 2);
    const engine = PAPER.engineHourUsd / 3600;
    expect(engine / PAPER.recordUsd).toBeGreaterThan(PAPER.breakEvenPerSecond - 3);
    expect(engine / PAPER.recordUsd).toBeLessThan(PAPER.breakEvenPerSecond + 3);
    // Two nodes of EMR in us-east-1 instead of their cluster in Frankfurt: the load of the example lies above the crossing.
    const ours = (NODES * (PRICE.nodeHour + PRICE.emrHour)) / 3600 / recordUsd;
    expect(ours).toBeLessThan(OURS.load);
  });

  test('the same seed gives the same two weeks, another seed others', () => {
    expect(world()).toEqual(world());
    expect(world({ seed: 1 }).points).not.toEqual(world().points);
  });
});

describe('experiments/spark-vs-faas.yaml', () => {
  test('is valid', async () => {
    const text = await readFile(join(project, 'experiments/spark-vs-faas.yaml'));
    const read = (path: string) => readFile(join(project, 'experiments', path));
    const experiment = await declare({ text, file: 'spark-vs-faas.yaml' }, plugins, read);
    expect(experiment.design.kind).toBe('mirrored');
  });

  test('against stand-ins of InfluxDB and Cost Explorer: Spark is adopted, the bill agrees, no secret comes out', async () => {
    const reports = join(await emptyFolder(), 'reports');
    const ran = await runExample({ project, reports });
    expect(ran.code, ran.stderr).toBe(0);
    // One question for both arms of a metric, one page of the bill.
    expect(ran.queries.filter((flux) => flux.includes('"seconds"'))).toHaveLength(1);
    expect(ran.billed).toEqual(['GetCostAndUsage']);

    const run = await onlyRun(join(reports, '..'), 'spark-vs-faas');
    const report = await reportOf(run);
    expect(report.decision.outcome).toBe('adopt');
    expect(report.claims.map(({ verdict }: { verdict: string }) => verdict)).toEqual(
      Array(4).fill('supported'),
    );
    expect(statusOf(report, 'bill-agrees', 'cost_per_million')).toBe('pass');
    expect(statusOf(report, 'settled', 'billed')).toBe('pass');
    const days = report.metrics.find(({ name }: { name: string }) => name === 'billed').arms;
    // The warm-up cuts the first day of the bill, and a part of a day is no day.
    expect(days.map(({ n }: { n: number }) => n)).toEqual([13, 13]);

    const files = await inside(run);
    expect(files.length).toBeGreaterThan(20);
    const secrets = [...Object.values(CANARIES), '127.0.0.1'];
    for (const file of files) {
      const text = await readable(join(run, file));
      for (const secret of secrets) expect(text.includes(secret), `${secret} in ${file}`).toBe(false);
    }
    for (const secret of secrets) expect(ran.stdout + ran.stderr).not.toContain(secret);

    // The evidence under reports/ is this evidence: only the times of collection differ.
    const [kept] = await readdir(committed);
    const rows = files.filter((file) => file.endsWith('.ndjson.gz'));
    expect(rows.length).toBeGreaterThan(10);
    for (const file of rows)
      expect(await readable(join(run, file)), file).toBe(await readable(join(committed, kept, file)));
  }, 120_000);

  test('at less than half the load the declared utilisation is wrong, and the bill says so', async () => {
    const reports = join(await emptyFolder(), 'reports');
    const { code } = await runExample({ project, reports, load: 250 });
    expect(code).not.toBe(0);
    const report = await reportOf(await onlyRun(join(reports, '..'), 'spark-vs-faas'));
    expect(statusOf(report, 'bill-agrees', 'cost_per_million')).toBe('fail');
    const cost = report.claims.find(
      ({ claim }: { claim: { metric: string } }) => claim.metric === 'cost_per_million',
    );
    expect(cost.verdict).toBe('unmeasured');
  }, 120_000);
});

describe('the report under reports/', () => {
  test('is the one example that is kept, small, and without secrets', async () => {
    const files = await inside(committed);
    const sizes = await Promise.all(
      files.map(async (file) => (await readFile(join(committed, file))).length),
    );
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThan(3 * 2 ** 20);
    for (const file of files) {
      const text = await readable(join(committed, file));
      for (const secret of Object.values(CANARIES)) expect(text.includes(secret), file).toBe(false);
    }
  });

  test('follows from its evidence to the byte, offline', async () => {
    const [kept] = (await readdir(committed)).sort();
    const folder = await emptyFolder();
    const copy = join(folder, 'run');
    await cp(join(committed, kept), copy, { recursive: true });
    const before = await forms(copy);
    const { code, stderr } = await stacktrial(folder, 'analyze', copy);
    expect(code, stderr).toBe(0);
    const after = await forms(copy);
    for (const form of FORMS) expect(after[form], form).toBe(before[form]);
  }, 60_000);
});
