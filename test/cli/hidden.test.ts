/** What a stack or a command says may reach a log, an error, a journal, a notice, a terminal: never with a secret, never obeyed. */
// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what a user writes
import { execFile } from 'node:child_process';
import { appendFile, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { BEFORE, liveExperiment, stateOf } from '../split/tap-support.js';
import { CLI, emptyFolder, smallExperiment, stacktrial } from './program.js';

const SECRET = 'hunter2-of-the-proxy';

const withSecret = (folder: string, ...args: string[]): Promise<{ code: number; said: string }> =>
  promisify(execFile)(process.execPath, [CLI, ...args], {
    cwd: folder,
    env: { ...process.env, NO_COLOR: '1', STACKTRIAL_LEASES: join(folder, 'leases'), PROXY_TOKEN: SECRET },
  }).then(
    ({ stdout, stderr }) => ({ code: 0, said: stdout + stderr }),
    ({ code, stdout, stderr }) => ({ code, said: stdout + stderr }),
  );

const filesUnder = async (folder: string): Promise<readonly string[]> =>
  (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

test('a secret that the commands of a tap print is hidden in the log, the error, the journal, the notice and the revert', async () => {
  const folder = await emptyFolder();
  await liveExperiment(folder, {});
  // Once turned, it says the secret whatever is asked of it, and can no longer be turned back.
  await writeFile(
    join(folder, 'apply.mjs'),
    'import { writeFileSync } from "node:fs"; writeFileSync("state.json", "no longer readable"); console.error(`token=${process.env.PROXY_TOKEN}`); process.exit(1);',
  );
  await writeFile(
    join(folder, 'tell.mjs'),
    'import { appendFileSync, readFileSync } from "node:fs"; appendFileSync("told.json", readFileSync(0)); console.error(`no answer for ${process.env.PROXY_TOKEN}`); process.exit(1);',
  );
  await appendFile(
    join(folder, 'live.yaml'),
    `\nnotify:\n  - { command: [${process.execPath}, tell.mjs] }\n  - { grafana: "http://127.0.0.1:9", token: "\${PROXY_TOKEN}" }\n`,
  );
  const run = await withSecret(folder, 'run', 'live.yaml');
  expect([run.code, run.said]).toEqual([69, expect.stringContaining('THE TAP COULD NOT BE GIVEN BACK')]);
  expect(run.said).toContain('token=${PROXY_TOKEN}');
  expect(run.said).toContain('no answer for ${PROXY_TOKEN}');
  expect(await readFile(join(folder, 'told.json'), 'utf8')).toContain('token=${PROXY_TOKEN}');
  const revert = await withSecret(folder, 'revert');
  expect([revert.code, revert.said]).toEqual([69, expect.stringContaining('token=${PROXY_TOKEN}')]);
  const status = await withSecret(folder, 'status');
  expect(status.said).toContain('OPEN');
  expect(run.said + revert.said + status.said).not.toContain(SECRET);
  for (const file of await filesUnder(folder))
    expect(await readFile(file, 'utf8'), file).not.toContain(SECRET);
}, 60_000);

test('a secret in how a tap stood before is put back exactly', async () => {
  const folder = await emptyFolder();
  await liveExperiment(folder, {
    design: '{ kind: by-key, unit: unit, shares: { old: 50%, new: 50% }, for: 1s, seed: 1 }',
  });
  const before = BEFORE.replace('as it was', SECRET);
  await writeFile(join(folder, 'state.json'), before);
  await appendFile(
    join(folder, 'live.yaml'),
    '\nnotify: [{ grafana: "http://127.0.0.1:9", token: "${PROXY_TOKEN}" }]\n',
  );
  await withSecret(folder, 'run', 'live.yaml');
  expect(await stateOf(folder)).toBe(before);
}, 60_000);

test('what a stack prints is no command for the terminal on which its error is told', async () => {
  const folder = await emptyFolder();
  const file = await smallExperiment(folder);
  const text = await readFile(join(folder, file), 'utf8');
  await writeFile(
    join(folder, 'setup.mjs'),
    'console.error("\\u001b]0;owned\\u0007\\u001b[2Jall is well"); process.exit(4);',
  );
  await writeFile(join(folder, file), text.replace('cleanup: [', 'setup: [node, setup.mjs], cleanup: ['));
  const { code, stderr } = await stacktrial(folder, 'run', file);
  expect([code, stderr]).toEqual([expect.any(Number), expect.stringContaining('all is well')]);
  expect(code).not.toBe(0);
  expect(stderr.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
}, 60_000);
