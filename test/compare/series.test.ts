/** Units in time: what goes into the series, what is refused, and what stays the same whatever way it is written. */
import { describe, expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import type { Inference, Samples } from '../../src/model/effect.js';
import { meanColumn, pairedSeries, ratioColumn, unpairedSeries } from '../../src/stats/index.js';
import { createRandom } from '../../src/stats/random.js';
import { column, infer, keySamples, pairedSamples, plan } from './samples.js';
import { drawFirstOrder } from './worlds.js';

const hour = 3_600_000;
const all = [
  'paired-series',
  'paired-series-ratio',
  'unpaired-series',
  'series-typical',
  'series-quantile',
] as const;

/** Two arms that share a load, the treatment a fifth below the baseline. */
function two(count: number, memory: number, seed = 1, ratio = 0.8) {
  const random = createRandom(seed, 'series');
  const load = drawFirstOrder(0.9, count, random);
  const noise = () => drawFirstOrder(memory, count, random);
  const [a, b] = [noise(), noise()];
  return {
    x: Array.from(load, (z, t) => ratio * (20 + z) + 0.3 * a[t]),
    y: Array.from(load, (z, t) => 20 + z + 0.3 * b[t]),
    d: Array.from(load, (z) => 100 + 5 * z),
  };
}

const timed = (arm: string, values: readonly number[], at: readonly number[], per?: readonly number[]) => ({
  ...column(arm, values, per === undefined ? {} : { per }),
  start: Float64Array.from(at, (t) => t * hour),
});
const steps = (count: number) => Array.from({ length: count }, (_, t) => t);
const values = ({ treatmentValue, baselineValue, ratio, difference }: Inference) => ({
  treatmentValue,
  baselineValue,
  ratio: ratio?.interval(0.95),
  difference: difference.interval(0.95),
});

describe('what goes into the series', () => {
  const { x, y, d } = two(240, 0.5);
  const t = steps(240);

  test('a total is the sum over units, its ratio and test those of the mean', () => {
    const samples = pairedSamples(timed('x', x, t), timed('y', y, t));
    const total = infer(methods['paired-series'], samples, { estimand: 'total' });
    const mean = infer(methods['paired-series'], samples, { estimand: 'mean' });
    const own = pairedSeries(meanColumn(Float64Array.from(x)), meanColumn(Float64Array.from(y)));
    if ('code' in own) throw new Error(own.code);
    expect(total.treatmentValue).toBeCloseTo(
      x.reduce((a, b) => a + b, 0),
      6,
    );
    expect(total.difference.estimate).toBeCloseTo(240 * mean.difference.estimate, 6);
    expect(total.ratio?.test(0.85).below).toBeCloseTo(own.ratio?.test(0.85).below as number, 12);
    expect(mean.difference.test(-3)).toEqual(own.difference.test(-3));
  });

  test('a ratio of sums is linearised, and multiplied by what it is times', () => {
    const samples = pairedSamples(timed('x', x, t, d), timed('y', y, t, d));
    const found = infer(methods['paired-series-ratio'], samples, { times: 1e6 });
    const of = (v: number[]) => ratioColumn(Float64Array.from(v), Float64Array.from(d));
    const [a, b] = [of(x), of(y)];
    if (a === null || b === null) throw new Error('positive denominators');
    const own = pairedSeries(a, b);
    if ('code' in own) throw new Error(own.code);
    expect(found.treatmentValue / 1e6).toBeCloseTo(own.treatmentValue, 12);
    expect(found.ratio?.test(0.81).below).toBeCloseTo(own.ratio?.test(0.81).below as number, 12);
    expect(found.standardError / 1e6).toBeCloseTo(own.standardError, 12);
  });

  test('rows are put in time order, whatever order they came in', () => {
    const order = steps(240);
    createRandom(3).shuffle(order);
    const pick = (v: readonly number[]) => order.map((i) => v[i]);
    const straight = pairedSamples(timed('x', x, t), timed('y', y, t));
    const mixed = pairedSamples(timed('x', pick(x), order), timed('y', pick(y), order));
    for (const name of ['paired-series', 'series-typical'] as const) {
      expect(values(infer(methods[name], mixed))).toEqual(values(infer(methods[name], straight)));
    }
  });

  test('a gap stays a gap where units are buckets, and is closed where they are batches', () => {
    const kept = steps(240).filter((i) => i % 12 !== 5 && (i < 100 || i > 130));
    const pick = (v: readonly number[]) => kept.map((i) => v[i]);
    const samples = pairedSamples(timed('x', pick(x), kept), timed('y', pick(y), kept));
    const columns = [pick(x), pick(y)].map((v) => meanColumn(Float64Array.from(v)));
    const answers = [kept, null].map((at) => pairedSeries(columns[0], columns[1], at));
    [hour, null].forEach((bucketMs, i) => {
      const own = answers[i];
      if ('code' in own) throw new Error(own.code);
      const found = infer(methods['paired-series'], samples, { estimand: 'mean', bucketMs });
      expect(found.ratio?.interval(0.95)).toEqual(own.ratio?.interval(0.95));
    });
    expect(answers[0]).not.toEqual(answers[1]);
  });

  test('arms at different times have series of their own, compared per unit', () => {
    const [first, second] = [x.slice(0, 200), y.slice(0, 150)];
    const samples = keySamples(timed('x', first, steps(200)), timed('y', second, steps(150)));
    const own = unpairedSeries(meanColumn(Float64Array.from(first)), meanColumn(Float64Array.from(second)));
    if ('code' in own) throw new Error(own.code);
    const found = infer(methods['unpaired-series'], samples);
    expect(found.difference.interval(0.95)).toEqual(own.difference.interval(0.95));
    expect(found.details).toMatchObject({ 'treatment units': 200, 'baseline units': 150 });
  });

  test('the typical ratio is that of geometric means, wherever the logarithms cross zero', () => {
    for (const scale of [1, 1e-3, 0.05, 1e9]) {
      const by = (v: readonly number[]) => v.map((z) => z * scale);
      const found = infer(
        methods['series-typical'],
        pairedSamples(timed('x', by(x), t), timed('y', by(y), t)),
        {
          estimand: 'typical',
        },
      );
      const log = (v: readonly number[]) => v.reduce((sum, z) => sum + Math.log(z), 0) / v.length;
      expect(found.ratio?.estimate).toBeCloseTo(Math.exp(log(x) - log(y)), 10);
      expect(found.ratio?.test(0.82).below).toBeLessThan(0.025);
      expect(found.treatmentValue / scale).toBeCloseTo(Math.exp(log(x)), 6);
    }
  });

  test('repeats of a sample workload are one unit each', () => {
    const item = steps(240).map((i) => `i${i % 60}`);
    const arm = (name: string, v: readonly number[]) => ({ ...timed(name, v, t), item });
    const found = infer(methods['paired-series'], pairedSamples(arm('x', x), arm('y', y)), {
      estimand: 'mean',
      workload: 'sample',
    });
    expect(found.details.units).toBe(60);
    expect(found.treatmentValue).toBeCloseTo(x.reduce((a, b) => a + b, 0) / 240, 10);
  });

  test('the quantile is that of units, and a fifth less is found', () => {
    const long = two(1000, 0.3);
    const at = steps(1000);
    const samples = pairedSamples(timed('x', long.x, at), timed('y', long.y, at));
    const found = infer(methods['series-quantile'], samples, { estimand: 'p90' });
    expect(found.ratio?.estimate).toBeCloseTo(0.8, 1);
    expect(found.ratio?.test(0.9).below).toBeLessThan(0.025);
  });
});

describe('the same answer, whatever way it is written', () => {
  const { x, y, d } = two(240, 0.5);
  const t = steps(240);
  const arms = (scale: number, swapped: boolean): Samples => {
    const by = (v: readonly number[]) => v.map((z) => z * scale);
    const [a, b] = swapped ? [y, x] : [x, y];
    return pairedSamples(timed('x', by(a), t, d), timed('y', by(b), t, d));
  };
  const bare = ({ treatment, baseline }: Samples): Samples =>
    pairedSamples({ ...treatment, per: null }, { ...baseline, per: null });
  const estimandOf = { 'series-typical': 'typical', 'series-quantile': 'p75' } as const;

  for (const name of all) {
    const estimand = name in estimandOf ? estimandOf[name as keyof typeof estimandOf] : 'total';
    const samplesOf = (scale: number, swapped = false) => {
      const samples = name === 'paired-series-ratio' ? arms(scale, swapped) : bare(arms(scale, swapped));
      return name === 'unpaired-series' ? keySamples(samples.treatment, samples.baseline) : samples;
    };

    test(`${name}: arms swapped, the ratio is turned over and the difference negated`, () => {
      const one = infer(methods[name], samplesOf(1), { estimand });
      const other = infer(methods[name], samplesOf(1, true), { estimand });
      const [r, s] = [one.ratio?.interval(0.95), other.ratio?.interval(0.95)];
      if (r?.kind !== 'interval' || s?.kind !== 'interval') throw new Error('bounded');
      // Quantiles: the ends of a ratio are found by search.
      const digits = name === 'series-quantile' ? 9 : 12;
      expect(r.low * s.high).toBeCloseTo(1, digits);
      expect(r.high * s.low).toBeCloseTo(1, digits);
      const [e, f] = [one.difference.interval(0.95), other.difference.interval(0.95)];
      if (e.kind !== 'interval' || f.kind !== 'interval') throw new Error('bounded');
      expect((e.low + f.high) / e.low).toBeCloseTo(0, 12);
    });

    test(`${name}: a shift found at mean 1 is found at mean 1e-6 and 1e6`, () => {
      const p = (scale: number) =>
        infer(methods[name], samplesOf(scale), { estimand }).ratio?.test(0.9).below;
      for (const scale of [1e-12, 1e-6, 1e6, 1e12]) {
        expect(Math.abs((p(scale) as number) / (p(1) as number) - 1)).toBeLessThan(1e-9);
      }
      if (name === 'series-typical') return;
      expect(p(2 ** -30)).toBe(p(1));
    });
  }
});

describe('what is refused says why, and when it can be measured', () => {
  const refusal = (samples: Samples, name: (typeof all)[number] = 'paired-series', some = {}) => {
    const found = methods[name].compare(samples, plan({ bucketMs: hour, ...some }), createRandom(1));
    if (!('code' in found)) throw new Error('answered');
    return found;
  };

  test('nine buckets: ten are needed, from the tenth hour on', () => {
    const { x, y } = two(9, 0);
    const samples = pairedSamples(timed('x', x, steps(9)), timed('y', y, steps(9)));
    expect(refusal(samples)).toEqual({
      code: 'too-few-buckets',
      values: { have: 9, need: 10, from: 10 * hour },
    });
  });

  test('a slow series: too little independent information, with the buckets and the hour that suffice', () => {
    const random = createRandom(4, 'slow');
    const x = Array.from(drawFirstOrder(0.98, 120, random), (z) => 20 + z);
    const y = Array.from(drawFirstOrder(0.98, 120, random), (z) => 20 + z);
    const samples = pairedSamples(timed('x', x, steps(120)), timed('y', y, steps(120)));
    for (const name of ['paired-series', 'series-typical', 'series-quantile'] as const) {
      const { code, values } = refusal(samples, name, { estimand: 'p50' });
      expect(code).toBe('too-little-independent-information');
      expect(values.need).toBe(15);
      expect(Number(values.have)).toBeLessThan(15);
      expect(values.from).toBe(Number(values.bucketsNeeded) * hour);
    }
  });

  test('more than half of the time missing is not one series', () => {
    const { x, y } = two(40, 0);
    const at = steps(40).map((i) => 3 * i);
    expect(refusal(pairedSamples(timed('x', x, at), timed('y', y, at))).code).toBe('series-mostly-missing');
  });

  test('constants, denominators of nothing, logarithms of zero', () => {
    const t = steps(40);
    const still = (name: string, v: number) =>
      timed(
        name,
        t.map(() => v),
        t,
      );
    expect(refusal(pairedSamples(still('x', 5), still('y', 6))).code).toBe('constant-data');
    const { x, y } = two(40, 0);
    const per = t.map(() => 0);
    expect(refusal(pairedSamples(timed('x', x, t, per), timed('y', y, t, per))).code).toBe(
      'denominator-not-positive',
    );
    const zero = pairedSamples(timed('x', [0, ...x.slice(1)], t), timed('y', y, t));
    expect(refusal(zero, 'series-typical', { estimand: 'typical' }).code).toBe(
      'typical-needs-positive-values',
    );
  });

  test('no failure in either arm has no interval; none in one arm has a difference, and a ratio without ends', () => {
    const random = createRandom(5, 'failures');
    const t = steps(200);
    const attempts = t.map(() => 1000);
    const none = t.map(() => 0);
    const some = t.map(() => Math.floor(10 * random.uniform()));
    const ask = { estimand: 'proportion', proportion: true } as const;
    const both = pairedSamples(timed('x', none, t, attempts), timed('y', none, t, attempts));
    expect(refusal(both, 'paired-series-ratio', ask).code).toBe('no-failure-pattern-in-time');
    const one = pairedSamples(timed('x', none, t, attempts), timed('y', some, t, attempts));
    const found = infer(methods['paired-series-ratio'], one, ask);
    expect(found.difference.test(0).below).toBeLessThan(1e-6);
    expect(found.ratio?.interval(0.95)).toEqual({ kind: 'unbounded' });
    expect(found.treatmentValue).toBe(0);
    expect(found.baselineValue).toBeCloseTo(0.0045, 3);
  });

  test('one outage of the baseline does not make a treatment harmless that had none', () => {
    const t = steps(240);
    const attempts = t.map(() => 1000);
    const outage = t.map((at) => (at >= 100 && at < 105 ? 100 : 0));
    const none = t.map(() => 0);
    const single = t.map((at) => (at % 40 === 7 ? 1 : 0));
    const ask = { estimand: 'proportion', proportion: true } as const;
    const method = methods['paired-series-ratio'];
    const pair = (x: readonly number[], y: readonly number[]) =>
      infer(method, pairedSamples(timed('x', x, t, attempts), timed('y', y, t, attempts)), ask);
    const found = pair(none, outage);
    expect(found.details).toMatchObject({ 'clusters of events': 1, 'design effect of events': 500 });
    expect(found.difference.test(0.005).below).toBeGreaterThan(0.025);
    const { high } = found.difference.interval(0.95) as { high: number };
    expect(found.difference.test(high).below).toBeCloseTo(0.025, 6);
    expect(found.warnings.map(({ code }) => code)).toContain('few-events-in-time');
    // Six single failures among 240,000 attempts on either arm: half a point worse is out of the question.
    expect(pair(single, single.toReversed()).difference.test(0.005).below).toBeLessThan(0.001);
  });
});
