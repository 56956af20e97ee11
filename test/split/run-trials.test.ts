import { describe, expect, test } from 'vitest';
import type { FailureClass, PlannedTrial, Schedule, Trial } from '../../src/model/evidence.js';
import type { TrialDriver } from '../../src/model/ports.js';
import { runTrials, schedule } from '../../src/split/index.js';
import { createRandom } from '../../src/stats/random.js';
import { experiment, testJournal, units } from './support.js';

type Script = (planned: PlannedTrial, attempt: number) => 'ok' | FailureClass;

function row(planned: PlannedTrial, attempt: number, outcome: Trial['outcome'] = 'ok'): Trial {
  const problem = outcome === 'ok' ? {} : { problem: 'token s3cret' };
  const measured = { wallSeconds: 1 };
  return {
    ...planned,
    attempt,
    start: 0,
    end: 1,
    outcome,
    exit: 0,
    measured,
    covariates: {},
    answer: { a: 's3cret' },
    ...problem,
  };
}

function scripted(script: Script, waitMs = 0): TrialDriver & { running: number; most: number } {
  return {
    running: 0,
    most: 0,
    async trial(planned, _unit, attempt) {
      this.most = Math.max(this.most, ++this.running);
      if (waitMs > 0) await new Promise((resolve) => setTimeout(resolve, waitMs));
      this.running--;
      return row(planned, attempt, script(planned, attempt));
    },
    close: async () => undefined,
  };
}

const plan = (design: object = {}) =>
  schedule(experiment({ design, workload: { repeats: 1 } }), units(3), createRandom);

async function run(
  given: {
    plan: Schedule;
    script: Script;
    completed?: readonly Trial[];
    concurrent?: boolean;
    waitMs?: number;
  },
  more: Partial<Parameters<typeof runTrials>[0]> = {},
) {
  const driver = scripted(given.script, given.waitMs);
  const written: Trial[] = [];
  const journal = testJournal();
  const result = await runTrials({
    schedule: given.plan,
    driver,
    units: given.plan.units,
    completed: given.completed ?? [],
    journal,
    onTrial: async (trial) => {
      await new Promise((resolve) => setTimeout(resolve, 1));
      written.push(trial);
    },
    signal: new AbortController().signal,
    concurrent: given.concurrent ?? false,
    now: () => Date.now(),
    ...more,
  });
  return { ...result, written, journal, driver };
}
const ids = (trials: readonly Trial[]) => trials.map((trial) => `${trial.id}#${trial.attempt}`);
const ok: Script = () => 'ok';

describe('a schedule', () => {
  test('is carried out in order, one trial at a time, each row written before the next', async () => {
    const given = plan({ warmupTrials: 1 });
    const { written, finished, driver, trials } = await run({ plan: given, script: ok, waitMs: 1 });
    expect(finished).toBe(true);
    expect(ids(written)).toEqual(given.trials.map((trial) => `${trial.id}#0`));
    expect(trials).toEqual(written);
    expect(driver.most).toBe(1);
  });

  test('mirrored runs the arms of a block, and of a warm-up round, together, and only them', async () => {
    const given = plan({ kind: 'mirrored', warmupTrials: 2 });
    const { driver, written } = await run({ plan: given, script: ok, concurrent: true, waitMs: 5 });
    expect(driver.most).toBe(2);
    expect(written).toHaveLength(given.trials.length);
  });

  test('goes on after failures of an arm without trying again', async () => {
    const given = plan();
    const script: Script = ({ arm }) => (arm === 'engine' ? 'sut-timeout' : 'launch');
    const { written, finished } = await run({ plan: given, script });
    expect(finished).toBe(true);
    expect(written).toHaveLength(6);
  });

  test('does a block that nobody’s failure spoiled once more, whole, and then leaves it', async () => {
    const given = plan();
    const bad = given.trials[2];
    for (const outcome of ['harness', 'environment'] as const) {
      const always = await run({ plan: given, script: ({ id }) => (id === bad.id ? outcome : 'ok') });
      expect(always.finished).toBe(true);
      expect(always.written.filter((trial) => trial.block === 1)).toHaveLength(4);
      expect(always.written).toHaveLength(8);
      const once = await run({
        plan: given,
        script: ({ id }, n) => (id === bad.id && n === 0 ? outcome : 'ok'),
      });
      expect(ids(once.written.filter((trial) => trial.block === 1)).map((id) => id.at(-1))).toEqual([
        '0',
        '0',
        '1',
        '1',
      ]);
    }
  });

  test('counts the one repetition over a resume, too', async () => {
    const given = plan();
    const script: Script = ({ block }) => (block === 0 ? 'environment' : 'ok');
    const { written } = await run({ plan: given, script });
    const again = await run({ plan: given, script, completed: written });
    expect(again.written).toEqual([]);
    expect(again.finished).toBe(true);
  });

  test('stops at an aborted trial, and at a signal between trials', async () => {
    const given = plan();
    const aborted = await run({
      plan: given,
      script: ({ id }) => (id === given.trials[3].id ? 'aborted' : 'ok'),
    });
    expect(aborted.finished).toBe(false);
    expect(aborted.written).toHaveLength(4);
    const controller = new AbortController();
    const signal = controller.signal;
    const script: Script = ({ id }) => {
      if (id === given.trials[2].id) controller.abort();
      return 'ok';
    };
    const stopped = await run({ plan: given, script }, { signal });
    expect(stopped.finished).toBe(false);
    expect(stopped.written).toHaveLength(3);
  });

  test('is continued with the block under way, whole, under the next attempt, after a fresh warm-up', async () => {
    const given = plan({ warmupTrials: 1 });
    for (let cut = 0; cut <= given.trials.length; cut++) {
      const completed = given.trials.slice(0, cut).map((planned) => row(planned, 0));
      const { written, trials, finished } = await run({ plan: given, script: ok, completed });
      expect(finished).toBe(true);
      for (const planned of given.trials) expect(trials.some((trial) => trial.id === planned.id)).toBe(true);
      const repeated = written.filter((trial) => trial.attempt > 0 && trial.block >= 0);
      expect(repeated.length).toBe(cut > 2 && cut % 2 === 1 ? 2 : 0);
      const keys = ids(trials);
      expect(new Set(keys).size).toBe(keys.length);
      expect(written.some((trial) => trial.block === -1)).toBe(cut < given.trials.length);
    }
  });

  test('has its progress told, with the time that remains', async () => {
    const seen: [number, number, number | null][] = [];
    let clock = 0;
    await run(
      { plan: plan(), script: ok },
      {
        onProgress: (done, total, remaining) => seen.push([done, total, remaining]),
        now: () => clock++ * 1000,
      },
    );
    expect(seen[0]).toEqual([0, 6, null]);
    expect(seen.at(-1)).toEqual([6, 6, 0]);
    expect(seen.slice(1).map(([done, , remaining]) => [done, remaining])).toContainEqual([3, 3000]);
  });

  test('keeps secrets out of its rows', async () => {
    const { written } = await run(
      { plan: plan(), script: () => 'sut-error' },
      { redact: (text) => text.replaceAll('s3cret', '<token>') },
    );
    expect(JSON.stringify(written)).not.toContain('s3cret');
    expect(written[0].problem).toBe('token <token>');
  });
});
