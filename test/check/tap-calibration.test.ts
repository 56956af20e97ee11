/**
 * Healthy A/A experiments on a tap are invalid in at most 2 % over the checks of the split together; what goes wrong in a
 * split is found in at least 90 %. Seeded simulation; CHECK_RUNS=1000 for the figures quoted in src/check (the default is a
 * fast slice).
 */
import { describe, expect, test, vi } from 'vitest';
import { checks, runChecks } from '../../src/check/index.js';
import type { CheckResult } from '../../src/model/decision.js';
import { binomialSurvival } from '../../src/stats/binomial.js';
import { healthyTap, type Tap, tapped } from './tap.js';

const runs = Number(process.env.CHECK_RUNS ?? 100);
vi.setConfig({ testTimeout: 300_000 });

const look = { index: 1, of: 1 };
/** What sees the split alone; the other checks see values (calibration.test.ts, slots-calibration.test.ts). */
const names = [
  'sample-ratio',
  'treatments',
  'exposure',
  'redispatch',
  'lost-lines',
  'multiple-exposure',
  'covariate-balance',
] as const;
const ofTheSplit = Object.fromEntries(names.map((name) => [name, checks[name]]));
const resultsOf = (tap: Tap, n = runs): (readonly CheckResult[])[] =>
  Array.from({ length: n }, (_, seed) => runChecks(tapped(tap, seed), look, ofTheSplit));
const share = (
  found: readonly (readonly CheckResult[])[],
  hit: (results: readonly CheckResult[]) => boolean,
) => found.filter(hit).length / found.length;
const fails = (check: string) => (results: readonly CheckResult[]) =>
  results.some((one) => one.check === check && one.status === 'fail');
const stops = (results: readonly CheckResult[]) =>
  results.some((one) => one.status === 'fail' && one.severity !== 'warning');

const taps: Readonly<Record<string, Tap>> = {
  'by key, 100 keys': { ...healthyTap, keysPerSlot: 100 },
  'by key, 2,000 keys': healthyTap,
  'a ramp of 4 stages, 50 keys each': {
    ...healthyTap,
    kind: 'ramp',
    slots: 4,
    keysPerSlot: 50,
    lost: () => 0,
  },
  'a ramp of 4 stages, 1,000 keys each': {
    ...healthyTap,
    kind: 'ramp',
    slots: 4,
    keysPerSlot: 1000,
    lost: () => 0,
  },
  'a switchback of 8 slots': { ...healthyTap, kind: 'switchback', slots: 8, keysPerSlot: 100 },
  'a switchback of 48 slots, requests without a key': {
    ...healthyTap,
    kind: 'switchback',
    slots: 48,
    keysPerSlot: 50,
    keyed: false,
  },
  'a switchback of 48 slots': { ...healthyTap, kind: 'switchback', slots: 48, keysPerSlot: 50 },
  'a switchback of 96 slots': { ...healthyTap, kind: 'switchback', slots: 96, keysPerSlot: 50 },
};

describe('healthy A/A on a tap', () => {
  test.each(Object.entries(taps))('%s: invalid in at most 2 %%', (name, tap) => {
    const found = resultsOf(tap);
    const stopped = share(found, stops);
    if (process.env.CHECK_RUNS !== undefined)
      for (const check of names) {
        const own = share(found, fails(check));
        if (own > 0) console.info(`${name}: ${check} ${own} of ${stopped}`);
      }
    // More than 2 % is implausible: so many would come in less than 1 of 1,000 such simulations.
    expect(binomialSurvival(Math.round(stopped * runs) - 1, runs, 0.02)).toBeGreaterThan(0.001);
  });
});

describe('found in at least 90 %', () => {
  const found = (check: string, tap: Partial<Tap>) =>
    share(resultsOf({ ...healthyTap, ...tap }, runs), fails(check));

  test.each<[string, string, Partial<Tap>]>([
    [
      'treatments',
      'a third of one arm’s 48 slots lost',
      { kind: 'switchback', slots: 96, keysPerSlot: 20, lost: (arm) => (arm === 'engine' ? 1 / 3 : 0.02) },
    ],
    [
      'treatments',
      'a third of all 24 slots lost',
      { kind: 'switchback', slots: 24, keysPerSlot: 20, lost: () => 1 / 3 },
    ],
    [
      'treatments',
      '1 % of the connections given to the arm without a share',
      { kind: 'switchback', slots: 24, keysPerSlot: 100, stray: 0.01 },
    ],
    ['exposure', '1 % of 2,000 connections served elsewhere', { elsewhere: 0.01 }],
    ['exposure', '0.4 % of 10,000 connections served elsewhere', { keysPerSlot: 10_000, elsewhere: 0.004 }],
    ['redispatch', 'one of 200 of an arm’s connections sent on after a failure', { redispatched: 0.005 }],
    ['multiple-exposure', 'one of 40 of 2,000 keys on both arms', { twice: 0.025 }],
    ['multiple-exposure', 'one of 10 of 100 keys on both arms', { keysPerSlot: 100, twice: 0.1 }],
  ])('%s: %s', (check, _, tap) => {
    expect(found(check, tap)).toBeGreaterThanOrEqual(0.9);
  });

  test('the bound can fail: a tap that serves one connection of 50 elsewhere is not healthy, and breaks it', () => {
    const stopped = share(resultsOf({ ...healthyTap, elsewhere: 0.02 }), stops);
    expect(binomialSurvival(Math.round(stopped * runs) - 1, runs, 0.02)).toBeLessThan(0.001);
  });
});
