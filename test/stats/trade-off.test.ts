import { describe, expect, test } from 'vitest';
import { breakEven } from '../../src/stats/break-even.js';
import { pairedCloud, unpairedCloud } from '../../src/stats/cost-time-cloud.js';
import { hourPrice } from '../../src/stats/hour-price.js';
import { createRandom, type Random } from '../../src/stats/random.js';
import { studentTSurvivalQuantile } from '../../src/stats/student-t.js';
import { centred } from '../../src/stats/sum-spread.js';
import { jointComponent } from '../../src/stats/variance-component.js';
import { type VolumeRuns, weightedLine } from '../../src/stats/weighted-line.js';
import { answered, expectClose, noise, numbers, reference } from './resampling-reference.js';

const { lines } = reference;
const runs = (cost: ArrayLike<number>): VolumeRuns => ({
  volume: Float64Array.from(lines.volumes),
  cost: Float64Array.from(cost),
});

/** Costs along a + b·v with relative noise, 3 runs at each volume. */
function drawn(volumes: number[], line: (v: number) => number, sd: number, random: Random): VolumeRuns {
  const volume = Float64Array.from(volumes.flatMap((v) => [v, v, v]));
  return { volume, cost: volume.map((v) => line(v) * (1 + sd * random.normal())) };
}

describe('break-even', () => {
  test.each(['treatment', 'baseline'] as const)('the line of the %s agrees with statsmodels', (arm) => {
    const wanted = lines[arm];
    for (const scale of [1, 2 ** -500, 2 ** 500]) {
      const found = answered(weightedLine(runs(wanted.cost.map((c) => c * scale))));
      expectClose(found.intercept / scale, wanted.intercept, 1e-9);
      expectClose(found.slope / scale, wanted.slope, 1e-9);
      expectClose(found.lackOfFit, wanted.lackOfFit, 1e-9);
      for (const v of [1, 3, 8]) {
        const [[a, b], [, c]] = wanted.covariance;
        expectClose(found.varianceAt(v) / scale / scale, a + 2 * b * v + c * v * v, 1e-9);
      }
    }
  });
  test('the interval is Fieller’s set, found by another root finder in Python', () => {
    const found = answered(breakEven(runs(lines.treatment.cost), runs(lines.baseline.cost), 0.95));
    if (found.kind !== 'interval') throw new Error(found.kind);
    expectClose(found.estimate ?? 0, lines.crossing, 1e-9);
    expectClose(found.low ?? 0, lines.low, 1e-9);
    expectClose(found.high ?? 0, lines.high, 1e-9);
    expect(found.cheaperBelow).toBe('baseline');
  });
  test('arms swapped: the same volumes, the other arm', () => {
    const forth = answered(breakEven(runs(lines.treatment.cost), runs(lines.baseline.cost), 0.95));
    const back = answered(breakEven(runs(lines.baseline.cost), runs(lines.treatment.cost), 0.95));
    expect(back).toEqual({ ...forth, cheaperBelow: 'treatment' });
  });
  test('a crossing near the end of the range is a half-line, none in the range is not a crossing', () => {
    const random = createRandom('half-line');
    const volumes = [1, 2, 4];
    const treatment = drawn(volumes, (v) => 40 + 5 * v, 0.05, random);
    const late = answered(
      breakEven(
        treatment,
        drawn(volumes, (v) => 5 + 13 * v, 0.05, random),
        0.95,
      ),
    );
    expect(late).toMatchObject({ kind: 'half-line', high: null, cheaperBelow: 'baseline' });
    const never = answered(
      breakEven(
        treatment,
        drawn(volumes, (v) => 100 + 13 * v, 0.05, random),
        0.95,
      ),
    );
    expect(never).toMatchObject({
      kind: 'none',
      why: { code: 'break-even-cheaper-throughout', values: { arm: 'treatment' } },
    });
    const same = answered(
      breakEven(
        treatment,
        drawn(volumes, (v) => 40 + 5 * v, 0.05, random),
        0.95,
      ),
    );
    expect(same).toMatchObject({ kind: 'none', why: { code: 'break-even-not-shown' } });
  });
  test('where costs have steps there is no line, but differences and the bracket of the turn', () => {
    const random = createRandom('steps');
    const volumes = [1, 2, 4, 8];
    const step = drawn(volumes, (v) => (v < 3 ? 10 : 40), 0.01, random);
    const line = drawn(volumes, (v) => 5 + 5 * v, 0.01, random);
    const found = answered(breakEven(step, line, 0.95));
    if (found.kind !== 'no-line') throw new Error(found.kind);
    expect(found.why.code).toBe('break-even-no-line');
    expect(found.differences.map(({ volume }) => volume)).toEqual(volumes);
    // 10:10 at volume 1, cheaper at 2, dearer at 4, cheaper again at 8: no single turn.
    expect(found.bracket).toBeNull();
    const declared = answered(breakEven(runs(lines.treatment.cost), runs(lines.baseline.cost), 0.95, true));
    expect(declared).toMatchObject({
      kind: 'no-line',
      why: { code: 'break-even-stepped' },
      bracket: { cheaperBelow: 'baseline' },
    });
  });
  test('two volumes, two runs, constants, NaN and costs that are not positive have reasons', () => {
    const good = runs(lines.baseline.cost);
    const of = (volume: number[], cost: number[]) => ({
      volume: Float64Array.from(volume),
      cost: Float64Array.from(cost),
    });
    expect(breakEven(of([1, 1, 1, 2, 2, 2], [1, 2, 3, 4, 5, 6]), good, 0.95)).toMatchObject({
      code: 'too-few-volumes',
      values: { volumes: 2 },
    });
    expect(breakEven(of([1, 1, 2, 2, 3, 3], [1, 2, 3, 4, 5, 6]), good, 0.95)).toMatchObject({
      code: 'too-few-volumes',
      values: { runs: 2 },
    });
    const nine = [1, 1, 1, 2, 2, 2, 3, 3, 3];
    expect(
      breakEven(
        of(
          nine,
          nine.map((v) => 2 * v),
        ),
        good,
        0.95,
      ),
    ).toMatchObject({ code: 'constant-data' });
    expect(
      breakEven(
        of(
          nine,
          nine.map((v) => v - 2),
        ),
        good,
        0.95,
      ),
    ).toMatchObject({ code: 'costs-not-positive' });
    expect(breakEven(of(nine, nine.fill(Number.NaN)), good, 0.95)).toMatchObject({
      code: 'values-not-finite',
    });
    expect(
      breakEven(
        runs(lines.baseline.cost.map((c, i) => c + i)),
        { ...good, volume: good.volume.map((v) => v + 50) },
        0.95,
      ),
    ).toMatchObject({ code: 'volumes-do-not-overlap' });
  });
  test('the set covers the true crossing at least as often as it says, and a line is seldom refused', () => {
    const random = createRandom('break-even coverage');
    const volumes = [1, 2, 3, 4];
    let covered = 0;
    let refused = 0;
    const rounds = 1500;
    for (let k = 0; k < rounds; k++) {
      const x = drawn(volumes, (v) => 30 + 10 * v, 0.08, random);
      const y = drawn(volumes, (v) => 10 + 18 * v, 0.08, random); // cross at 2.5
      const found = answered(breakEven(x, y, 0.95));
      if (found.kind === 'no-line') refused++;
      else if (found.kind === 'none') covered += found.why.code === 'break-even-not-shown' ? 1 : 0;
      else if ((found.low ?? 0) <= 2.5 && 2.5 <= (found.high ?? 9)) covered++;
    }
    // Two lack-of-fit tests at 5 %: about 10 % are refused; of the rest ≥ 93.5 % (99.9 % binomial).
    expect(refused / rounds).toBeLessThan(0.13);
    expect(covered / (rounds - refused)).toBeGreaterThan(0.928);
    expect(covered / (rounds - refused)).toBeLessThan(0.975);
  });
});

/** Pairs: extra cost and hours saved of each unit. */
function paired(cost: Float64Array, hours: Float64Array) {
  const n = cost.length;
  const mean = (values: Float64Array) => ({ high: values.reduce((s, v) => s + v, 0) / n, low: 0 });
  return {
    extraCost: mean(cost),
    hoursSaved: mean(hours),
    components: [jointComponent(centred(cost), centred(hours), 1 / n / (n - 1), n - 1)],
  };
}

describe('the price of an hour saved', () => {
  const hours = noise(91, 30).map((v) => 2 + v);
  const cost = hours.map((h, i) => 10 * h + 4 * noise(92, 30)[i]);
  test('is Fieller’s set, and the net benefit at λ is the same test', () => {
    const found = answered(hourPrice(paired(cost, hours)));
    const [segment, ...more] = found.set(0.95);
    expect(more).toEqual([]);
    const [a, b, c, d] = moments(cost, hours);
    const t = studentTSurvivalQuantile(0.025, 29);
    const fieller = [segment.low, segment.high].map(
      (price) => Math.abs(a - price * b) / (t * Math.sqrt(c + price * price * d[1] - 2 * price * d[0])),
    );
    expectClose(fieller[0], 1, 1e-9);
    expectClose(fieller[1], 1, 1e-9);
    const inside = (share: number) => segment.low + share * (segment.high - segment.low);
    for (const share of [-9, -0.1, -1e-7, 1e-7, 0.3, 0.9, 1 - 1e-7, 1 + 1e-7, 1.2, 30]) {
      const benefit = found.netBenefit(inside(share));
      expectClose(benefit?.estimate ?? 0, inside(share) * b - a, 1e-9);
      const p = benefit?.test(0) ?? { above: Number.NaN, below: Number.NaN };
      if (share < 0) expect(p.below).toBeLessThanOrEqual(0.025);
      else if (share > 1) expect(p.above).toBeLessThanOrEqual(0.025);
      else expect(Math.min(p.above, p.below)).toBeGreaterThan(0.025);
    }
  });
  test('without a certain saving the set has no upper end; both better leaves no price', () => {
    const open = answered(
      hourPrice(
        paired(
          cost,
          noise(93, 30).map((v) => v + 0.02),
        ),
      ),
    ).set(0.95);
    expect(open.at(-1)?.endsAfter).toBe(true);
    const free = answered(
      hourPrice(
        paired(
          cost.map((c) => -c),
          hours,
        ),
      ),
    ).set(0.95);
    expect(free).toEqual([]);
    const cheaper = answered(
      hourPrice(
        paired(
          cost.map((c) => -c),
          hours.map((h) => -h),
        ),
      ),
    ).set(0.95);
    expect(cheaper).toHaveLength(1);
  });
  test('constant costs and hours are no data', () => {
    const flat = new Float64Array(12).fill(2);
    expect(hourPrice(paired(flat, flat))).toMatchObject({ code: 'constant-data' });
    const fixedPrice = answered(
      hourPrice(
        paired(
          flat,
          noise(94, 12).map((v) => 3 + v),
        ),
      ),
    );
    expect(fixedPrice.set(0.95)).toHaveLength(1);
    expect(fixedPrice.netBenefit(0)).toBeNull();
  });
});

/** Mean cost, mean hours, Var of the mean cost, [Cov, Var of the mean hours]. */
function moments(cost: Float64Array, hours: Float64Array): [number, number, number, [number, number]] {
  const n = cost.length;
  const mean = (values: Float64Array) => values.reduce((s, v) => s + v, 0) / n;
  const [a, b] = [mean(cost), mean(hours)];
  const of = (term: (i: number) => number) =>
    Array.from({ length: n }, (_, i) => term(i)).reduce((s, v) => s + v, 0) / n / (n - 1);
  return [
    a,
    b,
    of((i) => (cost[i] - a) * (cost[i] - a)),
    [of((i) => (cost[i] - a) * (hours[i] - b)), of((i) => (hours[i] - b) * (hours[i] - b))],
  ];
}

describe('the cost–time cloud', () => {
  const cost = noise(95, 12).map((v) => 0.3 + v);
  const hours = noise(96, 12).map((v) => 0.5 + v);
  test('has the margins of the t intervals, not of a bootstrap that is too narrow', () => {
    const cloud = answered(pairedCloud({ cost, hours }, createRandom(1), 1, 20_000));
    const [a, , c] = moments(cost, hours);
    const sorted = cloud.extraCost.slice().sort();
    const reach = studentTSurvivalQuantile(0.025, 11) * Math.sqrt(c);
    expect(Math.abs(sorted[500] - (a - reach)) / reach).toBeLessThan(0.12);
    expect(Math.abs(sorted[19_500] - (a + reach)) / reach).toBeLessThan(0.12);
    const { fasterCheaper, fasterDearer, slowerCheaper, slowerDearer } = cloud.shares;
    expect(fasterCheaper + fasterDearer + slowerCheaper + slowerDearer).toBeCloseTo(1, 12);
    expect(fasterDearer).toBeGreaterThan(0.5);
  });
  test('unpaired arms: treatment minus baseline in cost, baseline minus treatment in hours', () => {
    const shifted = { cost: cost.map((c) => c + 5), hours: hours.map((h) => h - 9) };
    const cloud = answered(unpairedCloud(shifted, { cost, hours }, createRandom(1)));
    expect(cloud.shares.fasterDearer).toBeCloseTo(1, 12);
  });
  test('blocks keep the memory of a series', () => {
    let last = 0;
    const slow = noise(97, 200).map((z) => {
      last = 0.9 * last + z;
      return last;
    });
    const spread = (length: number) => {
      const { extraCost } = answered(pairedCloud({ cost: slow, hours: slow }, createRandom(2), length));
      const mean = extraCost.reduce((s, v) => s + v, 0) / extraCost.length;
      return Math.sqrt(extraCost.reduce((s, v) => s + (v - mean) * (v - mean), 0) / extraCost.length);
    };
    expect(spread(12)).toBeGreaterThan(1.8 * spread(1));
  });
  test('none below 10 units, none of what is not a number', () => {
    expect(pairedCloud({ cost: noise(1, 9), hours: noise(2, 9) }, createRandom(1))).toMatchObject({
      code: 'too-few-for-cloud',
      values: { have: 9, need: 10 },
    });
    expect(pairedCloud({ cost: cost.map(() => Number.NaN), hours }, createRandom(1))).toMatchObject({
      code: 'values-not-finite',
    });
    const flat = answered(
      pairedCloud(
        { cost: numbers(...new Array<number>(10).fill(2)), hours: hours.slice(0, 10) },
        createRandom(1),
      ),
    );
    expect(flat.shares.fasterCheaper + flat.shares.slowerCheaper).toBe(0);
  });
});
