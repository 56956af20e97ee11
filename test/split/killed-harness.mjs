/**
 * A small stacktrial run (split and store, compiled), that kills itself with -9 before or after its n-th row on disk.
 *   node killed-harness.mjs COMPILED FOLDER before|after N [command|inbox|move]
 * Run again with N = 0 it resumes what is there. Prints its steps as JSON.
 */
import { writeSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { pathToFileURL } from 'node:url';

const [compiled, folder, when, at, type = 'command'] = process.argv.slice(2);
const load = (path) => import(pathToFileURL(`${compiled}/${path}`).href);
const { designs, drivers, runTrials, schedule, startTimeOf } = await load('split/index.js');
const { createRun, findResumable, openRun } = await load('store/index.js');
const { createRandom } = await load('stats/random.js');

const steps = [];
const killIf = (moment) => {
  if (when === moment && steps.length === Number(at)) process.kill(process.pid, 'SIGKILL');
};
const row = async (name, write) => {
  steps.push(name);
  killIf('before');
  await write();
  killIf('after');
};

const arms = ['a', 'b'].map((name) => ({ name, title: name, match: {} }));
const driverType = type === 'move' ? 'inbox' : type;
const units =
  driverType === 'inbox'
    ? ['u0.csv', 'u1.csv'].map((id) => ({ id, path: id, covariates: {} }))
    : ['u0', 'u1', 'u2'].map((id) => ({ id, path: null, covariates: {} }));
const experiment = {
  name: 'x',
  arms,
  design: {
    kind: type === 'move' ? 'by-key' : 'interleaved',
    seed: 7,
    blocks: null,
    warmupTrials: driverType === 'inbox' ? 0 : 1,
    shares: { a: 0.5, b: 0.5 },
    coverage: 1,
  },
  workload: { repeats: 1, key: null },
};
const resident = `
  require('child_process').spawn('sleep', ['300'], { stdio: 'ignore' });
  require('readline').createInterface({ input: process.stdin }).on('line', () => console.log('{"n":1}')).on('close', () => process.exit());`;
const optionsOf = {
  inbox: {
    arms: { a: { inbox: 'in-a', outbox: 'out-a' }, b: { inbox: 'in-b', outbox: 'out-b' } },
    poll: '20ms',
    place: type === 'move' ? 'move' : 'link',
  },
  command: {
  arms: {
    a: { resident: [process.execPath, '-e', resident], setup: 'touch up-a', cleanup: 'rm up-a; echo a >> cleaned' },
    b: {
      setup: 'sleep 300 >/dev/null 2>&1 & touch up-b',
      prepare: 'touch "prepared-$STACKTRIAL_TRIAL"',
      command: 'test -e up-b && sleep 0.02 && echo "{}"',
      conclude: 'rm -f prepared-*',
      cleanup: 'rm -f up-b prepared-*; echo b >> cleaned',
    },
  },
  },
};
const options = drivers[driverType].options.parse(optionsOf[driverType]);
const log = { info() {}, warn: (text) => writeSync(2, `${text}\n`), detail() {}, progress() {}, progressEnd() {} };
const io = { now: Date.now, signal: new AbortController().signal, log, folder, env: () => undefined, write: writeFile };

const left = await findResumable(folder, 'x');
const id = `${new Date().toISOString().replace(/\W/g, '')}-${process.pid}`;
const info = { id, stacktrial: 'test', startedAt: Date.now(), finishedAt: null, mode: 'real', inject: null, environment: {}, resumed: 0 };
const run = left === null ? await createRun(folder, 'x', info, 'experiment: x\n', {}) : await openRun(left);
const release = await run.lock(startTimeOf);
const runId = (await run.loadInfo()).id;
if (left !== null) await drivers[driverType].recover(options, arms, await run.journaled(), io, runId);

const journal = { append: (step, values) => row(`${step} ${values.role ?? ''} ${values.arm ?? ''}`, () => run.journal.append(step, values)) };
let plan = await run.loadSchedule();
if (plan === null) {
  plan = schedule(experiment, units, createRandom);
  await row('schedule', () => run.saveSchedule(plan));
}
const driver = await drivers[driverType].open(options, arms, journal, io, runId);
let result;
try {
  result = await runTrials({
    schedule: plan,
    driver,
    units: plan.units,
    completed: await run.loadTrials(),
    journal,
    onTrial: (trial) => row(`trial ${trial.id}`, () => run.appendTrial(trial)),
    signal: io.signal,
    concurrent: designs[experiment.design.kind].concurrent,
    now: Date.now,
  });
} finally {
  await driver.close();
}
if (result.finished) await row('manifest', () => run.finish({ ...info, id: runId, finishedAt: Date.now() }));
await run.close();
await release();
writeSync(1, `${JSON.stringify({ runId, path: run.path, steps })}\n`);
