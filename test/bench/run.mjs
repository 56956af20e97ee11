/**
 * npm run bench [-- --write]
 *
 * Everything whose speed is promised or compared, in one run: a table of ratios. Exits 1 where a promise is missed. Without
 * python3 and SciPy the lines beside them are left out, aloud. --write puts the table into README.md.
 */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { between } from '../between.mjs';
import { told } from '../told.mjs';
import { root, transpile } from '../transpile.mjs';

const given = told(import.meta.url, { write: { type: 'boolean', default: false } });
process.chdir(root);

/** The version of SciPy, or null. */
function scipy() {
  try {
    return execFileSync('python3', ['-c', 'import scipy; print(scipy.__version__)'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null;
  }
}

/** `--help` beside a process that only loads what reads the arguments: medians, taken in turn. */
function startUp() {
  const times = { help: [], bare: [] };
  const timed = (into, args) => {
    const began = performance.now();
    execFileSync(process.execPath, args, { stdio: 'ignore' });
    into.push(performance.now() - began);
  };
  for (let round = 0; round < 21; round++) {
    timed(times.help, ['dist/cli.js', '--help']);
    timed(times.bare, ['-e', 'import("commander")']);
  }
  const median = (values) => values.sort((a, b) => a - b)[values.length >> 1];
  return [
    {
      what: '`stacktrial --help`, from start to end',
      ms: median(times.help),
      beside: { what: 'node that imports commander', ms: median(times.bare) },
      owed: { moreMs: 15 },
    },
  ];
}

const say = (text) => process.stderr.write(`${text}\n`);
const version = scipy();
if (version === null) say('python3 with SciPy is not there: the lines beside it are left out');
const out = transpile('test/bench/benches.ts');
process.once('exit', out.remove);
const { points, stages, mathematics, table, kept } = await import(pathToFileURL(out.file).href);

const parts = {
  'start-up': startUp,
  // First, so that the peak of memory is its own.
  'points of InfluxDB': points,
  'declare, analyse, render, long series': () => stages(root),
  'mathematics beside SciPy': () => mathematics(version !== null),
};
const lines = [];
for (const [name, bench] of Object.entries(parts)) {
  say(`${name} …`);
  lines.push(...(await bench()));
}
const processor = `${cpus().length} × ${cpus()[0].model.trim()}`;
const beside = version === null ? 'without SciPy: its lines are left out' : `SciPy ${version}`;
const text = `One run on ${processor}, Node ${process.versions.node}, ${beside}.\n\n${table(lines)}`;
console.log(text);
if (given.write) {
  const readme = join(root, 'README.md');
  writeFileSync(readme, between(readFileSync(readme, 'utf8'), 'bench', text));
}
const missed = lines.filter((line) => !kept(line));
for (const { what } of missed) say(`missed: ${what}`);
process.exit(missed.length === 0 ? 0 : 1);
