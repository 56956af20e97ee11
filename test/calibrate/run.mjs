/**
 * npm run calibrate -- [--replicates N] [--only PATTERN] [--seed N] [--write] [--broken]
 *
 * Simulates every cell on two worker threads, judges it by its 99.9 % interval, prints the table, and exits 1 when a cell
 * lies outside its band. The same seed and replicates give the same table on any machine.
 *
 *   --replicates N   of closed forms, 10,000 where nothing is said (they are owed); resampling methods get a fifth
 *   --only PATTERN   cells whose name matches, as in test/calibrate/results.md
 *   --seed N         20191104 where nothing is said
 *   --broken         adds a method with a wrong standard error, which must fail
 *   --write          puts the table into README.md and every cell into test/calibrate/results.md
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { between } from '../between.mjs';
import { refuse, told } from '../told.mjs';
import { root, transpile } from '../transpile.mjs';

const THREADS = 2;
const PILOT = 12;
const allCells = async (file) => {
  const { cells, brokenCell } = await import(pathToFileURL(file).href);
  return [...cells, brokenCell];
};

/** A thread: simulates what it is told, one cell at a time. */
async function work({ file, seed }) {
  const cells = new Map((await allCells(file)).map((cell) => [cell.id, cell]));
  const { createRandom } = await import(pathToFileURL(join(file, '../../../src/stats/random.js')).href);
  parentPort.on('message', ({ id, replicates, pilot }) => {
    const began = performance.now();
    const outcomes = cells.get(id).simulate(replicates, createRandom(seed, pilot ? 'pilot' : 'calibrate', id));
    parentPort.postMessage({ id, replicates, outcomes, ms: performance.now() - began });
  });
  parentPort.postMessage('ready');
}

/** All tasks, the first ones first, on the threads; `done` hears each answer. */
function each(workers, tasks, done) {
  const waiting = [...tasks];
  const one = (worker) =>
    new Promise((finish, fail) => {
      const next = () => {
        const task = waiting.shift();
        if (task === undefined) {
          worker.off('message', answer);
          worker.off('error', fail);
          finish();
        } else worker.postMessage(task);
      };
      const answer = (message) => {
        done(message);
        next();
      };
      worker.on('message', answer);
      worker.once('error', fail);
      next();
    });
  return Promise.all(workers.map(one));
}

async function main() {
  const given = told(import.meta.url, {
    replicates: { type: 'string', default: '10000' },
    only: { type: 'string', default: '' },
    seed: { type: 'string', default: '20191104' },
    write: { type: 'boolean', default: false },
    broken: { type: 'boolean', default: false },
  });
  const [replicates, seed] = [Number(given.replicates), Number(given.seed)];
  if (!(Number.isInteger(replicates) && replicates >= 100)) refuse('--replicates needs a whole number from 100 on');
  if (!Number.isSafeInteger(seed)) refuse('--seed needs a whole number');
  if (given.write && (given.only !== '' || given.broken)) refuse('--write needs all cells, and no broken one');
  const pattern = patternOf(given.only);
  const began = performance.now();
  const out = transpile('test/calibrate/cells.ts');
  for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(signal === 'SIGINT' ? 130 : 143));
  process.once('exit', out.remove);
  try {
    const code = await import(pathToFileURL(out.file).href);
    const { cells, brokenCell, linesOf, summary, everyCell } = code;
    const chosen = [...cells, ...(given.broken ? [brokenCell] : [])].filter(({ id }) => pattern.test(id));
    if (chosen.length === 0) refuse(`no cell is called like ${given.only}: they stand in test/calibrate/results.md`);
    const workers = await Promise.all(
      Array.from({ length: THREADS }, () => startWorker({ file: out.file, seed })),
    );
    const found = await simulate(workers, chosen, replicates);
    await Promise.all(workers.map((worker) => worker.terminate()));

    const lines = chosen.flatMap((cell) => linesOf(cell, found.get(cell.id)));
    const failed = lines.filter(({ kept }) => !kept);
    const minutes = ((performance.now() - began) / 60_000).toFixed(1);
    const resampling = Math.ceil(replicates / 5);
    const about = `${chosen.length} cells, ${replicates.toLocaleString('en')} replicates of closed forms and ${resampling.toLocaleString('en')} of resampling methods, seed ${seed}; 10,000 and 2,000 are owed.`;
    const text = `${about}\n\n${summary(lines)}${given.only === '' ? realSeries(code, seed) : ''}`;
    console.log(text);
    const { user, system } = process.cpuUsage();
    console.error(`${minutes} minutes, ${((user + system) / 60e6).toFixed(1)} of processor time`);
    console.error(`the longest cells:\n${longest(found)}`);
    if (given.write) {
      const readme = join(root, 'README.md');
      writeFileSync(readme, between(readFileSync(readme, 'utf8'), 'calibration', text));
      const results = join(fileURLToPath(new URL('.', import.meta.url)), 'results.md');
      writeFileSync(results, `# Every cell of the calibration\n\nWritten by \`npm run calibrate -- --write\`. ${about}\n\n${everyCell(lines)}\n`);
    }
    for (const { cell, measure } of failed) {
      const outcome = found.get(cell.id).outcomes[measure];
      console.error(`fails: ${cell.id}: ${measure}: ${JSON.stringify(outcome)}, owed ${JSON.stringify(cell.owed[measure])}`);
    }
    return failed.length === 0 ? 0 : 1;
  } finally {
    out.remove();
  }
}

function patternOf(text) {
  try {
    return new RegExp(text, 'iu');
  } catch (error) {
    return refuse(`--only: ${error.message}`);
  }
}

/** Where the time goes, in seconds of its thread. */
function longest(found) {
  const cells = [...found.values()].sort((a, b) => b.ms - a.ms).slice(0, 10);
  return cells.map(({ id, ms }) => `${(ms / 1000).toFixed(0).padStart(5)} s  ${id}`).join('\n');
}

/** What is claimed on measured series; their data lie beside the project. */
function realSeries({ hasRealData, realSeriesTable, realTable, createRandom }, seed) {
  if (!hasRealData()) {
    console.error('left out: the measured series of ../shared/data (nab-aws, omb-confluent) are not there');
    return '';
  }
  return `\n\n${realTable(realSeriesTable(20, createRandom(seed, 'real series')))}`;
}

/** A few replicates of each cell tell how long it takes: the longest first, and the time that remains. */
async function simulate(workers, cells, replicates) {
  const wanted = (cell) => (cell.resampling ? Math.ceil(replicates / 5) : replicates);
  const costs = new Map();
  await each(
    workers,
    cells.map(({ id }) => ({ id, replicates: PILOT, pilot: true })),
    ({ id, ms }) => costs.set(id, ms / PILOT),
  );
  const tasks = cells.map((cell) => ({ id: cell.id, replicates: wanted(cell), pilot: false }));
  const guess = ({ id, replicates: n }) => costs.get(id) * n;
  tasks.sort((a, b) => guess(b) - guess(a));
  const total = tasks.reduce((sum, task) => sum + guess(task), 0);
  const found = new Map();
  const began = performance.now();
  let [done, shownAt] = [0, 0];
  await each(workers, tasks, (result) => {
    found.set(result.id, result);
    done += costs.get(result.id) * result.replicates;
    const now = performance.now();
    if (!process.stderr.isTTY && now - shownAt < 10_000 && found.size < tasks.length) return;
    shownAt = now;
    const left = ((now - began) / done) * (total - done);
    const line = `${found.size} of ${tasks.length} cells, about ${Math.ceil(left / 1000)} s remain`;
    process.stderr.write(process.stderr.isTTY ? `\r\x1b[K${line}${found.size === tasks.length ? '\n' : ''}` : `${line}\n`);
  });
  return found;
}

function startWorker(data) {
  const worker = new Worker(new URL(import.meta.url), { workerData: data });
  return new Promise((ready, fail) => {
    worker.once('message', () => ready(worker));
    worker.once('error', fail);
  });
}

if (isMainThread) process.exitCode = await main();
else await work(workerData);
