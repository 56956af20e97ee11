/*
 * Time series and looks against numbers from reference/series.py: a second implementation from the papers.
 */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { effectiveSampleSize } from '../../src/stats/effective-sample-size.ts';
import { groupSequential } from '../../src/stats/group-sequential.ts';
import { longRunVariance } from '../../src/stats/long-run-variance.ts';
import { mixtureReach } from '../../src/stats/mixture-sequence.ts';
import { pairedSeries } from '../../src/stats/paired-series.ts';
import { meanColumn } from '../../src/stats/series-column.ts';
import { unpairedSeries } from '../../src/stats/unpaired-series.ts';

const reference = JSON.parse(readFileSync(new URL('reference/series.json', import.meta.url), 'utf8'));

/** The same numbers as in Python: a Lehmer generator, uniform in (-1, 1). */
function lehmer(seed: number, count: number): Float64Array {
  let state = seed;
  return Float64Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647;
    return (2 * state) / 2147483647 - 1;
  });
}

function remembering(seed: number, rho: number, count: number): Float64Array {
  let last = 0;
  return lehmer(seed, count).map((z) => {
    last = rho * last + z;
    return last;
  });
}

function near(actual: number, expected: number, relative = 1e-9): void {
  expect(Math.abs(actual - expected)).toBeLessThanOrEqual(relative * Math.abs(expected));
}

interface Case {
  name: string;
  seed: number;
  rho: number;
  count: number;
  gaps: boolean;
  difference: { nu: number; driftP: number; longRun: number; geyer: number; firstOrder: number | null };
  paired: { above: number; below: number; low: number; high: number };
  ratio: { low: number; high: number };
}

function draw({ seed, rho, count, gaps }: Case) {
  const z = remembering(seed, rho, count);
  const load = remembering(seed + 100, 0.8, count);
  const kept = Array.from({ length: count }, (_, t) => t).filter(
    (t) => !gaps || (t % 9 !== 4 && !(t > 100 && t < 112)),
  );
  return {
    treatment: Float64Array.from(kept, (t) => 12 + 0.5 * z[t] + load[t]),
    baseline: Float64Array.from(kept, (t) => 10 + load[t]),
    buckets: gaps ? kept : null,
  };
}

describe('a second implementation from the papers agrees', () => {
  for (const known of reference.series as Case[]) {
    test(`${known.name}: ν, drift, long-run variance and effective sizes`, () => {
      const { treatment, baseline, buckets } = draw(known);
      const difference = treatment.map((x, t) => x - baseline[t]);
      const long = longRunVariance(difference, buckets);
      const sizes = effectiveSampleSize(difference, buckets);
      if (long === null || sizes === null) throw new Error('no answer');
      expect(long.nu).toBe(known.difference.nu);
      near(long.variance, known.difference.longRun);
      if (known.difference.nu > 4) near(long.drift.p, known.difference.driftP);
      near(sizes.geyer.effectiveN, known.difference.geyer);
      if (known.difference.firstOrder === null) expect(sizes.firstOrder).toBeNull();
      else near(sizes.firstOrder?.effectiveN ?? Number.NaN, known.difference.firstOrder);
    });

    test(`${known.name}: p, interval of the difference and Fieller interval of the ratio`, () => {
      const { treatment, baseline, buckets } = draw(known);
      const answer = pairedSeries(meanColumn(treatment), meanColumn(baseline), buckets);
      if ('code' in answer) throw new Error(answer.code);
      const tests = answer.difference.test(0);
      near(tests.above, known.paired.above, 1e-8);
      near(tests.below, known.paired.below, 1e-8);
      const difference = answer.difference.interval(0.95);
      const ratio = answer.ratio?.interval(0.95);
      if (difference.kind !== 'interval' || ratio?.kind !== 'interval') throw new Error('unbounded');
      near(difference.low, known.paired.low);
      near(difference.high, known.paired.high);
      near(ratio.low, known.ratio.low, 1e-8);
      near(ratio.high, known.ratio.high, 1e-8);
    });
  }

  test('two arms: p and interval with Satterthwaite’s degrees of freedom', () => {
    const x = remembering(21, 0.5, 400).map((z) => 12 + z);
    const y = remembering(22, 0.8, 700).map((z) => 11.6 + 2 * z);
    const answer = unpairedSeries(meanColumn(x), meanColumn(y));
    if ('code' in answer) throw new Error(answer.code);
    near(answer.difference.test(0).above, reference.apart.above);
    const interval = answer.difference.interval(0.95);
    if (interval.kind !== 'interval') throw new Error('unbounded');
    near(interval.low, reference.apart.low);
    near(interval.high, reference.apart.high);
  });

  test('a rhythm: AR(1) is contradicted, statsmodels’ partial correlation is far below zero', () => {
    let [a, b] = [0, 0];
    const x = lehmer(31, 400).map((z) => {
      [a, b] = [1.6 * a - 0.8 * b + z, a];
      return a;
    });
    const sizes = effectiveSampleSize(x);
    expect(reference.cyclic.partial).toBeLessThan(-0.7);
    expect(reference.cyclic.firstOrder).toBeNull();
    expect(sizes?.firstOrder).toBeNull();
    near(sizes?.geyer.effectiveN ?? Number.NaN, reference.cyclic.geyer);
  });

  for (const known of reference.sequential as {
    alpha: number;
    times: number[];
    last: boolean;
    critical: number[];
    spent: number[];
  }[]) {
    test(`looks at ${known.times.join(', ')} with α = ${known.alpha}`, () => {
      groupSequential(known.alpha, known.times, known.last).forEach(({ critical, spent }, k) => {
        near(critical, known.critical[k], 1e-8);
        near(spent, known.spent[k]);
      });
    });
  }

  test('the mixture sequence, with 50 digits', () => {
    for (const { n, alpha, reach } of reference.mixture) {
      if (reach === null) expect(mixtureReach(n, alpha)).toBe(Number.POSITIVE_INFINITY);
      else near(mixtureReach(n, alpha), reach, 1e-11);
    }
  });
});
