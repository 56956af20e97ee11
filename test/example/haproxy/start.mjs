/**
 * npm run example:haproxy [-- slower|equal|failing] — experiments/haproxy-backends.yaml, in real time, over Debian's real
 * HAProxy and two real backends: one 20 % slower, both equal, one failing 2 %. About a minute for all three.
 */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const here = fileURLToPath(new URL('.', import.meta.url));
const project = resolve(here, '../../..');
const WORLDS = {
  slower: ['--slower', '20'],
  equal: [],
  failing: ['--failing', '2', '--rate', '400'],
};

const asked = process.argv.slice(2);
const unknown = asked.find((name) => !Object.hasOwn(WORLDS, name));
if (unknown !== undefined) {
  process.stderr.write(`there is no ${unknown}; there are ${Object.keys(WORLDS).join(', ')}\n`);
  process.exit(64);
}
if (spawnSync('haproxy', ['-v']).status !== 0) {
  process.stderr.write('there is no haproxy on the PATH (Debian: apt-get install haproxy)\n');
  process.exit(69);
}
const folder = mkdtempSync(join(tmpdir(), 'stacktrial-haproxy-'));
try {
  for (const name of asked.length > 0 ? asked : Object.keys(WORLDS)) await show(name);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function show(name) {
  const world = spawn(process.execPath, [join(here, 'world.mjs'), ...WORLDS[name]], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [line] = await once(createInterface({ input: world.stdout }), 'line');
  const { socket, map, log } = JSON.parse(line);
  const file = join(folder, `haproxy-${name}.yaml`);
  const text = readFileSync(join(project, 'experiments/haproxy-backends.yaml'), 'utf8')
    .replace('run/admin.sock', socket)
    .replace('run/arms.map', map)
    .replace('127.0.0.1:15140', log)
    .replace('experiment: haproxy-backends', `experiment: haproxy-${name}`)
    .replace('every: 2s', 'every: 5s');
  writeFileSync(file, text);
  process.stdout.write(`\n── ${name}: the new backend is ${{ slower: '20 % slower', equal: 'the same', failing: 'failing 2 % of its requests' }[name]}\n\n`);
  const run = spawn(process.execPath, [join(project, 'dist/cli.js'), 'run', file], { stdio: 'inherit' });
  const [code] = await once(run, 'exit');
  process.stdout.write(`exit code ${code}\n`);
  const ended = once(world, 'exit');
  world.stdin.end();
  await ended;
}
