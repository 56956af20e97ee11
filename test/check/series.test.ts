/** Checks of units that follow each other in time: what they see is what the comparison sees. */
import { describe, expect, test } from 'vitest';
import { effectiveN } from '../../src/check/effective-n.js';
import { slowDrift } from '../../src/check/slow-drift.js';
import { windowWholeDays } from '../../src/check/window-whole-days.js';
import { compare, methods } from '../../src/compare/index.js';
import type { CheckResult } from '../../src/model/decision.js';
import type { Evidence } from '../../src/model/evidence.js';
import type { Claim, Design, Estimand, Window } from '../../src/model/experiment.js';
import type { Check } from '../../src/model/ports.js';
import { sentence } from '../../src/report/words.js';
import { createRandom } from '../../src/stats/random.js';
import { drawFirstOrder } from '../compare/worlds.js';
import { claim, column, design, experiment, metric, table } from '../decide/fixtures.js';
import { healthy, simulate } from './simulate.js';

const hour = 3_600_000;
const day = 24 * hour;
const look = { index: 1, of: 1 };

interface Setting {
  readonly memory?: number;
  readonly count?: number;
  readonly drift?: number;
  readonly design?: Partial<Design>;
  readonly estimands?: readonly Estimand[];
  readonly window?: Window | null;
  readonly seed?: number;
}

function watched(setting: Setting): Evidence {
  const { memory = 0.3, count = 240, drift = 0, seed = 1, estimands = ['mean'] } = setting;
  const random = createRandom(seed, 'series checks');
  const arm = (name: string, mean: number, slope: number) =>
    column(
      name,
      Array.from(drawFirstOrder(memory, count, random), (z, t) => mean + z + (slope * t) / count),
      { start: Float64Array.from({ length: count }, (_, t) => t * hour) },
    );
  const hypotheses = estimands.map((estimand): Claim => claim({ estimand }));
  return {
    ...simulate(healthy, 1),
    schedule: null,
    trials: [],
    experiment: experiment({
      design: design({ kind: 'observed', concurrent: true, ...setting.design }),
      metrics: [metric({ estimand: 'mean' })],
      hypotheses,
      window: setting.window ?? null,
    }),
    tables: new Map([
      ['seconds', table('seconds', [arm('engine', 20, drift), arm('functions', 20, 0)], { bucketMs: hour })],
    ]),
  };
}

const run = (check: Check, evidence: Evidence): CheckResult => {
  const [result] = check.run(evidence, look);
  for (const said of [result.saw, result.need]) {
    expect(sentence(said)).toMatch(/^[A-Z0-9a-z].*\.$/);
    expect(sentence(said)).not.toMatch(/undefined|NaN|\{/);
  }
  return result;
};

describe('effective n', () => {
  test('says what the units are worth, and the comparison says the same', () => {
    const evidence = watched({ memory: 0.7 });
    const { status, saw } = run(effectiveN, evidence);
    expect(status).toBe('pass');
    const [found] = compare(
      evidence,
      methods,
      { confidencePerComparison: () => 0.95 },
      createRandom(1),
    ).comparisons;
    expect(found.effect?.details['effective n']).toBe(saw.values.effectiveN);
    expect(found.effect?.details.tau).toBe(saw.values.tau);
    // AR(1) 0.7: τ = 5.7, 240 units are worth about 42.
    expect(saw.values.effectiveN).toBeGreaterThan(20);
    expect(saw.values.effectiveN).toBeLessThan(90);
  });

  test('fails where they are worth too little, exactly where the comparison gives no answer', () => {
    const seen = { fail: 0, pass: 0 };
    for (let seed = 1; seed <= 20; seed++) {
      for (const memory of [0.9, 0.97]) {
        for (const concurrent of [true, false]) {
          const evidence = watched({ memory, seed, design: { concurrent } });
          const { comparisons } = compare(
            evidence,
            methods,
            { confidencePerComparison: () => 0.95 },
            createRandom(1),
          );
          const failed = run(effectiveN, evidence).status === 'fail';
          expect(failed).toBe(comparisons[0].unmeasured !== null);
          seen[failed ? 'fail' : 'pass']++;
        }
      }
    }
    expect(Math.min(seen.fail, seen.pass)).toBeGreaterThan(5);
  });

  test('fails with nine units, and warns only where another claim rests on logarithms or quantiles', () => {
    expect(run(effectiveN, watched({ count: 9 })).saw.code).toBe('too-few-buckets');
    expect(run(effectiveN, watched({ count: 9 })).status).toBe('fail');
    expect(run(effectiveN, watched({ count: 9, estimands: ['mean', 'p50'] })).status).toBe('warn');
    expect(run(effectiveN, watched({ count: 9, estimands: ['typical'] })).status).toBe('skipped');
  });

  test('is not asked of trials and keys', () => {
    for (const check of [effectiveN, slowDrift])
      expect(run(check, simulate(healthy, 1)).status).toBe('skipped');
  });
});

describe('slow drift', () => {
  test('warns of a drift of 3 sd over the window', () => {
    const { status, saw } = run(slowDrift, watched({ drift: 3 }));
    expect(status).toBe('warn');
    expect(saw.values.excess).toBeGreaterThan(3);
  });

  test('of healthy runs about one in twenty is warned of', () => {
    let warned = 0;
    for (let seed = 1; seed <= 300; seed++) {
      if (run(slowDrift, watched({ seed, memory: 0 })).status === 'warn') warned++;
    }
    expect(warned).toBeGreaterThan(3);
    expect(warned).toBeLessThan(32);
  });
});

describe('whole days and weeks', () => {
  const of = (lengthMs: number, warmupMs = 0, kind: Partial<Design> = {}) =>
    run(
      windowWholeDays,
      watched({ design: kind, window: { fromMs: 0, toMs: lengthMs, warmupMs, settleMs: 0 } }),
    ).status;

  test.each([
    [1, 'pass'],
    [3, 'pass'],
    [6, 'pass'],
    [7, 'pass'],
    [14, 'pass'],
    [0.5, 'warn'],
    [2.5, 'warn'],
    [8, 'warn'],
    [10, 'warn'],
    [12, 'warn'],
  ])('%s days: %s', (days, status) => {
    expect(of(days * day)).toBe(status);
  });

  test('a warm-up of half an hour breaks no week, one of half a day does', () => {
    expect(of(14 * day, hour / 2)).toBe('pass');
    expect(of(7 * day, hour / 2)).toBe('pass');
    expect(of(14 * day, 12 * hour)).toBe('warn');
  });

  test('is skipped where the arms are not watched side by side, or there is no window', () => {
    expect(of(2.5 * day, 0, { concurrent: false })).toBe('skipped');
    expect(of(2.5 * day, 0, { kind: 'by-key' })).toBe('skipped');
    expect(run(windowWholeDays, watched({})).status).toBe('skipped');
  });
});
