/**
 * `stacktrial run` of the compiled program, which kills itself with -9 before or after the n-th row of a step in its journal.
 *   node killed-tap-harness.mjs FOLDER before|after STEP N
 * With `never` it runs to its end and prints the steps. How many polls there are depends on the machine, so rows are
 * counted step by step.
 */
import { writeSync } from 'node:fs';
import { open } from 'node:fs/promises';

const [folder, when, wanted, nth] = process.argv.slice(2);
process.chdir(folder);
const steps = [];
const probe = await open(process.execPath, 'r');
const handle = Object.getPrototypeOf(probe);
await probe.close();
const { appendFile, datasync } = handle;
let pending = 0;
const killIf = (moment) => {
  const reached = steps.filter((step) => step === wanted).length >= Number(nth);
  if (when === moment && reached) process.kill(process.pid, 'SIGKILL');
};
handle.appendFile = function append(text, ...rest) {
  for (const line of String(text).trimEnd().split('\n')) {
    const { step, role, outcome } = JSON.parse(line);
    steps.push([step ?? 'slot', role ?? outcome].filter(Boolean).join(' '));
    pending += 1;
  }
  killIf('before');
  return appendFile.call(this, text, ...rest);
};
handle.datasync = async function flush() {
  await datasync.call(this);
  if (pending > 0) killIf('after');
  pending = 0;
};
process.argv = [process.argv[0], 'stacktrial', '--quiet', 'run', 'live.yaml'];
process.on('exit', () => {
  if (when === 'never') writeSync(2, `STEPS ${JSON.stringify(steps)}\n`);
});
await import(new URL('../../dist/cli.js', import.meta.url).href);
