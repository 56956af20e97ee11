import { readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import type { PlannedTrial, Trial, Unit } from '../../src/model/evidence.js';
import { commandDriver } from '../../src/split/drivers/command.js';
import { commandOptions } from '../../src/split/drivers/command-options.js';
import { injectDelay } from '../../src/split/drivers/inject-delay.js';
import { alive, arms, newRunId, temporaryFolder, testIo, testJournal, until } from './support.js';

// Real processes on a machine that may be busy with other tests.
vi.setConfig({ testTimeout: 30_000 });

const unit: Unit = { id: 'batches/a b.csv', path: 'batches/a b.csv', covariates: { bytes: 7 } };
const planned = (arm: string, id = `b000.0.${arm}`): PlannedTrial => ({
  id,
  block: 0,
  order: 0,
  unit: unit.id,
  repeat: 2,
  arm,
});

/** A program of the tests: node, without anything to load. */
const node = (source: string, ...args: string[]) => [process.execPath, '-e', source, ...args];
const idle = ['sleep', '300'];

async function open(driver: Record<string, unknown>, ...names: string[]) {
  const folder = await temporaryFolder();
  const io = testIo(folder);
  const journal = testJournal();
  const runId = newRunId();
  const options = commandOptions.parse(driver);
  const opened = await commandDriver.open(options, arms(...names), journal, io, runId);
  onTestFinished(() => opened.close());
  const run = (arm: string, id?: string): Promise<Trial> => opened.trial(planned(arm, id), unit, 0);
  return { folder, io, journal, runId, options, driver: opened, run };
}

describe('a fresh process per trial', () => {
  test('answers with its last line, and is measured', async () => {
    const work = 'const b = Buffer.alloc(150e6, 1); while (process.cpuUsage().user < 300e3);';
    const { run } = await open(
      {
        arms: {
          a: { command: node(`console.log("log"); ${work} console.log('{"records":3,"sum":"x"}\\n')`) },
        },
        output: { count: '$.records', checksum: '$.sum' },
      },
      'a',
    );
    const trial = await run('a');
    expect(trial).toMatchObject({ id: 'b000.0.a', attempt: 0, outcome: 'ok', exit: 0, repeat: 2, block: 0 });
    expect(trial.answer).toEqual({ records: 3, sum: 'x' });
    expect(trial.output?.count).toBe(3);
    expect(trial.output?.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(trial.covariates).toEqual({ bytes: 7 });
    expect(trial.measured.timeoutSeconds).toBe(60);
    expect(trial.measured.wallSeconds).toBeGreaterThan(0.3);
    expect(trial.end - trial.start).toBeGreaterThanOrEqual(300);
    if (process.platform === 'linux') {
      expect(trial.measured.cpuSeconds).toBeGreaterThanOrEqual(0.28);
      expect(trial.measured.cpuSeconds).toBeLessThan(2);
      expect(trial.measured.peakMemoryBytes).toBeGreaterThan(150e6);
      expect(trial.measured.peakMemoryBytes).toBeLessThan(400e6);
    } else {
      expect(trial.measured.cpuSeconds).toBeNull();
      expect(trial.measured.peakMemoryBytes).toBeNull();
    }
  });

  test.runIf(process.platform === 'linux')('memory and processor time of its children count', async () => {
    const child = 'const b = Buffer.alloc(120e6, 1); while (process.cpuUsage().user < 400e3);';
    const { run } = await open({ arms: { a: { command: `${process.execPath} -e '${child}'; true` } } }, 'a');
    const { measured } = await run('a');
    expect(measured.peakMemoryBytes).toBeGreaterThan(120e6);
    expect(measured.cpuSeconds).toBeGreaterThanOrEqual(0.38);
  });

  test('gets its variables, in arguments, in values and for the shell, without a shell reading them', async () => {
    const print = 'console.log(JSON.stringify([process.argv.slice(1), process.env.WHAT, process.cwd()]))';
    const show = `const v = ${print.slice('console.log('.length, -1)}; console.log(JSON.stringify({ v: JSON.parse(v) }))`;
    const { run, folder } = await open(
      {
        arms: {
          a: {
            command: node(
              show,
              '{{unit}}',
              '{{ path }}',
              '{{block}}.{{trial}}.{{arm}}.{{repeat}}',
              '$HOME;echo',
            ),
            env: { WHAT: 'is {{unit}}' },
          },
          b: { command: `echo "{\\"unit\\": \\"$STACKTRIAL_UNIT\\", \\"arm\\": \\"$STACKTRIAL_ARM\\"}"` },
        },
      },
      'a',
      'b',
    );
    expect((await run('a')).answer).toEqual({
      v: [
        [unit.id, join(folder, unit.id), '0.b000.0.a.a.2', '$HOME;echo'],
        `is ${unit.id}`,
        expect.stringContaining('stacktrial-test-'),
      ],
    });
    expect((await run('b')).answer).toEqual({ unit: unit.id, arm: 'b' });
  });

  test('is classified by how it ends, and says why', async () => {
    const { run } = await open(
      {
        arms: {
          exit: { command: ['sh', '-c', 'echo broken pipe dream >&2; exit 3'] },
          exit124: { command: ['sh', '-c', 'exit 124'] },
          killed: { command: ['sh', '-c', 'kill -9 $$'] },
          exit137: { command: ['sh', '-c', 'exit 137'] },
          segv: { command: ['sh', '-c', 'kill -SEGV $$'] },
          missing: { command: ['/nowhere/at/all'] },
          forbidden: { command: [new URL(import.meta.url).pathname] },
          typo: { command: 'nosuchprogram' },
          disk: { command: ['sh', '-c', 'echo No space left on device >&2; exit 1'] },
          busy: { command: ['sh', '-c', 'exit 75'] },
        },
        failures: [
          { stderr: 'No space left', class: 'harness' },
          { exit: 75, class: 'environment' },
        ],
      },
      ...['exit', 'exit124', 'killed', 'exit137', 'segv', 'missing', 'forbidden', 'typo', 'disk', 'busy'],
    );
    const outcome = async (arm: string) => {
      const { outcome, exit, problem, answer, output } = await run(arm);
      expect(answer).toBeNull();
      expect(output).toBeUndefined();
      expect(problem, arm).toBeTruthy();
      return [outcome, exit];
    };
    expect(await outcome('exit')).toEqual(['sut-error', 3]);
    expect((await run('exit')).problem).toContain('broken pipe dream');
    expect(await outcome('exit124')).toEqual(['sut-timeout', 124]);
    expect(await outcome('killed')).toEqual(['sut-oom', 'SIGKILL']);
    expect(await outcome('exit137')).toEqual(['sut-oom', 137]);
    expect(await outcome('segv')).toEqual(['sut-error', 'SIGSEGV']);
    expect(await outcome('missing')).toEqual(['launch', 'ENOENT']);
    expect(await outcome('forbidden')).toEqual(['launch', 'EACCES']);
    expect(await outcome('typo')).toEqual(['launch', 127]);
    expect(await outcome('disk')).toEqual(['harness', 1]);
    expect(await outcome('busy')).toEqual(['environment', 75]);
  });

  test('that could not be started has no measurements, rather than made-up ones', async () => {
    const { run } = await open({ arms: { a: { command: ['/nowhere/at/all'] } } }, 'a');
    expect((await run('a')).measured).toEqual({
      wallSeconds: null,
      cpuSeconds: null,
      peakMemoryBytes: null,
      cpuPressure: null,
      timeoutSeconds: 60,
    });
  });

  test('is held to its answer where one is wanted', async () => {
    const output = { count: '$.n', checksum: '$.sum' };
    const { run } = await open(
      {
        output,
        arms: {
          nothing: { command: ['true'] },
          text: { command: ['echo', 'done'] },
          array: { command: ['echo', '[1]'] },
          broken: { command: ['echo', '{"n":'] },
          noCount: { command: ['echo', '{"sum":"x"}'] },
          noSum: { command: ['echo', '{"n":1}'] },
          textCount: { command: ['echo', '{"n":"1","sum":"x"}'] },
          long: { command: node("console.log(JSON.stringify({n:1,sum:'x',more:'y'.repeat(70000)}))") },
          good: { command: ['echo', '{"n":1,"sum":"x"}'] },
        },
      },
      ...['nothing', 'text', 'array', 'broken', 'noCount', 'noSum', 'textCount', 'long', 'good'],
    );
    for (const arm of ['nothing', 'text', 'array', 'broken', 'noCount', 'noSum', 'textCount', 'long']) {
      const { outcome, problem } = await run(arm);
      expect([arm, outcome]).toEqual([arm, 'sut-error']);
      expect(problem).toMatch(/answer/);
    }
    expect((await run('good')).outcome).toBe('ok');
  });

  test('may print what it likes where no answer is wanted', async () => {
    const { run } = await open(
      {
        arms: {
          a: { command: ['echo', 'done'] },
          b: { command: ['true'] },
          long: { command: node("console.log('y'.repeat(200000))") },
        },
      },
      ...['a', 'b', 'long'],
    );
    for (const arm of ['a', 'b', 'long'])
      expect(await run(arm)).toMatchObject({ outcome: 'ok', answer: null });
  });

  test('may flood its output without filling our memory', async () => {
    const flood = 'head -c 200000000 /dev/zero; head -c 3000000 /dev/zero >&2';
    const { run } = await open(
      {
        answer: 'json',
        arms: {
          lines: { command: `${flood}; echo; yes | head -c 50000000; echo; echo '{"n":1}'` },
          endless: { command: `${flood}; exit 1` },
        },
      },
      'lines',
      'endless',
    );
    const before = process.memoryUsage.rss();
    expect((await run('lines')).answer).toEqual({ n: 1 });
    const failed = await run('endless');
    expect(failed.outcome).toBe('sut-error');
    expect(failed.problem?.length).toBeLessThan(4500);
    expect(process.memoryUsage.rss() - before).toBeLessThan(150e6);
  });

  test('at its time limit is ended with all that it started, even what will not listen', async () => {
    const deaf = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)";
    const spawnDeaf = `require('child_process').spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}], {stdio:'inherit'}); setInterval(() => {}, 1000)`;
    const { run, runId } = await open({ arms: { a: { command: node(spawnDeaf), timeout: '600ms' } } }, 'a');
    const trial = await run('a');
    expect(trial.outcome).toBe('sut-timeout');
    expect(trial.measured.timeoutSeconds).toBe(0.6);
    expect(trial.problem).toContain('0.6 s');
    await until(() => alive(runId).length === 0);
  });

  test('leaves nobody behind that would disturb the next trial', async () => {
    const { run, runId } = await open(
      { arms: { a: { command: 'sleep 300 >/dev/null 2>&1 & echo "{}"' } } },
      'a',
    );
    expect((await run('a')).outcome).toBe('ok');
    await until(() => alive(runId).length === 0);
  });

  test('that has ended is not a timeout because of a process that holds its output, and says so', async () => {
    const { run, runId } = await open(
      { arms: { a: { command: `sleep 300 & echo '{"n":1}'`, timeout: '60s' } } },
      'a',
    );
    const trial = await run('a');
    expect(trial).toMatchObject({
      outcome: 'ok',
      exit: 0,
      answer: { n: 1 },
      problem: 'The program ended, a process it started still held its output and was ended.',
    });
    expect(trial.measured.wallSeconds).toBeLessThan(0.45);
    await until(() => alive(runId).length === 0);
  });

  test('is measured until the last of its output where that comes soon after its end', async () => {
    const { run } = await open(
      { arms: { a: { command: `(sleep 0.2; echo '{"n":2}') & exit 0`, timeout: '60s' } } },
      'a',
    );
    const trial = await run('a');
    expect(trial).toMatchObject({ outcome: 'ok', answer: { n: 2 } });
    expect(trial.problem).toBeUndefined();
  });

  test('is not held up for ever by something that left its group and kept its output', async () => {
    const { run, driver, runId } = await open(
      { arms: { a: { command: 'setsid sleep 300 & exit 0', timeout: '60s' } } },
      'a',
    );
    const trial = await run('a');
    expect(trial).toMatchObject({ outcome: 'ok', problem: expect.stringContaining('had left its group') });
    await driver.close();
    if (process.platform === 'linux') expect(alive(runId)).toEqual([]);
  });

  test('is journaled with group and start time', async () => {
    const { run, journal } = await open({ arms: { a: { command: ['sleep', '0.1'] } } }, 'a');
    await run('a');
    const row = journal.rows.find((each) => each.role === 'trial');
    expect(row).toMatchObject({ step: 'spawned', arm: 'a', trial: 'b000.0.a' });
    expect(row?.pid).toBe(row?.group);
    expect(typeof row?.startTime).toBe('string');
  });

  test('two at once cannot have their processor time told apart, and it is not guessed', async () => {
    const { run } = await open(
      { arms: { a: { command: ['sleep', '0.3'] }, b: { command: ['sleep', '0.2'] } } },
      'a',
      'b',
    );
    const [a] = await Promise.all([run('a'), run('b')]);
    expect(a.outcome).toBe('ok');
    expect(a.measured.cpuSeconds).toBeNull();
  });
});

describe('a resident process', () => {
  const echo = (body: string) =>
    node(
      `require('readline').createInterface({input: process.stdin}).on('line', (l) => { const q = JSON.parse(l); ${body} })`,
    );
  const answer = (expression: string) => `console.log(JSON.stringify(${expression}));`;

  test('is one process for all trials, asked with one line each', async () => {
    const { run, folder } = await open(
      { arms: { a: { resident: echo(answer('{ q, pid: process.pid }')) } } },
      'a',
    );
    const first = await run('a');
    const second = await run('a', 'b001.0.a');
    expect(first.answer?.q).toEqual({
      unit: unit.id,
      path: join(folder, unit.id),
      trial: 'b000.0.a',
      arm: 'a',
      block: 0,
      repeat: 2,
    });
    expect(second.answer?.pid).toBe(first.answer?.pid);
    expect(second.outcome).toBe('ok');
  });

  test.runIf(process.platform === 'linux')('is measured from its own process, trial by trial', async () => {
    const body = `
      if (q.trial === 'big') { const b = Buffer.alloc(200e6, 1); const t = process.cpuUsage().user; while (process.cpuUsage().user - t < 300e3); }
      global.gc(); setTimeout(() => { ${answer('{}')} }, 30);`;
    const resident = echo(body);
    const { run } = await open(
      { arms: { a: { resident: [resident[0], '--expose-gc', ...resident.slice(1)] } } },
      'a',
    );
    await run('a', 'warm-up');
    const small = await run('a', 'small');
    const big = await run('a', 'big');
    const after = await run('a', 'after');
    expect(big.measured.cpuSeconds).toBeGreaterThan(0.28);
    expect(small.measured.cpuSeconds).toBeLessThan(0.15);
    expect(small.measured.cpuSeconds).toBeGreaterThan(0);
    expect(after.measured.cpuSeconds).toBeLessThan(0.15);
    expect(big.measured.peakMemoryBytes).toBeGreaterThan(200e6);
    expect(small.measured.peakMemoryBytes).toBeLessThan(150e6);
  });

  test('that reports an error has failed that trial, and goes on', async () => {
    const body = answer("q.trial === 'bad' ? { error: 'no such batch' } : { pid: process.pid }");
    const { run } = await open({ arms: { a: { resident: echo(body) } } }, 'a');
    const before = await run('a', 'one');
    expect(await run('a', 'bad')).toMatchObject({
      outcome: 'sut-error',
      problem: 'no such batch',
      answer: null,
    });
    expect((await run('a', 'two')).answer).toEqual(before.answer);
  });

  test('that dies has failed the trial, and is started again for the next', async () => {
    const body = `if (q.trial === 'bad') { console.error('out of luck'); process.exit(4); } ${answer('{ pid: process.pid }')}`;
    const { run, journal } = await open({ arms: { a: { resident: echo(body) } } }, 'a');
    const first = await run('a', 'one');
    const bad = await run('a', 'bad');
    expect(bad).toMatchObject({ outcome: 'sut-error', exit: 4 });
    expect(bad.problem).toContain('out of luck');
    const next = await run('a', 'two');
    expect(next.outcome).toBe('ok');
    expect(next.answer?.pid).not.toBe(first.answer?.pid);
    expect(journal.rows.filter((row) => row.role === 'resident')).toHaveLength(2);
  });

  test('that leaves with exit code 0 in the middle of a trial has failed it, too', async () => {
    const { run } = await open({ arms: { a: { resident: echo('process.exit(0);') } } }, 'a');
    expect((await run('a')).outcome).toBe('sut-error');
  });

  test('killed by the system is out of memory; too slow is ended with its group', async () => {
    const body = `if (q.trial === 'oom') process.kill(process.pid, 'SIGKILL'); if (q.trial === 'slow') return; ${answer('{}')}`;
    const { run } = await open({ arms: { a: { resident: echo(body), timeout: '500ms' } } }, 'a');
    await run('a', 'warm-up');
    expect((await run('a', 'oom')).outcome).toBe('sut-oom');
    await run('a', 'warm-up');
    expect((await run('a', 'slow')).outcome).toBe('sut-timeout');
    await run('a', 'warm-up');
    expect((await run('a', 'fine')).outcome).toBe('ok');
  });

  test('that says too much, or something else, is out of step: it fails and is replaced', async () => {
    const bodies: Record<string, string> = {
      text: "console.log('hello');",
      long: `console.log(JSON.stringify({ x: 'y'.repeat(70000) }));`,
      other: answer("{ trial: 'another' }"),
    };
    for (const [name, wrong] of Object.entries(bodies)) {
      const body = `if (q.trial === 'bad') { ${wrong} } ${answer('{ n: 1 }')}`;
      const { run } = await open({ arms: { a: { resident: echo(body) } } }, 'a');
      await run('a', 'one');
      expect([name, (await run('a', 'bad')).outcome]).toEqual([name, 'sut-error']);
      expect((await run('a', 'two')).answer).toEqual({ n: 1 });
    }
  });

  test('that answers twice does not have its second answer taken for the next trial’s', async () => {
    const body = `${answer('{ t: q.trial }')} if (q.trial === 'one') ${answer('{ t: 0 }')}`;
    const { run, io } = await open({ arms: { a: { resident: echo(body) } } }, 'a');
    expect((await run('a', 'one')).answer).toEqual({ t: 'one' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect((await run('a', 'two')).answer).toEqual({ t: 'two' });
    expect(io.warnings.join()).toContain('without being asked');
  });

  test('with its input closed fails at its time limit instead of hanging', async () => {
    const closed = node("require('fs').closeSync(0); setInterval(() => {}, 1000)");
    const { run, runId, driver } = await open({ arms: { a: { resident: closed, timeout: '500ms' } } }, 'a');
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect((await run('a')).outcome).toBe('sut-timeout');
    await driver.close();
    if (process.platform === 'linux') expect(alive(runId)).toEqual([]);
  });

  test('that cannot be started counts against the arm in each trial', async () => {
    const { run } = await open({ arms: { a: { resident: ['/nowhere/at/all'] } } }, 'a');
    expect(await run('a')).toMatchObject({ outcome: 'launch', exit: 'ENOENT' });
  });
});

describe('steps around trials', () => {
  test('run in order: setup once, prepare and conclude around each trial, cleanup once', async () => {
    const say = (what: string) => `echo "${what} $STACKTRIAL_TRIAL" >> steps`;
    const { run, driver, folder } = await open(
      {
        arms: {
          a: {
            setup: say('setup'),
            prepare: say('prepare'),
            command: say('command'),
            conclude: say('conclude'),
            cleanup: say('cleanup'),
          },
        },
      },
      'a',
    );
    await run('a', 't1');
    await run('a', 't2');
    await driver.close();
    await driver.close();
    const steps = (await readFile(join(folder, 'steps'), 'utf8')).trim().split('\n');
    expect(steps.map((each) => each.trim())).toEqual([
      ...[
        'setup',
        'prepare t1',
        'command t1',
        'conclude t1',
        'prepare t2',
        'command t2',
        'conclude t2',
        'cleanup',
      ],
    ]);
  });

  test('a failing prepare is a failure to launch; a failing conclude is ours', async () => {
    const { run } = await open(
      {
        arms: {
          a: { prepare: 'echo no port >&2; exit 1', command: ['true'] },
          b: { command: ['true'], conclude: 'exit 1' },
          c: { command: ['false'], conclude: 'exit 1' },
        },
      },
      ...['a', 'b', 'c'],
    );
    const a = await run('a');
    expect(a.outcome).toBe('launch');
    expect(a.problem).toContain('no port');
    expect((await run('b')).outcome).toBe('harness');
    expect((await run('c')).outcome).toBe('sut-error');
  });

  test('a failing setup stops everything, and what was set up is cleaned up', async () => {
    const folder = await temporaryFolder();
    const options = commandOptions.parse({
      arms: {
        a: { setup: 'touch a-is-up', command: ['true'], cleanup: 'rm a-is-up' },
        b: { setup: 'echo no licence >&2; exit 2', command: ['true'], cleanup: 'touch b-cleaned' },
      },
    });
    const opening = commandDriver.open(options, arms('a', 'b'), testJournal(), testIo(folder), newRunId());
    await expect(opening).rejects.toMatchObject({
      code: 'setup-failed',
      message: expect.stringContaining('no licence'),
    });
    expect(() => readFileSync(join(folder, 'a-is-up'))).toThrow(/ENOENT/);
    readFileSync(join(folder, 'b-cleaned'));
  });

  test('a failing cleanup is a warning with what it said, and the others still run', async () => {
    const { driver, io, folder } = await open(
      {
        arms: {
          a: { command: ['true'], cleanup: 'echo still mounted >&2; exit 1' },
          b: { command: ['true'], cleanup: 'touch cleaned' },
        },
      },
      'a',
      'b',
    );
    await driver.close();
    expect(io.warnings.join()).toContain('still mounted');
    readFileSync(join(folder, 'cleaned'));
  });

  test('a full journal does not keep cleanup from running', async () => {
    const folder = await temporaryFolder();
    const io = testIo(folder);
    let full = false;
    const journal = {
      append: async () => {
        if (full) throw new Error('ENOSPC: no space left on device');
      },
    };
    const options = commandOptions.parse({ arms: { a: { command: idle, cleanup: 'touch cleaned' } } });
    const runId = newRunId();
    const driver = await commandDriver.open(options, arms('a'), journal, io, runId);
    full = true;
    await expect(driver.trial(planned('a'), unit, 0)).rejects.toThrow('ENOSPC');
    await driver.close();
    readFileSync(join(folder, 'cleaned'));
    if (process.platform === 'linux') expect(alive(runId)).toEqual([]);
  });

  test('a daemon that setup starts lives until cleanup, and not longer', async () => {
    const { run, driver, runId, folder } = await open(
      {
        arms: {
          a: {
            setup: 'sleep 300 & echo $! > daemon',
            command: 'kill -0 $(cat daemon)',
            cleanup: 'kill -0 $(cat daemon) && touch seen',
          },
        },
      },
      'a',
    );
    expect((await run('a')).outcome).toBe('ok');
    await driver.close();
    readFileSync(join(folder, 'seen'));
    if (process.platform === 'linux') expect(alive(runId)).toEqual([]);
  });

  test('on abort the trial is ended as aborted, concluded, and everything cleaned up', async () => {
    const { run, driver, io, runId, folder } = await open(
      {
        arms: {
          a: { command: idle, conclude: 'touch concluded', cleanup: 'touch cleaned' },
          b: { resident: node('setInterval(() => {}, 1000)') },
        },
      },
      'a',
      'b',
    );
    const running = run('a');
    setTimeout(() => io.abort(), 200);
    const trial = await running;
    expect(trial.outcome).toBe('aborted');
    expect(await run('b')).toMatchObject({ outcome: 'aborted' });
    await driver.close();
    for (const name of ['concluded', 'cleaned']) readFileSync(join(folder, name));
    if (process.platform === 'linux') expect(alive(runId)).toEqual([]);
  });

  test('on abort a resident that is working is ended as aborted, too', async () => {
    const { run, io, driver, runId } = await open(
      { arms: { a: { resident: node('setInterval(() => {}, 1000)') } } },
      'a',
    );
    setTimeout(() => io.abort(), 200);
    expect((await run('a')).outcome).toBe('aborted');
    await driver.close();
    if (process.platform === 'linux') expect(alive(runId)).toEqual([]);
  });
});

describe('options', () => {
  const problems = (driver: unknown) =>
    commandOptions
      .safeParse(driver)
      .error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];

  test('are refused with the place and what would be right', () => {
    expect(problems({ arms: { a: {} } }).join()).toContain('arms.a: an arm needs either');
    expect(problems({ arms: { a: { command: ['x'], resident: ['y'] } } }).join()).toContain('either');
    expect(problems({ arms: { a: { command: ['x', '{{uint}}'] } } }).join()).toContain(
      'arms.a.command.1: {{uint}} is not known',
    );
    expect(problems({ arms: { a: { command: 'run {{unit}}' } } }).join()).toContain('$STACKTRIAL_UNIT');
    expect(problems({ arms: { a: { resident: ['x', '{{unit}}'] } } }).join()).toContain('{{arm}}');
    expect(problems({ arms: { a: { resident: ['x'], env: { U: '{{unit}}' } } } }).join()).toContain(
      'arms.a.env.U',
    );
    expect(problems({ arms: { a: { command: ['x'], timeout: 'soon' } } }).join()).toContain('arms.a.timeout');
    expect(problems({ arms: { a: { command: ['x'], env: { STACKTRIAL_RUN: '1' } } } }).join()).toContain(
      'set by stacktrial',
    );
    expect(
      problems({ arms: { a: { command: ['x'] } }, failures: [{ stderr: '(', class: 'harness' }] }).join(),
    ).toContain('regular expression');
    expect(
      problems({ arms: { a: { command: ['x'] } }, failures: [{ exit: 1, class: 'sut-error' }] }),
    ).toHaveLength(1);
    expect(problems({ arms: { a: { command: ['x'], colour: 'red' } } }).join()).toContain('colour');
    expect(
      problems({ arms: { a: { command: ['x', '{{unit}}'], timeout: '60s', env: { N: 8080 } } } }),
    ).toEqual([]);
  });

  test('must name the arms of the experiment, and folders that are there; all is said at once', async () => {
    const folder = await temporaryFolder();
    const options = commandOptions.parse({
      arms: { a: { command: ['true'], cwd: 'nowhere' }, x: { command: ['true'] } },
    });
    const opening = commandDriver.open(options, arms('a', 'b'), testJournal(), testIo(folder), newRunId());
    await expect(opening).rejects.toThrow(/working folder of a.*no arm x|arm b has no command.*no arm x/);
  });
});

describe('recovery', () => {
  test('does not touch a process that only has the same number', async () => {
    const { journal, io, options, runId } = await open(
      { arms: { a: { resident: node('setInterval(() => {}, 1000)') } } },
      'a',
    );
    const resident = journal.rows.find((row) => row.role === 'resident');
    const pid = resident?.pid as number;
    const fake = { ...resident, startTime: 'another boot:1' };
    await commandDriver.recover(options, arms('a'), [fake], io, newRunId());
    expect(() => process.kill(pid, 0)).not.toThrow();
    await commandDriver.recover(options, arms('a'), [resident ?? {}], io, newRunId());
    await until(() => alive(runId).length === 0);
  });

  test('never signals everybody, whatever a damaged journal says', async () => {
    const io = testIo(await temporaryFolder());
    const options = commandOptions.parse({ arms: { a: { command: ['true'] } } });
    for (const group of [0, 1, -1, 1.5, Number.NaN]) {
      const row = { step: 'spawned', pid: group, group, startTime: 'x' };
      await commandDriver.recover(options, arms('a'), [row], io, newRunId());
    }
  });

  test('cleans up once more what was opened and not closed, and nothing that was never opened', async () => {
    const folder = await temporaryFolder();
    const io = testIo(folder);
    const options = commandOptions.parse({
      arms: { a: { command: ['true'], cleanup: 'echo x >> cleaned' } },
    });
    const recover = (...steps: string[]) =>
      commandDriver.recover(
        options,
        arms('a'),
        steps.map((step) => ({ step })),
        io,
        newRunId(),
      );
    await recover();
    await recover('opened', 'closed');
    expect(() => readFileSync(join(folder, 'cleaned'))).toThrow(/ENOENT/);
    await recover('opened');
    await recover('opened', 'closed', 'opened');
    expect(await readFile(join(folder, 'cleaned'), 'utf8')).toBe('x\nx\n');
  });
});

describe('an injected delay', () => {
  test('is a real wait on one arm, and counted', async () => {
    const { driver } = await open(
      { arms: { a: { command: ['sleep', '0.1'] }, b: { command: ['sleep', '0.1'] } } },
      'a',
      'b',
    );
    const slowed = injectDelay(driver, 'a', 5);
    const from = Date.now();
    const a = await slowed.trial(planned('a'), unit, 0);
    expect(Date.now() - from).toBeGreaterThanOrEqual(595);
    const b = await slowed.trial(planned('b'), unit, 0);
    expect(a.measured.wallSeconds).toBeGreaterThan(0.6);
    expect(b.measured.wallSeconds).toBeLessThan(0.6);
    expect(a.end - a.start).toBeGreaterThanOrEqual(595);
  });
});
