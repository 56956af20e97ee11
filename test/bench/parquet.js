/**
 * node test/bench/parquet.js [rows] [dist folder] — rows of Parquet through the source `file` to a finished report, with
 * peak memory, beside DuckDB + SciPy (python3 -m pip install duckdb scipy) which only answer: they keep no evidence, and
 * take neighbouring buckets for independent. Two weeks of both stacks at once, compared in buckets of five minutes.
 */
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';

const here = fileURLToPath(new URL('.', import.meta.url));
const rows = Number(process.argv[2] ?? 10_000_000);
const dist = resolve(process.argv[3] ?? join(here, '../../dist'));

const EXPERIMENT = `experiment: parquet
question: Is the new stack faster?
arms: { old: { match: { stack: old } }, new: { match: { stack: new } } }
baseline: old
design: { kind: mirrored }
window: { from: 2026-11-01T00:00Z, to: 2026-11-15T00:00Z }
sources: { results: { type: file } }
metrics:
  seconds: { from: results, query: { file: rows.parquet, value: seconds, arm: stack, time: started }, by: 5m, fold: mean, in: s, better: lower, words: [faster, slower], margin: 3% }
hypotheses: [ new is faster than old ]
`;

/** Wall time and the peak of resident memory, as Linux counts it. */
const measured = (program, args, cwd) =>
  new Promise((done, fail) => {
    const began = performance.now();
    const child = spawn(program, args, { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
    let stdout = '';
    let peakMb = 0;
    const look = setInterval(() => {
      try {
        const found = /VmHWM:\s+(\d+) kB/u.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'));
        if (found !== null) peakMb = Number(found[1]) / 1024;
      } catch {
        // It has just ended.
      }
    }, 20);
    child.stdout.on('data', (chunk) => (stdout += chunk));
    child.on('error', fail);
    child.on('close', (code) => {
      clearInterval(look);
      done({ code, stdout, peakMb: Math.round(peakMb), seconds: Number(((performance.now() - began) / 1000).toFixed(2)) });
    });
  });

const folder = mkdtempSync(join(tmpdir(), 'stacktrial-parquet-'));
try {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  await connection.run(`SELECT setseed(0.5)`);
  await connection.run(`COPY (
    SELECT CASE WHEN i % 2 = 0 THEN 'old' ELSE 'new' END AS stack,
           TIMESTAMP '2026-11-01' + to_milliseconds(CAST(i * (1209600000 / ${rows}) AS BIGINT)) AS started,
           (CASE WHEN i % 2 = 0 THEN 1 ELSE 0.95 END) * (0.5 + random()) * (1.2 + sin(i * 14 * 6.283185307 / ${rows})) AS seconds
    FROM range(${rows}) t(i)) TO '${join(folder, 'rows.parquet')}' (FORMAT parquet)`);
  connection.closeSync();
  writeFileSync(join(folder, 'experiment.yaml'), EXPERIMENT);
  console.log(`${rows} rows, ${(statSync(join(folder, 'rows.parquet')).size / 2 ** 20).toFixed(0)} MB of Parquet`);

  const own = await measured(process.execPath, [join(dist, 'cli.js'), 'run', 'experiment.yaml', '--quiet'], folder);
  const run = join(folder, 'reports/parquet');
  const report = own.code === 70 ? null : JSON.parse(readFileSync(join(run, readdirSync(run)[0], 'report.json'), 'utf8'));
  const effect = report?.comparisons[0].effect ?? null;
  const ratio = effect?.ratio.estimate ?? null;
  console.log(JSON.stringify({ stacktrial: { seconds: own.seconds, peakMb: own.peakMb, exit: own.code, ratio } }));

  const python = await measured('python3', [join(here, 'parquet.py'), join(folder, 'rows.parquet')], folder);
  console.log(JSON.stringify({ python: { seconds: python.seconds, peakMb: python.peakMb, ...JSON.parse(python.stdout) } }));
  console.log(`${(own.seconds / python.seconds).toFixed(1)} times the time, ${(own.peakMb / python.peakMb).toFixed(1)} times the memory`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}
