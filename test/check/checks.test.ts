import { describe, expect, test } from 'vitest';
import { fisherExact } from '../../src/check/fisher-exact.js';
import { checks, runChecks } from '../../src/check/index.js';
import { skewLimit } from '../../src/check/skew.js';
import { mser5 } from '../../src/check/warm-up.js';
import type { CheckResult } from '../../src/model/decision.js';
import type { Evidence, Trial } from '../../src/model/evidence.js';
import type { Metric } from '../../src/model/experiment.js';
import { checkWords } from '../../src/report/words/check.js';
import { sentence } from '../../src/report/words.js';
import { column, design, experiment, metric, table } from '../decide/fixtures.js';
import { healthy, type Plant, type Setting, simulate } from './simulate.js';

const look = { index: 1, of: 1 };
const calm: Setting = { ...healthy, disturbed: 0, lost: 0 };
const calmByKey: Setting = { ...calm, kind: 'by-key', units: 200, repeats: 1 };
const run = (evidence: Evidence) => runChecks(evidence, look, checks);
const of = (check: string, evidence: Evidence): CheckResult =>
  run(evidence).find((one) => one.check === check) as CheckResult;
const statusOf = (check: string, evidence: Evidence) => [
  of(check, evidence).status,
  of(check, evidence).saw.code,
];
const planted = (plant: Plant, setting = calm) => simulate(setting, 1, plant);
const withTrials = (evidence: Evidence, change: (trial: Trial) => Trial | null): Evidence => ({
  ...evidence,
  trials: evidence.trials.flatMap((trial) => change(trial) ?? []),
});

describe('every check', () => {
  test('answers on a healthy run, and passes or says why it was skipped', () => {
    for (const setting of [calm, calmByKey].map((one) => ({ ...one, size: 0.1, noise: 0.05 }))) {
      const results = run(simulate(setting, 3));
      expect(new Set(results.map(({ check }) => check))).toEqual(new Set(Object.keys(checks)));
      for (const { check, status, saw } of results) {
        expect(['pass', 'skipped'], `${check}: ${saw.code}`).toContain(status);
      }
    }
  });

  test('answers where nothing at all was run or collected', () => {
    const empty: Evidence = {
      ...simulate(calm, 1),
      schedule: null,
      trials: [],
      tables: new Map(),
      experiment: experiment({ design: design({ kind: 'observed' }) }),
    };
    const results = run(empty);
    expect(new Set(results.map(({ check }) => check)).size).toBe(Object.keys(checks).length);
    expect(results.filter(({ status }) => status === 'pass')).toEqual([]);
  });

  test('gives the severity of its registry entry and a sentence for what it saw and needed', () => {
    const plants: Evidence[] = [
      simulate(calm, 1),
      simulate(calmByKey, 1),
      planted({ output: (n, { arm }) => (arm === 'engine' ? n - 1 : n) }),
      planted({ missing: ({ id }) => id === 'b003.0.engine' || id === 'b004.1.engine' }),
      planted({ disturbed: ({ arm }) => (arm === 'engine' ? 0.5 : 0) }),
      planted({ slow: ({ block, order }) => (block < 5 ? 2 : 1) * (order === 1 ? 1.5 : 1) }),
      planted({ toTreatment: () => 0 }, calmByKey),
      planted({ lost: ({ arm }) => (arm === 'engine' ? 1 : 0) }),
    ];
    const codes = new Set<string>();
    for (const { check, severity, saw, need } of plants.flatMap(run)) {
      expect(severity).toBe(checks[check as keyof typeof checks].severity);
      for (const { code, values } of [saw, need]) {
        const say = (checkWords as Record<string, (v: Record<string, unknown>) => string>)[code];
        expect(say, code).toBeDefined();
        expect(say(values), code).not.toMatch(/undefined|NaN|\[object/);
        codes.add(code);
      }
    }
    expect(codes.size).toBeGreaterThan(20);
  });

  test('a check that says nothing is a defect, not a pass', () => {
    const mute = { mute: { title: 'Mute', severity: 'fatal' as const, run: () => [] } };
    expect(() => runChecks(simulate(calm, 1), look, mute)).toThrow('check mute returned no result');
  });
});

describe('sample ratio', () => {
  test('an arm without any unit fails, however few units there are', () => {
    const few = { ...calmByKey, units: 3 };
    expect(statusOf('sample-ratio', planted({ toTreatment: () => 0 }, few))).toEqual([
      'fail',
      'sample-ratio-empty-arm',
    ]);
  });

  test('too few units to test are skipped, not passed', () => {
    const few = { ...calmByKey, units: 8 };
    expect(statusOf('sample-ratio', simulate(few, 1))).toEqual(['skipped', 'sample-ratio-too-few']);
  });

  test('χ² and p of 4,850 to 5,150 (SciPy 1.17.1: chisquare → 9.0, 0.0026997960632601883)', () => {
    const base = simulate({ ...calmByKey, units: 10_000 }, 1);
    const trials = base.trials.map((trial, i) => ({ ...trial, arm: i < 4850 ? 'engine' : 'functions' }));
    const { values } = of('sample-ratio', { ...base, trials }).saw;
    expect(values.statistic).toBe(9);
    expect(values.p).toBeCloseTo(0.0026997960632601883, 14);
  });

  test('units are counted from what sources returned where nothing was run', () => {
    const base = simulate(calmByKey, 1);
    const observations = base.trials.map(({ arm, unit, start, end }) => ({
      metric: 'seconds',
      arm,
      unit,
      start,
      end,
      value: 1,
      n: 1,
      estimated: false,
      labels: {},
    }));
    const collected = [{ meta: {} as never, observations }];
    expect(statusOf('sample-ratio', { ...base, trials: [], collected })[0]).toBe('pass');
    const one = [{ meta: {} as never, observations: observations.filter(({ arm }) => arm === 'engine') }];
    expect(statusOf('sample-ratio', { ...base, trials: [], collected: one })[0]).toBe('fail');

    // A file that could not be read is no broken split; a source that answered with nothing is.
    const unread = (problem: { code: string; values: object }) => [
      ...one,
      { meta: { arm: 'functions', problem } as never, observations: [] },
    ];
    const checked = (problem: { code: string; values: object }) =>
      statusOf('sample-ratio', { ...base, trials: [], collected: unread(problem) });
    expect(checked({ code: 'source-failed', values: {} })).toEqual(['skipped', 'sample-ratio-unanswered']);
    expect(checked({ code: 'no-data', values: {} })).toEqual(['fail', 'sample-ratio-empty-arm']);
  });

  test('time buckets, of which every arm has as many, are no units: a share of 10 % is not held against them', () => {
    const base = simulate(calmByKey, 1);
    const hour = 3_600_000;
    const bucket = (arm: string, t: number) => ({
      metric: 'seconds',
      arm,
      unit: new Date(t * hour).toISOString(),
      start: t * hour,
      end: (t + 1) * hour,
      value: 1,
      n: 1,
      estimated: false,
      labels: {},
    });
    const observations = ['engine', 'functions'].flatMap((arm) =>
      Array.from({ length: 240 }, (_, t) => bucket(arm, t)),
    );
    const shares = { engine: 0.1, functions: 0.9 };
    const { design } = base.experiment;
    const experiment = { ...base.experiment, design: { ...design, shares } };
    const asked = (rows: typeof observations) =>
      statusOf('sample-ratio', {
        ...base,
        experiment,
        trials: [],
        collected: [{ meta: {} as never, observations: rows }],
      });
    expect(asked(observations)).toEqual(['skipped', 'sample-ratio-buckets']);
    expect(asked(observations.filter(({ arm }) => arm === 'functions'))).toEqual([
      'fail',
      'sample-ratio-empty-arm',
    ]);
  });

  test('forced balance is exact: one missing trial fails, unless its block was excluded', () => {
    const base = simulate(calm, 1);
    const lost = base.trials[20];
    const missing = withTrials(base, (trial) => (trial === lost ? null : trial));
    expect(of('sample-ratio', missing).status).toBe('fail');
    expect(of('sample-ratio', missing).saw.values.first).toBe(lost.id);
    const { block, id, arm } = lost;
    const excused = { block, rule: 'exclude-harness', outcome: 'harness' as const, trial: id, arm };
    expect(of('sample-ratio', { ...missing, exclusions: [excused] }).status).toBe('pass');
  });

  test('a trial on another arm than scheduled fails', () => {
    const base = simulate(calm, 1);
    const swapped = withTrials(base, (t) =>
      t.block === 3 ? { ...t, arm: t.arm === 'engine' ? 'functions' : 'engine' } : t,
    );
    expect(of('sample-ratio', swapped).saw.values.foreign).toBe(2);
    expect(of('sample-ratio', swapped).status).toBe('fail');
  });

  test('a repeated block counts once, by its newest attempt', () => {
    const base = simulate(calm, 1);
    const again = base.trials.filter(({ block }) => block === 7).map((trial) => ({ ...trial, attempt: 1 }));
    const resumed = { ...base, trials: [...base.trials, ...again] };
    expect(of('sample-ratio', resumed).saw.values.counts).toEqual([45, 45]);
    // The second attempt was cut off after one trial: the first does not stand in for it.
    const cut = { ...base, trials: [...base.trials, again[0]] };
    expect(of('sample-ratio', cut).status).toBe('fail');
  });

  test('a run under way does not owe the blocks it has not begun, a finished one does', () => {
    const base = simulate(calm, 1);
    const half = withTrials(base, (trial) =>
      trial.block < 10 || (trial.block === 10 && trial.order === 0) ? trial : null,
    );
    expect(of('sample-ratio', half).status).toBe('fail');
    expect(of('sample-ratio', { ...half, run: { ...half.run, finishedAt: null } }).status).toBe('pass');
  });
});

describe('coverage', () => {
  const seconds = (n: number, part: Parameters<typeof table>[2] = {}) => {
    const all = Array.from({ length: 45 }, (_, i) => 1 + i);
    const coverage = { expected: 45, seen: { engine: n, functions: 45 }, complete: n };
    return table('seconds', [column('engine', all.slice(0, n)), column('functions', all)], {
      coverage,
      ...part,
    });
  };
  const covered = (n: number, part: Parameters<typeof table>[2] = {}) => {
    const base = simulate(calm, 1);
    return of('coverage', { ...base, tables: new Map([['seconds', seconds(n, part)]]) });
  };

  test('5 % and 20 % missing are the limits', () => {
    expect(covered(45).status).toBe('pass');
    expect(covered(43).status).toBe('pass');
    expect(covered(42).status).toBe('warn');
    expect(covered(36).status).toBe('warn');
    expect(covered(35).status).toBe('fail');
    expect(covered(35).saw.values.missing).toBeCloseTo(10 / 45, 12);
  });

  test('by key in time buckets, those that never came are missing too: a third of the window fails', () => {
    const base = simulate(calmByKey, 1);
    const status = (present: number) => {
      const values = Array.from({ length: present }, (_, i) => 1 + i);
      const bucketed = table('seconds', [column('engine', values), column('functions', values)], {
        bucketMs: 1000,
        coverage: { expected: 240, seen: { engine: present, functions: present }, complete: present },
      });
      const tables = new Map([['seconds', bucketed]]);
      return of('coverage', { ...base, trials: [], schedule: null, tables }).status;
    };
    expect([240, 220, 160].map(status)).toEqual(['pass', 'warn', 'fail']);
  });

  test('an empty arm is not 0', () => {
    expect([covered(0).status, covered(0).saw.code]).toEqual(['fail', 'coverage-empty-arm']);
  });

  test('an errored metric is not a pass: it fails with its own reason', () => {
    const failed = covered(45, { unmeasured: { code: 'source-down', values: {} } });
    expect([failed.status, failed.saw.code]).toEqual(['fail', 'source-down']);
  });

  test('a metric that nothing was collected for fails', () => {
    const nothing = { ...simulate(calm, 1), tables: new Map() };
    expect(statusOf('coverage', nothing)).toEqual(['fail', 'coverage-no-table']);
  });

  test('what prices one arm only is not missing in the other', () => {
    const base = simulate(calm, 1);
    const card = { card: 'c', currency: 'USD', date: '2026-11-01', region: null, source: 's', rates: {} };
    const uses = (usage: string) => [{ rate: 'r', usage, utilisation: null }];
    const gb: Metric = metric({ name: 'gb', better: null, role: null });
    const cost: Metric = metric({
      name: 'cost',
      role: 'cost',
      input: { kind: 'rate', card, cardPath: 'c', arms: { functions: uses('gb'), engine: uses('seconds') } },
    });
    const about = { ...base.experiment, metrics: [metric(), gb, cost] };
    const values = Array.from({ length: 45 }, (_, i) => i + 1);
    const coverage = { expected: 45, seen: { engine: 0, functions: 45 }, complete: 0 };
    const gbTable = table('gb', [column('engine', []), column('functions', values)], { coverage });
    const full = table('cost', [column('engine', values), column('functions', values)]);
    const tables = new Map([...base.tables, ['gb', gbTable] as const, ['cost', full] as const]);
    const found = run({ ...base, experiment: about, tables }).filter(({ check }) => check === 'coverage');
    expect(found.map(({ scope, status }) => [scope, status])).toEqual([
      ['seconds', 'pass'],
      ['gb', 'pass'],
      ['cost', 'pass'],
    ]);
  });

  const rowsOf = (metricName: string, arm: string, values: readonly (number | null)[]) => ({
    meta: { metric: metricName, arm, type: 'file' } as never,
    observations: values.map((value, i) => ({
      metric: metricName,
      arm,
      unit: `${arm}-${i}`,
      start: 0,
      end: 0,
      value,
      n: 1,
      estimated: false,
      labels: {},
    })),
  });
  /** By key from a file: `cost` lacks the first `gaps` of 200 units in one arm, as blank cells or as absent rows. */
  const withGaps = (gaps: Readonly<Record<string, number>>, blank: boolean): CheckResult => {
    const names = ['engine', 'functions'];
    const collected = names.flatMap((arm) => {
      const all = Array.from({ length: 200 }, (_, i) => i + 1);
      const cost = all.map((value, i) => (i < gaps[arm] ? (blank ? Number.NaN : null) : value));
      const there = rowsOf('cost', arm, cost);
      const kept = blank
        ? there
        : { ...there, observations: there.observations.filter((o) => o.value !== null) };
      return [rowsOf('seconds', arm, all), kept];
    });
    const tables = new Map(
      ['seconds', 'cost'].map((name) => {
        const columns = names.map((arm) => {
          const from = name === 'cost' ? gaps[arm] : 0;
          const unit = Array.from({ length: 200 - from }, (_, i) => `${arm}-${i + from}`);
          return column(
            arm,
            unit.map((_, i) => i + 1),
            { unit },
          );
        });
        return [name, table(name, columns)] as const;
      }),
    );
    const base = simulate(calmByKey, 1);
    const about = { ...base.experiment, metrics: [metric(), metric({ name: 'cost', role: 'cost' })] };
    const evidence = { ...base, schedule: null, trials: [], experiment: about, collected, tables };
    return run(evidence).find((one) => one.check === 'coverage' && one.scope === 'cost') as CheckResult;
  };

  test.each([true, false])('by key, values missing where one arm is slow fail (blank cells: %s)', (blank) => {
    const half = withGaps({ engine: 100, functions: 0 }, blank);
    expect([half.status, half.saw.values.missing]).toEqual(['fail', 0.5]);
    expect(half.saw.values.expected).toEqual([200, 200]);
    expect(withGaps({ engine: 0, functions: 0 }, blank).status).toBe('pass');
    expect(withGaps({ engine: 12, functions: 12 }, blank).status).toBe('warn');
    const uneven = withGaps({ engine: 9, functions: 0 }, blank);
    expect(uneven.status).toBe('fail');
    expect(sentence(uneven.saw)).toContain('4.5%');
  });

  test('by key each arm is held against its own share of the schedule', () => {
    const base = simulate(calmByKey, 1);
    expect(of('coverage', base).status).toBe('pass');
    const lost = planted({ lost: ({ arm }) => (arm === 'functions' ? 0.5 : 0) }, calmByKey);
    expect(of('coverage', lost).status).toBe('fail');
  });
});

describe('output parity', () => {
  const differ = (change: (trial: Trial) => Trial) =>
    of('output-parity', withTrials(simulate(calm, 1), change));
  const drop = (trial: Trial): Trial => {
    const { output: _, ...rest } = trial;
    return rest;
  };

  test('one dropped record in a hundred: outputs differ, naming the units', () => {
    const seen = of(
      'output-parity',
      planted({ output: (n, { arm }) => (arm === 'engine' ? Math.floor(n * 0.99) : n) }),
    );
    expect([seen.status, seen.severity, seen.saw.code]).toEqual(['fail', 'fatal', 'output-parity-differs']);
    expect(seen.saw.values.units).toBe(15);
    expect(seen.saw.values.examples).toHaveLength(3);
  });

  test('the same count with another checksum differs as well, in a single repeat', () => {
    const seen = differ((trial) =>
      trial.id === 'b002.0.engine' || trial.id === 'b002.1.engine'
        ? { ...trial, output: { count: trial.output?.count ?? 0, sha256: 'other' } }
        : trial,
    );
    expect([seen.status, seen.saw.values.units]).toEqual(['fail', 1]);
  });

  test('outputs that nobody declares are not skipped silently but warn, naming the key; those that one arm withholds fail', () => {
    expect([differ(drop).status, differ(drop).severity]).toEqual(['warn', 'fatal']);
    expect(sentence(differ(drop).saw)).toContain('driver.output');
    const silent = differ((trial) => (trial.arm === 'engine' ? drop(trial) : trial));
    expect([silent.status, silent.saw.code, silent.saw.values.arms]).toEqual([
      'fail',
      'output-parity-missing',
      ['engine'],
    ]);
  });

  test('a failed trial owes no output', () => {
    const seen = differ((trial) => (trial.block === 1 ? drop({ ...trial, outcome: 'sut-error' }) : trial));
    expect(seen.status).toBe('pass');
  });

  test('units that ran on one arm only are skipped: repeats that agree say nothing about the other arm', () => {
    expect(statusOf('output-parity', simulate(calmByKey, 1))).toEqual([
      'skipped',
      'output-parity-not-shared',
    ]);
  });
});

describe('counts in answers, where no output is declared', () => {
  const query = { stdout: '$.records' };
  const observed = (q: Readonly<Record<string, unknown>>) => ({
    kind: 'observed' as const,
    arms: { engine: { source: 'trials', query: q }, functions: { source: 'trials', query: q } },
  });
  const records = (part: Partial<Metric> = {}): Metric =>
    metric({
      name: 'records',
      unit: 'records',
      better: null,
      role: null,
      fold: { kind: 'sum' },
      input: observed(query),
      ...part,
    });
  const answering = (one: Metric, countOf: (trial: Trial) => number): CheckResult => {
    const base = withTrials(simulate(calm, 1), ({ output: _output, ...trial }) => trial);
    const observations = base.trials.map((trial) => ({
      metric: one.name,
      arm: trial.arm,
      unit: trial.id.split('.')[0],
      start: trial.start,
      end: trial.end,
      value: countOf(trial),
      n: 1,
      estimated: false,
      labels: { item: trial.unit },
    }));
    const collected = [{ meta: { metric: one.name, type: 'trials' } as never, observations }];
    const about = { ...base.experiment, metrics: [metric(), one] };
    return of('output-parity', { ...base, experiment: about, collected });
  };
  const half = ({ arm }: Trial) => (arm === 'engine' ? 500 : 1000);

  test('an arm that answers with half of the records in every repeat makes the run invalid', () => {
    const seen = answering(records(), half);
    expect([seen.status, seen.severity, seen.saw.code]).toEqual([
      'fail',
      'fatal',
      'output-parity-counts-differ',
    ]);
    expect(seen.saw.values.units).toBe(15);
    expect(sentence(seen.saw)).toMatch(/records.*15 of 15 units.*500 in engine.*driver\.output/u);
  });

  test('counts that agree, or in one repeat only do not, warn that the outputs were not compared', () => {
    expect(answering(records(), () => 1000).status).toBe('warn');
    expect(answering(records(), (t) => (t.repeat === 1 ? half(t) : 1000)).status).toBe('warn');
  });

  test('failures, times, usage and what has a better direction may differ', () => {
    for (const part of [
      { name: 'failed' },
      { input: observed({ ...query, whenFailed: 'records' }) },
      { unit: 'ms' },
      { unit: 'GB-s' },
      { unit: 'USD' },
      { better: 'higher' as const },
    ])
      expect(answering(records(part), half).status, JSON.stringify(part)).toBe('warn');
    expect(answering(records(), (t) => half(t) + 0.5).status).toBe('warn');
  });
});

describe('multiple exposure', () => {
  const bothArms = (n: number, units = 400) => {
    const base = simulate({ ...calmByKey, units }, 1);
    const again = base.trials.slice(0, n).map((trial) => ({
      ...trial,
      arm: trial.arm === 'engine' ? 'functions' : 'engine',
    }));
    return of('multiple-exposure', { ...base, trials: [...base.trials, ...again] });
  };

  test('every key on both arms makes the run invalid, naming the first three', () => {
    const seen = bothArms(400);
    expect([seen.status, seen.severity]).toEqual(['fail', 'fatal']);
    expect(seen.saw.values.examples).toEqual(['u0', 'u1', 'u2']);
    expect(sentence(seen.saw)).toContain('400 of 400 keys');
  });

  test('any key on both arms warns, more than 1 % beyond chance fail', () => {
    // Of 400 keys 1 % is 4; 10 or more come in less than 1 of 100, 9 do not (0.0078 by the sum of the binomial terms).
    expect([0, 1, 9, 10].map((n) => bothArms(n).status)).toEqual(['pass', 'warn', 'warn', 'fail']);
  });

  test('rows of a file are keys, time buckets of a bill are none', () => {
    const base = simulate(calmByKey, 1);
    const rows = (unit: (i: number) => string, width: number) => ({
      meta: { metric: 'seconds', type: 'file' } as never,
      observations: Array.from({ length: 40 }, (_, i) => ({
        metric: 'seconds',
        arm: i % 2 === 0 ? 'engine' : 'functions',
        unit: unit(i),
        start: 0,
        end: width,
        value: i % 4 === 0 ? null : 1,
        n: 1,
        estimated: false,
        labels: {},
      })),
    });
    const status = (one: ReturnType<typeof rows>) =>
      of('multiple-exposure', { ...base, trials: [], collected: [one] }).status;
    expect(status(rows((i) => `k${i >> 1}`, 0))).toBe('fail');
    expect(status(rows((i) => `k${i}`, 0))).toBe('pass');
    expect(status(rows(() => '2026-11-01T00:00:00.000Z', 86_400_000))).toBe('skipped');
  });
});

describe('repeat effect', () => {
  const repeated = (plant: Plant, setting = calm) => of('repeat-effect', planted(plant, setting));

  test('an arm that caches repeats leaves the time unmeasured', () => {
    const seen = repeated({ slow: ({ arm, repeat }) => (arm === 'engine' && repeat > 0 ? 0.07 : 1) });
    expect([seen.status, seen.severity, seen.scope]).toEqual(['fail', 'fatal-for-metric', 'seconds']);
    expect(seen.saw.values.change).toBeGreaterThan(5);
    expect(sentence(seen.saw)).toContain('switch its cache off');
  });

  test('a baseline that caches repeats fails as well; what is computed from the time goes with it', () => {
    const base = planted({ slow: ({ arm, repeat }) => (arm === 'functions' && repeat > 0 ? 0.07 : 1) });
    const rate = metric({
      name: 'rate',
      role: 'throughput',
      input: { kind: 'ratio', of: 'records', per: 'seconds', times: 1, proportion: false },
    });
    const found = run({
      ...base,
      experiment: { ...base.experiment, metrics: [metric(), rate] },
    }).filter(({ check }) => check === 'repeat-effect');
    expect(found.map(({ scope, status }) => [scope, status])).toEqual([
      ['seconds', 'fail'],
      ['rate', 'fail'],
    ]);
  });

  test('both arms that gain by repeats compare alike, a small difference only warns', () => {
    expect(repeated({ slow: ({ repeat }) => (repeat > 0 ? 0.07 : 1) }).status).toBe('pass');
    const little = {
      slow: ({ arm, repeat }: { arm: string; repeat: number }) => (arm === 'engine' && repeat > 0 ? 0.9 : 1),
    };
    expect(repeated(little, { ...calm, noise: 0.02 }).status).toBe('warn');
  });

  test('items that run once are skipped', () => {
    expect(repeated({}, { ...calm, repeats: 1 }).saw.code).toBe('repeat-effect-no-repeats');
  });
});

describe('exclusions', () => {
  const excluding = (arms: readonly string[], setting = calm) => {
    const base = simulate(setting, 1);
    const exclusions = arms.map((arm, block) => ({
      block,
      rule: 'exclude-environment',
      outcome: 'environment' as const,
      trial: `b${block}`,
      arm,
    }));
    return of('unequal-exclusions', { ...base, exclusions });
  };
  const times = (n: number, arm: string) => new Array<string>(n).fill(arm);

  test('few and even pass, many fail, and the first of few blocks only warns', () => {
    expect(excluding(['engine', 'functions']).status).toBe('pass');
    expect(excluding([...times(4, 'engine'), ...times(4, 'functions')]).status).toBe('fail');
    expect(excluding(['engine'], { ...calm, units: 9, repeats: 1 }).status).toBe('warn');
    expect(excluding(times(5, 'engine'), { ...calm, units: 9, repeats: 1 }).status).toBe('fail');
  });

  test('few of many blocks fail when one arm caused them all', () => {
    const many = { ...calm, units: 100, repeats: 3 };
    expect(excluding(times(10, 'engine'), many).status).toBe('fail');
    expect(excluding([...times(5, 'engine'), ...times(5, 'functions')], many).status).toBe('pass');
  });

  test('Fisher’s exact test (SciPy 1.17.1: fisher_exact)', () => {
    const p = (a: number, n: number, b: number, m: number) =>
      fisherExact({ events: a, size: n }, { events: b, size: m });
    expect(p(8, 45, 1, 45)).toBeCloseTo(0.029978106925960327, 12);
    expect(p(3, 10, 3, 10)).toBe(1);
    expect(p(10, 300, 0, 300)).toBeCloseTo(0.0018098081142298823, 12);
    expect(p(0, 45, 0, 45)).toBe(1);
  });
});

describe('failures', () => {
  test('are counted by arm and class, and warn', () => {
    const base = withTrials(simulate(calm, 1), (trial) =>
      trial.block < 3 && trial.arm === 'engine' ? { ...trial, outcome: 'sut-timeout' } : trial,
    );
    const seen = of('failures', base);
    expect([seen.status, seen.saw.values.failed, seen.saw.values.classes]).toEqual([
      'warn',
      [3, 0],
      ['3 × engine sut-timeout'],
    ]);
  });

  test('what the machine did is listed and does not warn', () => {
    const seen = of('failures', planted({ disturbed: ({ block }) => (block === 4 ? 1 : 0) }));
    expect([seen.status, seen.saw.values.classes]).toEqual([
      'pass',
      ['1 × engine environment', '1 × functions environment'],
    ]);
  });
});

describe('warm-up, order and skew', () => {
  test('MSER-5 cuts a level shift where it ends', () => {
    const noise = [0.3, -0.2, 0.1, -0.4, 0.2];
    const series = Array.from(
      { length: 60 },
      (_, i) => (i < 15 ? 10 : 0) + noise[i % 5] + noise[(i * 3) % 5] / 7,
    );
    const cut = mser5(series);
    expect([cut.batches, cut.atEnd]).toEqual([3, false]);
    expect(cut.change).toBeCloseTo(10, 1);
    expect(mser5(new Array<number>(40).fill(2))).toEqual({ batches: 0, atEnd: false, t: 0, change: 0 });
  });

  test('a drift to the middle of the run is no steady state', () => {
    const drift = of(
      'warm-up',
      planted({ slow: (_, i) => Math.exp(-i / 40) }, { ...calm, units: 60, repeats: 1, size: 0.05 }),
    );
    expect([drift.status, drift.saw.code]).toEqual(['warn', 'warm-up-no-steady-state']);
  });

  test('the order effect is estimated for one place later', () => {
    const seen = of('order-effect', planted({ slow: ({ order }) => (order === 1 ? 1.3 : 1) }));
    expect(seen.status).toBe('warn');
    expect(seen.saw.values.effect).toBeGreaterThan(0.2);
    expect(seen.saw.values.effect).toBeLessThan(0.4);
  });

  test('the limit of skewness follows α', () => {
    expect(skewLimit(0.05)).toBeCloseTo(0.1478, 4);
    expect(skewLimit(0.01)).toBeLessThan(skewLimit(0.05));
  });

  test('one huge unit makes the estimate skewed', () => {
    const seen = of(
      'skew',
      planted({ slow: ({ block, arm }) => (block === 5 && arm === 'engine' ? 200 : 1) }),
    );
    expect(seen.status).toBe('warn');
  });

  test('zero variance is a skipped check, not an exception', () => {
    const base = simulate({ ...calm, noise: 0 }, 1);
    for (const { status, check } of run(base)) expect(status, check).not.toBe('fail');
    expect(of('skew', base).status).toBe('skipped');
  });
});
