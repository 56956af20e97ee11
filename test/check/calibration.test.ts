/**
 * Healthy A/A runs are invalid in at most 2 % over all checks together; each planted fault is found in at least 90 %.
 * Seeded simulation; CHECK_RUNS=2000 for the figures quoted in src/check (the default is a fast slice).
 */
import { describe, expect, test, vi } from 'vitest';
import { checks, runChecks } from '../../src/check/index.js';
import type { CheckResult } from '../../src/model/decision.js';
import { binomialSurvival } from '../../src/stats/binomial.js';
import { createRandom } from '../../src/stats/random.js';
import { healthy, type Plant, type Setting, simulate } from './simulate.js';

const runs = Number(process.env.CHECK_RUNS ?? 120);
vi.setConfig({ testTimeout: 120_000 });

const look = { index: 1, of: 1 };
const results = (setting: Setting, seed: number, plant?: Plant) =>
  runChecks(simulate(setting, seed, plant), look, checks);
const share = (setting: Setting, n: number, hit: (r: readonly CheckResult[]) => boolean, plant?: Plant) =>
  Array.from({ length: n }, (_, seed) => hit(results(setting, seed, plant))).filter(Boolean).length / n;

const stops = (r: readonly CheckResult[]) =>
  r.some((one) => one.status === 'fail' && one.severity !== 'warning');
const says = (check: string, status: CheckResult['status']) => (r: readonly CheckResult[]) =>
  r.some((one) => one.check === check && one.status === status);

const byKey = (units: number): Setting => ({ ...healthy, kind: 'by-key', units, repeats: 1 });

describe('healthy A/A runs', () => {
  test.each<[string, Setting]>([
    ['15 batches three times', healthy],
    ['15 batches three times on a machine that disturbs 2 % of the trials', { ...healthy, disturbed: 0.02 }],
    ['10 batches once', { ...healthy, units: 10, repeats: 1 }],
    ['100 batches once', { ...healthy, units: 100, repeats: 1 }],
    ['60 keys', byKey(60)],
    ['400 keys of very different size', { ...byKey(400), size: 1.5 }],
  ])('%s: invalid or unmeasured in at most 2 %%', (_, setting) => {
    expect(share(setting, runs, stops)).toBeLessThanOrEqual(0.02);
  });

  test.each([0.05, 0.15, 0.4])('noise of %d: the repeat effect fails in at most 0.5 %%', (noise) => {
    const only = { 'repeat-effect': checks['repeat-effect'] };
    const n = Math.max(1000, runs);
    const failed = Array.from({ length: n }, (_, seed) =>
      runChecks(simulate({ ...healthy, noise }, seed), look, only),
    ).filter(says('repeat-effect', 'fail')).length;
    expect(failed / n).toBeLessThanOrEqual(0.005);
  });

  test('the bound can fail: a split of 45 to 55 is not healthy, and breaks it', () => {
    const stopped = share(byKey(400), runs, stops, { toTreatment: () => 0.45 });
    // More than 2 % beyond doubt: so many in so few runs would come in less than 1 of 1,000 such simulations.
    expect(binomialSurvival(Math.round(stopped * runs) - 1, runs, 0.02)).toBeLessThan(0.001);
  });

  test('warnings stay rare where nothing is wrong', () => {
    const even = { ...healthy, size: 0.1, noise: 0.05, disturbed: 0, lost: 0 };
    const all = Array.from({ length: runs }, (_, seed) => results(even, seed));
    for (const check of ['warm-up', 'order-effect', 'skew', 'coverage', 'failures']) {
      expect(all.filter(says(check, 'warn')).length / runs, check).toBeLessThanOrEqual(0.08);
    }
  });
});

describe('planted faults are found in at least 90 %', () => {
  const found = (check: string, setting: Setting, plant: Plant, n = 100, status: 'fail' | 'warn' = 'fail') =>
    expect(share(setting, n, says(check, status), plant), check).toBeGreaterThanOrEqual(0.9);

  test('50 to 55 at 10,000 units', () => {
    // Only the arms are drawn again: what the units did does not matter to this check.
    const base = simulate(byKey(10_000), 1);
    const random = createRandom(20191104, 'split');
    const drawn = () => {
      const trials = base.trials.map((t) => ({
        ...t,
        arm: random.uniform() < 50 / 105 ? 'engine' : 'functions',
      }));
      return runChecks({ ...base, trials }, look, { 'sample-ratio': checks['sample-ratio'] });
    };
    const hits = Array.from({ length: 100 }, drawn).filter(says('sample-ratio', 'fail')).length;
    expect(hits).toBeGreaterThanOrEqual(90);
  });

  test('one record in a hundred lost by one arm', () => {
    const output: Plant['output'] = (count, { arm }) => (arm === 'engine' ? Math.floor(count * 0.99) : count);
    found('output-parity', healthy, { output });
  });

  test('one trial in a hundred that loses one record', () => {
    const output: Plant['output'] = (count, { arm }, random) =>
      arm === 'engine' && random.uniform() < 0.01 ? count - 1 : count;
    found('output-parity', { ...healthy, units: 100, repeats: 3 }, { output }, 60);
  });

  test('heavy jobs to one arm, with perfect counts', () => {
    // The heaviest tenth (log size above 1.28 sd) all go to the engine; the rest evens the counts out.
    const toTreatment: Plant['toTreatment'] = (logSize) => (logSize > 1.2816 ? 1 : 4 / 9);
    found('covariate-balance', { ...byKey(400), size: 1 }, { toTreatment });
    expect(
      share({ ...byKey(400), size: 1 }, 100, says('sample-ratio', 'fail'), { toTreatment }),
    ).toBeLessThan(0.05);
  });

  test('blocks lost because of one arm', () => {
    const disturbed: Plant['disturbed'] = ({ arm }) => (arm === 'engine' ? 0.25 : 0);
    found('unequal-exclusions', healthy, { disturbed });
  });

  test('a third of one arm’s values lost', () => {
    const lost: Plant['lost'] = ({ arm }) => (arm === 'engine' ? 0.33 : 0);
    found('coverage', healthy, { lost });
  });

  test('a cold start that makes the first five blocks half as slow again', () => {
    found('warm-up', healthy, { slow: ({ block }) => (block < 5 ? 1.5 : 1) }, 100, 'warn');
  });

  test('one arm that takes half the time from the second repeat on', () => {
    const slow: Plant['slow'] = ({ arm, repeat }) => (arm === 'engine' && repeat > 0 ? 0.5 : 1);
    found('repeat-effect', healthy, { slow });
  });

  test('second place in the block 20 % slower', () => {
    found('order-effect', healthy, { slow: ({ order }) => (order === 1 ? 1.2 : 1) }, 100, 'warn');
  });
});
