/** `validate --online`: what is there, what would be missing and what exists instead; and one metric from two sources. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { Report } from '../../src/model/report.js';
import { emptyFolder, onlyRun, smallExperiment, stacktrial, start } from './program.js';

const DAY = 86_400_000;
const FROM = Date.UTC(2026, 0, 5);
const DAYS = 60;
const noise = (i: number): number => ((i * 7919) % 101) / 101 - 0.5;
const iso = (day: number): string => new Date(FROM + day * DAY).toISOString();

/** Spark wrote CSV by day, Lambda wrote NDJSON by batch and under other names: two systems, one metric. */
async function twoSystems(
  folder: string,
  change: (yaml: string) => string = (yaml) => yaml,
): Promise<string> {
  await mkdir(join(folder, 'data'), { recursive: true });
  const days = Array.from({ length: DAYS }, (_, day) => day);
  const spark = days.map((day) => `${iso(day)},emr-3,${(70 + 4 * noise(day)).toFixed(6)}`);
  await writeFile(join(folder, 'data', 'spark.csv'), ['started,cluster,seconds', ...spark, ''].join('\n'));
  const lambda = days.flatMap((day) =>
    [0, 1].map((half) =>
      JSON.stringify({
        at: FROM + day * DAY + half * 3_600_000,
        fn: 'orders',
        ms: 50 + 3 * noise(day + 17 * half),
      }),
    ),
  );
  await writeFile(join(folder, 'data', 'lambda.ndjson'), `${lambda.join('\n')}\n`);
  const yaml = `experiment: two-systems
question: Is Spark faster?
arms:
  spark:  { title: Spark, match: { cluster: emr-3 } }
  lambda: { title: Lambda, match: { fn: orders } }
baseline: lambda
design: { kind: observed, concurrent: true }
window: { from: 2026-01-05T00:00Z, to: ${iso(DAYS).slice(0, 16)}Z }
sources:
  warehouse: { type: file, folder: data }
  logs:      { type: file, folder: ./data }
metrics:
  seconds:
    arms:
      spark:  { from: warehouse, query: { file: spark.csv, arm: cluster, time: started, value: seconds } }
      lambda: { from: logs, query: { file: lambda.ndjson, arm: fn, time: at, value: ms } }
    by: 1d
    fold: sum
    in: s
    better: lower
    role: time
    words: [faster, slower, fast]
hypotheses: [ spark is at least 10% faster than lambda ]
`;
  await writeFile(join(folder, 'two.yaml'), change(yaml));
  return 'two.yaml';
}

describe('one metric whose arms come from two systems', () => {
  test('is collected from both, folded to the same days, compared and decided', async () => {
    const folder = await emptyFolder();
    const { code, stderr } = await stacktrial(folder, 'run', await twoSystems(folder));
    expect(stderr).not.toContain('bug');
    expect(code).toBe(0);
    const run = await onlyRun(folder, 'two-systems');
    const report = JSON.parse(await readFile(join(run, 'report.json'), 'utf8')) as Report;
    const sources = report.sources.map(({ arm, source, observations }) => [arm, source, observations]);
    expect(sources).toHaveLength(2);
    expect(sources).toContainEqual(['spark', 'warehouse', DAYS]);
    expect(sources).toContainEqual(['lambda', 'logs', 2 * DAYS]);
    const [seconds] = report.metrics;
    expect(seconds?.unmeasured).toBeNull();
    const byArm = Object.fromEntries(
      seconds?.arms.map(({ arm, n, mean }) => [arm, [n, Math.round(mean ?? 0)]]) ?? [],
    );
    expect(byArm).toEqual({ spark: [DAYS, 70], lambda: [DAYS, 100] });
    expect(report.claims.map(({ verdict }) => verdict)).toEqual(['supported']);
  });
});

describe('validate --online', () => {
  test('says per arm and metric how many points there are, from when to when', async () => {
    const folder = await emptyFolder();
    const { code, stdout } = await stacktrial(folder, 'validate', '--online', await twoSystems(folder));
    expect(stdout).toContain(
      'seconds (spark) from warehouse: 60 points, 2026-01-05T00:00Z to 2026-03-05T00:00Z',
    );
    expect(stdout).toContain(
      'seconds (lambda) from logs: 120 points, 2026-01-05T00:00Z to 2026-03-05T01:00Z',
    );
    expect(stdout).toContain('Nothing would be missing.');
    expect(code).toBe(0);
  });

  test('says what is missing and what there is instead, and ends with 69', async () => {
    const folder = await emptyFolder();
    const file = await twoSystems(folder, (yaml) => yaml.replace('cluster: emr-3', 'cluster: emr-2'));
    const { code, stdout } = await stacktrial(folder, 'validate', '--online', file);
    expect(stdout).toContain('seconds (spark) from warehouse: missing');
    expect(stdout).toMatch(/“emr-2”.*There is emr-3/);
    expect(stdout).toContain('1 of 2 would be missing');
    expect(code).toBe(69);
  });

  test('as JSON: the reason as code, values and sentence, nothing else on standard output', async () => {
    const folder = await emptyFolder();
    const file = await twoSystems(folder, (yaml) => yaml.replace('value: ms', 'value: millis'));
    const { code, stdout } = await stacktrial(folder, 'validate', '--online', '--json', file);
    const [{ found }] = JSON.parse(stdout) as [
      { found: { arm: string; problem: { code: string; sentence: string } | null }[] },
    ];
    expect(found.map(({ arm, problem }) => [arm, problem?.code ?? null])).toEqual([
      ['spark', null],
      ['lambda', 'file-no-column'],
    ]);
    expect(found[1]?.problem?.sentence).toContain('There is ms');
    expect(code).toBe(69);
  });

  test('trials are measured by the run: nothing is missing before it', async () => {
    const folder = await emptyFolder();
    const { code, stdout } = await stacktrial(folder, 'validate', '--online', await smallExperiment(folder));
    expect(stdout).toContain('seconds (old) from trials: measured when the experiment runs');
    expect(code).toBe(0);
  });

  test('without --online no source is asked', async () => {
    const folder = await emptyFolder();
    const file = await twoSystems(folder, (yaml) => yaml.replaceAll('folder: data', 'folder: nowhere'));
    const { code, stdout } = await stacktrial(folder, 'validate', file);
    expect(stdout).not.toContain('Found:');
    expect(code).toBe(0);
  });

  test('a server that refuses is a reason, and the token is nowhere', async () => {
    const token = 'canary-5f2c-token';
    const server = createServer((request, response) => {
      response.statusCode = 401;
      response.end(`no entry for ${request.headers.authorization}`);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as AddressInfo;
    const folder = await emptyFolder();
    const file = await twoSystems(folder, (yaml) =>
      yaml
        .replace(
          '{ type: file, folder: data }',
          `{ type: prometheus, url: "http://127.0.0.1:${port}", auth: { bearer: "\${TOKEN}" } }`,
        )
        .replace(
          '{ file: spark.csv, arm: cluster, time: started, value: seconds }',
          '{ metric: work_seconds_total, counter: true }',
        ),
    );
    const { code, stdout, stderr } = await start(folder, ['--verbose', 'validate', '--online', file], {
      env: { TOKEN: token },
    }).ended;
    expect(stdout + stderr).not.toContain(token);
    expect(stdout).toContain('seconds (spark) from warehouse: missing');
    expect(stdout).toContain('401');
    expect(code).toBe(69);
  });
});
