/**
 * A slice of `npm run calibrate`: false claims at 5 % and coverage of 95 % intervals, seeded. A cell fails when its
 * 99.9 % binomial interval lies outside its band (STATISTICS.md §9).
 */
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import type { Inference, Samples } from '../../src/model/effect.js';
import type { Method } from '../../src/model/ports.js';
import { binomialCdf, binomialSurvival } from '../../src/stats/binomial.js';
import { createRandom, type Random } from '../../src/stats/random.js';
import { balancedPlaces, column, infer, keySamples, pairedSamples } from './samples.js';

const replicates = Number(process.env.CALIBRATE ?? 1000);
const shown = process.env.CALIBRATE !== undefined;

interface Cell {
  /** Samples of one replicate; the true ratio of treatment to baseline. */
  readonly draw: (random: Random) => Samples;
  readonly ratio: number;
  readonly method: Method;
  readonly plan?: Parameters<typeof infer>[2];
}

/** Counts of false claims on either side at the true ratio, and of intervals that hold it. */
function measure(name: string, { draw, ratio, method, plan }: Cell, times = replicates) {
  const counts = { above: 0, below: 0, covered: 0, unbounded: 0 };
  for (let k = 0; k < times; k++) {
    const inference = infer(method, draw(createRandom(20191104, name, String(k))), plan);
    const tested = claims(inference, ratio);
    counts.above += tested.above;
    counts.below += tested.below;
    if (k % 10 === 0) agree(inference, ratio, tested);
  }
  const rate = (counts.above + counts.below) / times;
  if (shown) {
    const per = (count: number) => `${((100 * count) / times).toFixed(2)} %`;
    console.info(
      `${name}: ${per(counts.above + counts.below)} (above ${per(counts.above)}, below ${per(counts.below)})`,
    );
  }
  return { falseClaims: counts.above + counts.below, rate, times };
}

function claims(inference: Inference, ratio: number) {
  const { above, below } = need(inference.ratio).test(ratio);
  return { above: above <= 0.025 ? 1 : 0, below: below <= 0.025 ? 1 : 0 };
}

/** The interval holds the true ratio exactly when neither side is claimed. */
function agree(inference: Inference, ratio: number, tested: { above: number; below: number }): void {
  const interval = need(inference.ratio).interval(0.95);
  if (interval.kind === 'unbounded') return;
  expect(interval.low >= ratio).toBe(tested.above === 1);
  expect(interval.high <= ratio).toBe(tested.below === 1);
}

function need<T>(value: T | null): T {
  if (value === null) throw new Error('no ratio');
  return value;
}

/** True unless the 99.9 % binomial interval of the rate lies outside the band. */
function within(count: number, times: number, low: number, high: number): boolean {
  const tooHigh = binomialSurvival(count - 1, times, high) < 0.0005;
  const tooLow = binomialCdf(count, times, low) < 0.0005;
  return !tooHigh && !tooLow;
}

function expectRate(name: string, cell: Cell, low: number, high: number): void {
  const { falseClaims, times, rate } = measure(name, cell);
  expect(within(falseClaims, times, low, high), `${name}: ${rate}`).toBe(true);
}

/** Interleaved A/A blocks: level + disturbance of the time of the trial + order effect + noise of sd 1. */
function blocks(n: number, disturbance: (slot: number) => number, orderEffect: number, noise = normal) {
  return (random: Random): Samples => {
    const places = balancedPlaces(n, (a) => random.shuffle(a), random.integer(2) as 0 | 1);
    const value = (block: number, place: number) =>
      50 + disturbance(2 * block + place) + orderEffect * place + noise(random);
    const order = places.map((place) => 1 - place);
    return pairedSamples(
      column(
        'x',
        places.map((place, b) => value(b, place)),
        { order: places },
      ),
      column(
        'y',
        order.map((place, b) => value(b, place)),
        { order },
      ),
    );
  };
}

const normal = (random: Random) => random.normal();
const still = () => 0;

describe('interleaved blocks', () => {
  const disturbances: Readonly<Record<string, readonly [(slot: number) => number, number]>> = {
    'nothing else': [still, 0],
    'a trend of 5 sd': [(slot) => slot / 8, 0],
    'a step of 5 sd': [(slot) => (slot >= 21 ? 5 : 0), 0],
    'period 2 of 2 sd': [(slot) => 2 * (slot % 2), 0],
    'an order effect of 2 sd': [still, 2],
    'trend and order effect': [(slot) => slot / 8, 2],
  };
  for (const [name, [disturbance, orderEffect]] of Object.entries(disturbances)) {
    for (const n of [6, 20, 21]) {
      test(`claim falsely in 4–6 % under ${name}, ${n} blocks`, () => {
        expectRate(
          `paired-t ${name} n=${n}`,
          { draw: blocks(n, disturbance, orderEffect), ratio: 1, method: methods['paired-t'] },
          0.04,
          0.06,
        );
      });
    }
  }
});

describe('unpaired arms', () => {
  const arms = (nx: number, ny: number, sx: number, sy: number, ratio: number) => (random: Random) =>
    keySamples(
      column(
        'x',
        Array.from({ length: nx }, () => 20 * ratio + sx * random.normal()),
      ),
      column(
        'y',
        Array.from({ length: ny }, () => 20 + sy * random.normal()),
      ),
    );
  for (const [sx, sy] of [
    [1, 1],
    [3, 1],
    [1, 3],
  ] as const) {
    test(`Welch claims falsely in 4–6.5 % with 4 against 36 units and sd ${sx} against ${sy}`, () => {
      expectRate(
        `welch 4/36 sd ${sx}/${sy}`,
        { draw: arms(4, 36, sx, sy, 1), ratio: 1, method: methods.welch },
        0.04,
        0.065,
      );
    });
  }
  test('the interval of a ratio far from 1 keeps its coverage, because df follow the ratio', () => {
    expectRate(
      'welch 4/36 true ratio 0.1',
      { draw: arms(4, 36, 0.2, 2, 0.1), ratio: 0.1, method: methods.welch },
      0.035,
      0.065,
    );
  });
  test('Welch claims falsely in at most 6.5 % with lognormal σ = 1 and 30 units an arm', () => {
    const skewed = (n: number) => (random: Random) =>
      column(
        'x',
        Array.from({ length: n }, () => Math.exp(random.normal())),
      );
    expectRate(
      'welch lognormal 30/30',
      { draw: (r) => keySamples(skewed(30)(r), skewed(30)(r)), ratio: 1, method: methods.welch },
      0,
      0.065,
    );
    expectRate(
      'welch lognormal 90/30',
      { draw: (r) => keySamples(skewed(90)(r), skewed(30)(r)), ratio: 1, method: methods.welch },
      0,
      0.065,
    );
  });
});

/** 15 items × repeats; noise and order effect in units of the item's standard deviation. */
function workload(options: {
  items: number;
  repeats: number;
  ratio: number;
  orderEffect: number;
  proportionalOrder?: boolean;
  even?: boolean;
  perRecord?: boolean;
  sizes?: (random: Random, items: number) => number[];
}) {
  const { items, repeats, ratio, orderEffect } = options;
  return (random: Random): Samples => {
    const sizes =
      options.sizes?.(random, items) ?? Array.from({ length: items }, (_, i) => 1 + (9 * i) / (items - 1));
    const n = items * repeats;
    const places = balancedPlaces(n, (a) => random.shuffle(a), random.integer(2) as 0 | 1);
    const rows = places.map((place, row) => ({ place, item: row % items, size: sizes[row % items] }));
    const value = (size: number, place: number, level: number) =>
      level * size * 10 +
      (options.even ? 1 : level * size) * random.normal() +
      orderEffect * (options.proportionalOrder ? size : 5.5) * place;
    const names = rows.map(({ item }) => `i${item}`);
    const per = options.perRecord ? { per: rows.map(({ size }) => size * 1000) } : {};
    const order = places.map((place) => 1 - place);
    return pairedSamples(
      column(
        'x',
        rows.map(({ size, place }) => value(size, place, ratio)),
        { order: places, item: names, ...per },
      ),
      column(
        'y',
        rows.map(({ size, place }) => value(size, 1 - place, 1)),
        { order, item: names, ...per },
      ),
    );
  };
}

describe('a fixed workload', () => {
  const fixed = { estimand: 'total', workload: 'fixed' } as const;
  const cells = {
    'variance ∝ size²': { items: 15, repeats: 3, ratio: 1, orderEffect: 0 },
    'equal variances': { items: 15, repeats: 3, ratio: 1, orderEffect: 0, even: true },
    'an order effect of 2 sd': { items: 15, repeats: 3, ratio: 1, orderEffect: 2 },
    'an order effect proportional to size': {
      items: 15,
      repeats: 3,
      ratio: 1,
      orderEffect: 2,
      proportionalOrder: true,
    },
    'two repeats': { items: 15, repeats: 2, ratio: 1, orderEffect: 2 },
    'a true ratio of 0.3': { items: 15, repeats: 3, ratio: 0.3, orderEffect: 0 },
  };
  for (const [name, options] of Object.entries(cells)) {
    test(`totals claim falsely in 4–6.5 % with ${name}`, () => {
      expectRate(
        `stratified total, ${name}`,
        {
          draw: workload(options),
          ratio: options.ratio,
          method: methods['paired-t-stratified'],
          plan: fixed,
        },
        0.04,
        0.065,
      );
    });
    test(`ratios claim falsely in 4–6.5 % with ${name}`, () => {
      expectRate(
        `stratified ratio, ${name}`,
        {
          draw: workload({ ...options, perRecord: true }),
          ratio: options.ratio,
          method: methods['paired-ratio-stratified'],
          plan: { ...fixed, times: 1e6 },
        },
        0.04,
        0.065,
      );
    });
  }
});

describe('a sample workload', () => {
  const sizes = (random: Random, items: number) =>
    Array.from({ length: items }, () => Math.exp(random.normal()));
  const sample = { estimand: 'total', workload: 'sample' } as const;
  for (const ratio of [1, 0.5]) {
    test(`totals over 30 lognormal items claim falsely in at most 6.5 %, true ratio ${ratio}`, () => {
      const options = { items: 30, repeats: 1, ratio, orderEffect: 0, sizes };
      expectRate(
        `items total ${ratio}`,
        { draw: workload(options), ratio, method: methods['paired-items'], plan: sample },
        0,
        0.065,
      );
      expectRate(
        `items ratio ${ratio}`,
        {
          draw: workload({ ...options, perRecord: true }),
          ratio,
          method: methods['paired-items'],
          plan: sample,
        },
        0,
        0.065,
      );
    });
  }
  test('sizes from 1 to 10: 15 items claim falsely in 4–6.5 %, with an order effect', () => {
    const options = { items: 15, repeats: 3, ratio: 1, orderEffect: 2 };
    for (const perRecord of [false, true]) {
      expectRate(
        `items uniform 15 × 3, per record ${perRecord}`,
        {
          draw: workload({ ...options, perRecord }),
          ratio: 1,
          method: methods['paired-items'],
          plan: sample,
        },
        0.035,
        0.065,
      );
    }
  });
  test('repeats of 10 items are not 40 units: items × repeats noise claims falsely in at most 6.5 %', () => {
    const draw = (random: Random): Samples => {
      const effects = Array.from({ length: 10 }, () => 1 + 0.2 * random.normal());
      const rows = Array.from({ length: 40 }, (_, row) => row % 10);
      const item = rows.map((i) => `i${i}`);
      const places = balancedPlaces(40, (a) => random.shuffle(a), 0);
      return pairedSamples(
        column(
          'x',
          rows.map((i) => 10 * effects[i] + 0.1 * random.normal()),
          { item, order: places },
        ),
        column(
          'y',
          rows.map(() => 10 + 0.1 * random.normal()),
          { item, order: places.map((p) => 1 - p) },
        ),
      );
    };
    expectRate(
      'items effects',
      { draw, ratio: 1, method: methods['paired-items'], plan: sample },
      0.035,
      0.065,
    );
    const naive = measure('items effects, repeats taken for units', {
      draw,
      ratio: 1,
      method: methods['paired-t'],
    });
    expect(naive.rate).toBeGreaterThan(0.2);
  });
});

describe('proportions and ratios by key', () => {
  const keys = (n: number, p: number, alike: number, random: Random, arm: string) => {
    const sizes = Array.from({ length: n }, () =>
      Math.max(1, Math.round(Math.exp(4 + 0.7 * random.normal()))),
    );
    const events = sizes.map((size) => {
      // Keys whose failures come together: with probability `alike` all attempts share one draw.
      const q = Math.min(
        1,
        Math.max(0, p + Math.sqrt(alike * p * (1 - p)) * (random.uniform() < 0.5 ? 1 : -1)),
      );
      let count = 0;
      for (let i = 0; i < size; i++) if (random.uniform() < q) count++;
      return count;
    });
    return column(arm, events, { per: sizes });
  };
  for (const [nx, ny] of [
    [10, 10],
    [20, 20],
    [8, 40],
  ] as const) {
    for (const alike of [0, 0.02]) {
      test(`Newcombe claims falsely in at most 6.5 % with ${nx} against ${ny} keys, intraclass correlation ${alike}`, () => {
        expectRate(
          `newcombe ${nx}/${ny} icc ${alike}`,
          {
            draw: (r) => keySamples(keys(nx, 0.1, alike, r, 'x'), keys(ny, 0.1, alike, r, 'y')),
            ratio: 1,
            method: methods.newcombe,
            plan: { estimand: 'proportion', proportion: true },
          },
          0,
          0.065,
        );
      });
    }
  }
  const arm = (n: number, sigma: number, r: Random, name: string) => {
    const sizes = Array.from({ length: n }, () => Math.exp(sigma * r.normal()));
    return column(
      name,
      sizes.map((size) => size * (1 + 0.2 * r.normal())),
      { per: sizes },
    );
  };
  for (const [nx, ny, sigma] of [
    [30, 30, 0.3],
    [30, 30, 1],
    [10, 10, 1],
    [30, 90, 1],
  ] as const) {
    test(`ratios claim falsely in 4–6.5 % with ${nx} against ${ny} keys of lognormal σ = ${sigma} size`, () => {
      expectRate(
        `welch-ratio ${nx}/${ny} σ=${sigma}`,
        {
          draw: (r) => keySamples(arm(nx, sigma, r, 'x'), arm(ny, sigma, r, 'y')),
          ratio: 1,
          method: methods['welch-ratio'],
        },
        0.035,
        0.065,
      );
    });
  }
  test('the plain delta method does not: keys of lognormal σ = 1 size', () => {
    const draw = (r: Random) => keySamples(arm(10, 1, r, 'x'), arm(10, 1, r, 'y'));
    expect(measure('delta 10/10 σ=1', { draw, ratio: 1, method: methods.delta }).rate).toBeGreaterThan(0.08);
  });
});

describe('the typical unit', () => {
  test('claims falsely in 4–6 % on lognormal blocks with an order effect', () => {
    const draw = (random: Random): Samples => {
      const places = balancedPlaces(20, (a) => random.shuffle(a), 0);
      const order = places.map((place) => 1 - place);
      const value = (place: number) => Math.exp(random.normal() + 0.5 * place);
      return pairedSamples(
        column('x', places.map(value), { order: places }),
        column('y', order.map(value), { order }),
      );
    };
    expectRate(
      'typical',
      { draw, ratio: 1, method: methods.typical, plan: { estimand: 'typical' } },
      0.04,
      0.06,
    );
  });
});

describe('the randomisation test', () => {
  test('claims falsely in at most 6 % on lognormal blocks with an order effect', () => {
    const skewed = (random: Random) => Math.exp(random.normal());
    const draw = blocks(8, still, 2, skewed);
    let count = 0;
    const times = Math.min(replicates, 1000);
    for (let k = 0; k < times; k++) {
      const { difference } = infer(methods['sign-flip'], draw(createRandom(7, String(k))));
      const { above, below } = difference.test(0);
      if (Math.min(above, below) <= 0.025) count++;
    }
    if (shown) console.info(`sign-flip: ${((100 * count) / times).toFixed(2)} %`);
    expect(within(count, times, 0.01, 0.06), `${count} of ${times}`).toBe(true);
  });
});

describe('the calibration itself', () => {
  test('finds a method whose standard error is a fifth too small', () => {
    const wrong: Method = {
      ...methods['paired-t'],
      compare(samples, plan, random) {
        const right = methods['paired-t'].compare(samples, plan, random);
        if ('code' in right) return right;
        const { estimate, test } = right.difference;
        // A threshold stretched away from the estimate is a standard error that is too small.
        const narrowed = (threshold: number) => test(estimate + (threshold - estimate) * 1.25);
        return { ...right, difference: { ...right.difference, test: narrowed } };
      },
    };
    const cell = { draw: blocks(20, still, 0), ratio: 1, method: wrong };
    let count = 0;
    for (let k = 0; k < replicates; k++) {
      const { above, below } = infer(
        wrong,
        cell.draw(createRandom(20191104, 'wrong', String(k))),
      ).difference.test(0);
      if (Math.min(above, below) <= 0.025) count++;
    }
    expect(within(count, replicates, 0.04, 0.06), `${count / replicates}`).toBe(false);
  });
});
