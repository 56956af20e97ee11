/** init, validate, list, and every way of getting it wrong. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { plugins } from '../../src/plugins.js';
import { emptyFolder, onlyRun, smallExperiment, stacktrial } from './program.js';

const COMMANDS = ['init', 'validate', 'plan', 'run', 'analyze', 'report', 'list'];

describe('help', () => {
  test.each(COMMANDS)('of %s shows an example', async (command) => {
    const { code, stdout } = await stacktrial(await emptyFolder(), command, '--help');
    expect(code).toBe(0);
    expect(stdout).toContain(`Example:\n  stacktrial ${command}`);
  });
});

describe('init', () => {
  test.each(['commands', 'files'])(
    'writes an experiment for %s that validate accepts as it stands',
    async (situation) => {
      const folder = await emptyFolder();
      expect((await stacktrial(folder, 'init', 'mine.yaml', '--for', situation)).code).toBe(0);
      const { code, stdout } = await stacktrial(folder, 'validate', 'mine.yaml');
      expect(stdout).toContain('mine.yaml: valid');
      expect(code).toBe(0);
    },
  );

  test('does not overwrite a file', async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'mine.yaml'), 'precious');
    const { code, stderr } = await stacktrial(folder, 'init', 'mine.yaml');
    expect(code).toBe(64);
    expect(stderr).toContain('--force');
  });
});

describe('validate', () => {
  test('prints each sentence beside what it was understood to mean', async () => {
    const folder = await emptyFolder();
    const { stdout } = await stacktrial(folder, 'validate', await smallExperiment(folder));
    expect(stdout).toContain('“new is at least 10% faster than old”');
    expect(stdout).toContain('at most 0.9');
  });

  test('prints all problems of all files with their places, and no stack trace', async () => {
    const folder = await emptyFolder();
    await smallExperiment(folder);
    await writeFile(
      join(folder, 'bad.yaml'),
      'experiment: bad\nquestoin: why?\narms: { a: {}, b: {} }\nbaseline: c\n',
    );
    const { code, stdout, stderr } = await stacktrial(folder, 'validate', 'bad.yaml', 'small.yaml');
    expect(code).toBe(64);
    expect(stdout).toContain('bad.yaml:2:1');
    expect(stdout).toContain('question');
    expect(stdout).toContain('bad.yaml:4:11');
    expect(stdout).toContain('small.yaml: valid');
    expect(stdout + stderr).not.toMatch(/\n\s+at .*\.js/);
  });

  test('refuses a question that its source could never be asked, at the query that asks it; so does run', async () => {
    const folder = await emptyFolder();
    await writeFile(
      join(folder, 'never.yaml'),
      `experiment: never
question: Does it drain faster?
arms: { all: { match: { env: prod } }, spark: { match: { env: prod, stack: emr } } }
baseline: all
design: { kind: observed, concurrent: true }
window: { from: 2026-11-01T00:00Z, to: 2026-11-15T00:00Z }
sources: { prom: { type: prometheus, url: "http://127.0.0.1:9" }, files: { type: file } }
metrics:
  records: { from: prom, query: { metric: orders_total }, by: 1h, fold: sum, in: records, better: higher }
  seconds: { from: files, query: { file: x.csv, value: s }, by: 1h, fold: sum, in: s, better: lower }
hypotheses: [spark is better than all on records]
`,
    );
    for (const command of [['validate'], ['run', '--dry-run'], ['run']]) {
      const { code, stdout, stderr } = await stacktrial(folder, ...command, 'never.yaml');
      expect(code).toBe(64);
      expect(stdout + stderr).toMatch(/never\.yaml:9:26: whatever belongs to spark belongs to all as well/);
      expect(stdout + stderr).toMatch(/never\.yaml:10:27: whatever belongs to spark/);
    }
    const text = await readFile(join(folder, 'never.yaml'), 'utf8');
    await writeFile(join(folder, 'never.yaml'), text.replace('env: prod, stack', 'stack'));
    const { stdout } = await stacktrial(folder, 'validate', 'never.yaml');
    expect(stdout).toMatch(/never\.yaml:9:26: orders_total looks like a counter\. Say counter: true/);
    expect(stdout).toMatch(/never\.yaml:10:27: time buckets need a time column in x\.csv/);
  });

  test('says in words what each margin is, and warns of a claim that is smaller', async () => {
    const folder = await emptyFolder();
    const file = join(folder, await smallExperiment(folder));
    const fits = await stacktrial(folder, 'validate', file);
    expect(fits.stdout).toContain('seconds: a change smaller than 3% does not matter');
    expect(fits.stderr).toBe('');
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace('at least 10% faster', 'at least 2% faster'),
    );
    const { code, stderr } = await stacktrial(folder, 'validate', file);
    expect(code).toBe(0);
    expect(stderr).toContain('is about 2%, less than the margin of seconds, 3%');
  });

  test('says how many files the workload has now, and that a run without any would end at once', async () => {
    const folder = await emptyFolder();
    const file = join(folder, await smallExperiment(folder));
    const there = await stacktrial(folder, 'validate', file);
    expect(there.stdout).toContain('data/*.txt (3 files now), each 2 times per arm');
    expect(there.stderr).toBe('');
    await writeFile(file, (await readFile(file, 'utf8')).replace('data/*.txt', 'dat/*.txt'));
    const { code, stdout, stderr } = await stacktrial(folder, 'validate', file);
    expect(code).toBe(0);
    expect(stdout).toContain('dat/*.txt (no file)');
    expect(stderr).toContain(`no file matches dat/*.txt (searched in ${join(folder, 'dat')})`);
  });

  test('tells a step of all arms where it belongs', async () => {
    const folder = await emptyFolder();
    const file = join(folder, await smallExperiment(folder));
    await writeFile(
      file,
      (await readFile(file, 'utf8')).replace(
        '  type: command',
        '  type: command\n  setup: ./up\n  cleanup: ./down',
      ),
    );
    const { stdout } = await stacktrial(folder, 'validate', file);
    expect(stdout).toContain('"setup" belongs under driver.arms.<arm>: each arm has its own.');
    expect(stdout).toContain('"cleanup" belongs under driver.arms.<arm>: each arm has its own.');
  });

  test('names a missing file once', async () => {
    const { stdout } = await stacktrial(await emptyFolder(), 'validate', 'nothere.yaml');
    expect(stdout).toMatch(/^nothere\.yaml: there is no such file\n/);
  });

  test('as JSON gives problems and meanings to programs', async () => {
    const folder = await emptyFolder();
    const { stdout } = await stacktrial(folder, 'validate', '--json', await smallExperiment(folder));
    expect(JSON.parse(stdout)[0]).toMatchObject({
      file: 'small.yaml',
      problems: [],
      understood: { experiment: 'small' },
    });
  });
});

describe('list', () => {
  test('prints every registered part', async () => {
    const { stdout } = await stacktrial(await emptyFolder(), 'list');
    for (const registry of Object.values(plugins))
      for (const name of Object.keys(registry)) expect(stdout).toContain(`  ${name} `);
  });
});

describe('a mistake', () => {
  const mistakes: [string, string[], string][] = [
    ['a missing file', ['run', 'nothing.yaml'], 'there is no such file'],
    ['a folder instead of a file', ['validate', '.'], 'it is a folder'],
    ['a folder that is no run', ['analyze', '.'], 'is not the folder of a run'],
    ['a folder without a report', ['report', '.'], 'holds no report.json'],
    ['an unknown command', ['rnu'], 'unknown command'],
    ['an unknown option', ['run', '--fast', 'x.yaml'], 'unknown option'],
    ['an unknown format', ['report', '.', '--format', 'pdf'], 'there is no format'],
    ['an unknown kind of part', ['list', 'things'], 'there is no list of things'],
    ['an unknown situation', ['init', 'x.yaml', '--for', 'fun'], 'there is no situation'],
    ['a slowdown that is no percentage', ['run', 'x.yaml', '--inject', 'much'], 'is not a percentage'],
  ];
  test.each(mistakes)('such as %s ends with 64 and a sentence, not a stack trace', async (_, args, says) => {
    const { code, stdout, stderr } = await stacktrial(await emptyFolder(), ...args);
    expect(code).toBe(64);
    expect(stdout + stderr).toContain(says);
    expect(stdout + stderr).not.toMatch(/\n\s+at .*\.js/);
  });

  test('such as a file where the runs should be ends with 64 and what to do', async () => {
    const folder = await emptyFolder();
    await writeFile(join(folder, 'reports'), 'mine');
    const { code, stderr } = await stacktrial(folder, 'run', await smallExperiment(folder));
    expect(code).toBe(64);
    expect(stderr).toMatch(/is a file/);
    expect(stderr).not.toContain('this is a bug');
  });

  test('such as a workload without files says where it looked', async () => {
    const folder = await emptyFolder();
    const file = await smallExperiment(folder);
    await mkdir(join(folder, 'other'));
    const { stacktrialCode, stderr } = await stacktrial(join(folder, 'other'), 'run', `../${file}`).then(
      async (ended) => ({
        stacktrialCode: ended.code,
        stderr: ended.stderr,
      }),
    );
    // Patterns are relative to the experiment file, wherever the program is started.
    expect(stacktrialCode, stderr).not.toBe(64);
    await onlyRun(join(folder, 'other'));
  });
});
