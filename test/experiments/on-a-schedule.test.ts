/** The files that others copy: cron, systemd, Kubernetes, GitLab, GitHub, Consul, Nagios, Prometheus. Tried where the program is here. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Cron } from 'croner';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { CLI } from '../cli/program.js';
import { findBinary, serverSuite } from '../servers/require.js';

const FOLDER = fileURLToPath(new URL('../../experiments/on-a-schedule/', import.meta.url));
const read = (name: string): Promise<string> => readFile(join(FOLDER, name), 'utf8');
const names = await readdir(FOLDER);

const help = (command: string): string =>
  execFileSync(process.execPath, [CLI, command, '--help'], { encoding: 'utf8' });

test('every stacktrial command in them exists, with every option that they give it', async () => {
  const called = new Map<string, Set<string>>();
  for (const name of names) {
    const text = (await read(name)).replace(/["',[\]]/g, ' ').replace(/\s+/g, ' ');
    for (const [, command, rest] of text.matchAll(
      /stacktrial(?: --quiet)? +(run|report|check|schedule|status)\b(.*?)(?=stacktrial|$)/g,
    )) {
      const options = called.get(command) ?? new Set();
      called.set(command, options);
      for (const [option] of rest
        .split(/[#;]|>>|uses:|interval|envFrom|EnvironmentFile|\} /)[0]
        .matchAll(/--[a-z-]+/g))
        options.add(option);
    }
  }
  expect([...called.keys()].sort()).toEqual(['check', 'report', 'run', 'schedule']);
  expect([...(called.get('schedule') ?? [])].sort()).toEqual([
    '--due',
    '--listen',
    '--reports',
    '--textfile',
  ]);
  for (const [command, options] of called) {
    const text = help(command);
    for (const option of options) expect(text, `${command} ${option}`).toContain(option);
  }
});

test('YAML and JSON are well formed, without a key twice', async () => {
  for (const name of names.filter((each) => /\.ya?ml$/.test(each)))
    expect(parseDocument(await read(name), { uniqueKeys: true }).errors, name).toEqual([]);
  expect(JSON.parse(await read('consul-check.json')).check.args).toContain('--max-age');
});

test('the crontab and the CronJob come at least as often as a firing is on time', async () => {
  const [, line] = /^(\S+ \S+ \S+ \S+ \S+) cd /m.exec(await read('crontab')) ?? [];
  const job = parse(await read('cronjob.yaml'));
  for (const expression of [line, job.spec.schedule]) {
    const [first, second] = new Cron(expression, { paused: true }).nextRuns(2);
    expect(second.getTime() - first.getTime()).toBeLessThanOrEqual(15 * 60_000);
  }
  expect(job.spec.concurrencyPolicy).toBe('Forbid');
});

test('the gate in GitLab blocks, passes 10 with a warning only, and shows junit.xml', async () => {
  const file = parse(await read('gitlab-ci.yml'));
  expect(file.experiment.allow_failure).toEqual({ exit_codes: [10] });
  expect(file.experiment.artifacts.reports.junit).toBe('reports/*/*/junit.xml');
  expect(file.approve.rules).toEqual([{ when: 'manual', allow_failure: false }]);
  expect(file.deploy.needs).toEqual(['approve']);
});

describe('systemd', () => {
  const analyze = findBinary('systemd-analyze');
  const shown = analyze === null ? ' — SKIPPED: no systemd-analyze on the PATH' : '';
  test.skipIf(analyze === null)(`accepts the units${shown}`, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'stacktrial-units-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const units = names.filter((name) => /\.(service|timer)$/.test(name));
    expect(units).toHaveLength(3);
    for (const unit of units) await cp(join(FOLDER, unit), join(folder, unit));
    const { status, stderr } = spawnSync(
      analyze as string,
      ['verify', '--man=no', ...units.map((unit) => join(folder, unit))],
      { encoding: 'utf8' },
    );
    // Where npx is not in /usr/bin that alone is said; what is wrong with a unit fails.
    expect(stderr.split('\n').filter((line) => line !== '' && !/npx is not executable/.test(line))).toEqual(
      [],
    );
    if (!stderr.includes('npx')) expect(status).toBe(0);
  });
});

serverSuite('prometheus', 'promtool', (promtool) => {
  test('promtool accepts the alert rules', () => {
    const said = execFileSync(promtool, ['check', 'rules', join(FOLDER, 'alerts.rules.yml')], {
      encoding: 'utf8',
    });
    expect(said).toContain('SUCCESS: 8 rules found');
  });
});
