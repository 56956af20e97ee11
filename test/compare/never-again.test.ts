/** Failures of today's tools (reference/peers.md §2), one test each, named after the failure. */
import { describe, expect, test } from 'vitest';
import { type Compared, compare, methods } from '../../src/compare/index.js';
import { alphaAtLook, decide } from '../../src/decide/index.js';
import type { ArmColumn } from '../../src/model/evidence.js';
import type { Claim, Design, Metric } from '../../src/model/experiment.js';
import { reason } from '../../src/model/reason.js';
import { pValue } from '../../src/report/format.js';
import { createRandom } from '../../src/stats/random.js';
import { welch } from '../../src/stats/welch.js';
import { report, shipped, simulate } from '../pipeline/simulate.js';
import { claim, evidence, metric } from './evidence.js';
import { balancedPlaces, column, infer, pairedSamples } from './samples.js';
import { drawFirstOrder } from './worlds.js';

const options = { confidencePerComparison: () => 0.95 };
const designs: Record<string, Partial<Design>> = {
  interleaved: { kind: 'interleaved' },
  'by-key': { kind: 'by-key' },
  mirrored: { kind: 'mirrored' },
  'side by side': { kind: 'observed', concurrent: true },
  'one after the other': { kind: 'observed', concurrent: false },
};

function judge(
  arms: readonly ArmColumn[],
  design: Partial<Design>,
  about: Partial<Metric> = {},
  asked: readonly Claim[] = [claim('seconds', about.estimand ?? 'mean')],
) {
  const given = evidence(
    [metric('seconds', { estimand: 'mean', ...about })],
    { seconds: arms },
    {
      design,
      claims: asked,
    },
  );
  const compared: Compared = compare(given, methods, options, createRandom(1));
  const decided = decide(given, asked, compared.comparisons, compared.inferences, []);
  return { ...compared, ...decided, comparison: compared.comparisons[0] };
}

/** Treatment a fifth below the baseline, on any scale. */
function two(scale: number, n = 120) {
  const random = createRandom(3, 'never again');
  const noise = () => drawFirstOrder(0.3, n, random);
  const arm = (name: string, mean: number) =>
    column(
      name,
      Array.from(noise(), (z) => scale * (mean + 0.1 * z)),
    );
  return [arm('x', 0.8), arm('y', 1)] as const;
}

describe('never again', () => {
  for (const [name, design] of Object.entries(designs)) {
    test(`a shift is found at mean 1 and lost at mean 1e-6 (${name})`, () => {
      const at = (scale: number) => judge(two(scale), design);
      const one = at(1);
      expect(one.claims[0].verdict).toBe('supported');
      const p = one.comparison.effect?.p as number;
      expect(p).toBeLessThan(1e-4);
      for (const scale of [1e-6, 1e-12, 1e12]) {
        const other = at(scale);
        expect(other.claims[0].verdict).toBe('supported');
        expect(Math.abs((other.comparison.effect?.p as number) / p - 1)).toBeLessThan(1e-9);
      }
    });

    test(`n = 1 is decided (${name})`, () => {
      const { claims, decision, comparison } = judge([column('x', [1]), column('y', [2])], design);
      expect(comparison.effect).toBeNull();
      // By the first of several gates, so that a hole in it shows though the next ones hold.
      expect(comparison.unmeasured?.code).toBe('too-few-units');
      expect(claims[0].verdict).toBe('unmeasured');
      expect(decision.outcome).toBe('inconclusive');
    });

    test(`n = 4 is decided (${name})`, () => {
      const { claims, decision, comparison } = judge(
        [column('x', [1, 1.1, 0.9, 1.05]), column('y', [9, 9.2, 8.8, 9.1])],
        design,
      );
      expect(comparison.unmeasured).not.toBeNull();
      expect(claims[0].verdict).toBe('unmeasured');
      expect(decision.outcome).toBe('inconclusive');
    });

    test(`an empty arm is 0 (${name})`, () => {
      const { claims, comparison } = judge([column('x', []), two(1)[1]], design);
      expect(comparison.unmeasured?.code).toBe('arm-without-data');
      expect(claims[0].verdict).toBe('unmeasured');
    });

    test(`interval and verdict disagree (${name})`, () => {
      const random = createRandom(9, 'thresholds', name);
      const arms = two(1);
      for (let k = 0; k < 40; k++) {
        const amount = { kind: 'relative', value: 0.1 + 0.2 * random.uniform() } as const;
        const [said] = judge(arms, design, {}, [claim('seconds', 'mean', { amount })]).claims;
        const low = said.benefit?.interval.low as number;
        const high = said.benefit?.interval.high as number;
        const expected = low >= amount.value ? 'supported' : high < amount.value ? 'refuted' : 'inconclusive';
        expect(said.verdict, `${amount.value} in ${low} … ${high}`).toBe(expected);
      }
    });
  }

  test('an errored metric is a pass', () => {
    const asked = [claim('seconds', 'mean'), claim('cost', 'mean', { id: 'h1.2', siblings: 2 })];
    const given = evidence(
      [metric('seconds', { estimand: 'mean' }), metric('cost', { estimand: 'mean' })],
      { seconds: two(1), cost: two(1) },
      { design: designs['by-key'], claims: asked },
    );
    const answered = [...given.tables.values()][1];
    const errored = { ...answered, unmeasured: reason('source-failed', { source: 'bill', why: 'timeout' }) };
    const outcome = (cost: typeof answered) => {
      const tables = new Map(given.tables).set('cost', cost);
      const compared = compare({ ...given, tables }, methods, options, createRandom(1));
      const all = { ...given, tables };
      return decide(all, asked, compared.comparisons, compared.inferences, []);
    };
    expect(outcome(answered).decision.outcome).toBe('adopt');
    const { claims, decision } = outcome(errored);
    expect(claims.map(({ verdict }) => verdict)).toEqual(['supported', 'unmeasured']);
    expect(decision.outcome).toBe('inconclusive');
  });

  test('two looks at one run are one', () => {
    const alphas = [alphaAtLook({ times: [0.5], last: false }), alphaAtLook({ times: [0.5, 1], last: true })];
    const runs = 2000;
    const claimed = { once: 0, naively: 0, paidFor: 0 };
    for (let k = 0; k < runs; k++) {
      const random = createRandom(4, 'two looks', String(k));
      const arm = () => Float64Array.from({ length: 60 }, () => random.normal());
      const [x, y] = [arm(), arm()];
      const p = [30, 60].map((n) => {
        const found = welch(x.subarray(0, n), y.subarray(0, n));
        if ('code' in found) throw new Error(found.code);
        const { above, below } = found.difference.test(0);
        return 2 * Math.min(above, below);
      });
      if (p[1] <= 0.05) claimed.once++;
      if (p.some((each) => each <= 0.05)) claimed.naively++;
      if (p.some((each, look) => each <= alphas[look](0.05))) claimed.paidFor++;
    }
    const most = runs * 0.05 + 3 * Math.sqrt(runs * 0.05 * 0.95);
    expect(claimed.once).toBeLessThanOrEqual(most);
    expect(claimed.paidFor).toBeLessThanOrEqual(most);
    expect(claimed.naively).toBeGreaterThan(most);
  });

  test('dropping failed trials makes an arm faster', async () => {
    const experiment = await shipped([
      /- engine is at least 10% faster and cheaper than functions/,
      '- engine is faster than functions',
    ]);
    const alike = { speed: { engine: 1, functions: 1 }, noise: 0.5 };
    // What takes long fails, on one arm only: those that remain are quick.
    const fails = (slowness: number, { arm }: { arm: string }) => arm === 'engine' && slowness > 1.1;
    const world = { ...alike, fails };
    const { trials } = await simulate(experiment, world, 1);
    const mean = (arm: string) => {
      const of = trials.filter((trial) => trial.arm === arm && trial.outcome === 'ok' && trial.block >= 0);
      return of.reduce((sum, { measured }) => sum + (measured.wallSeconds as number), 0) / of.length;
    };
    expect(mean('engine') / mean('functions')).toBeLessThan(0.8);
    const { claims, decision } = await report(experiment, world, 1);
    expect(claims[0].verdict).not.toBe('supported');
    expect(['keep', 'invalid']).toContain(decision.outcome);
  });

  test('a guardrail without data is safe', () => {
    const guardrail = claim('errors', 'mean', { id: 'g1.1', role: 'guardrail', kind: 'not-worse' });
    const { decision, claims } = judge(two(1), designs.mirrored, {}, [claim('seconds', 'mean'), guardrail]);
    expect(claims.map(({ verdict }) => verdict)).toEqual(['supported', 'unmeasured']);
    expect(decision.outcome).toBe('inconclusive');
  });

  test('no claim is a win', () => {
    const { decision } = judge(two(1), designs.mirrored, {}, []);
    expect(decision.outcome).toBe('inconclusive');
    expect(decision.reasons.map(({ code }) => code)).toContain('decision-no-hypothesis');
    expect(decision.wouldChange.map(({ code }) => code)).toContain('change-state-a-hypothesis');
  });

  test('p shows 0', () => {
    const random = createRandom(11, 'tiny p');
    const arm = (name: string, mean: number) =>
      column(
        name,
        Array.from({ length: 2000 }, () => mean + 1e-3 * random.normal()),
      );
    const { comparison, claims } = judge([arm('x', 1), arm('y', 2)], designs['by-key']);
    expect(comparison.effect?.p).toBeLessThan(1e-300);
    expect(pValue(comparison.effect?.p)).toBe('p < 1e-300');
    expect(claims[0].verdict).toBe('supported');
  });
});

describe('never again: ABAB under an environment of period 2', () => {
  /** Trials of 40 blocks; every second trial is slowed by 2 sd, whichever arm it is. */
  const blocks = (places: readonly number[], seed: string) => {
    const random = createRandom(5, 'period 2', seed);
    const value = (place: number) => 50 + 2 * place + random.normal();
    return pairedSamples(
      column('x', places.map(value), { order: places }),
      column(
        'y',
        places.map((place) => value(1 - place)),
        { order: places.map((place) => 1 - place) },
      ),
    );
  };

  test('strict alternation is recognised: the order never varied', () => {
    const abab = blocks(
      Array.from({ length: 40 }, () => 0),
      'strict',
    );
    const found = infer(methods['paired-t'], abab);
    expect(found.warnings.map(({ code }) => code)).toContain('order-never-varied');
  });

  test('orders drawn at random are immune', () => {
    let claims = 0;
    for (let k = 0; k < 400; k++) {
      const random = createRandom(6, 'places', String(k));
      const places = balancedPlaces(40, (all) => random.shuffle(all), 0);
      const { above, below } = infer(methods['paired-t'], blocks(places, String(k))).difference.test(0);
      if (Math.min(above, below) <= 0.025) claims++;
    }
    expect(claims).toBeLessThanOrEqual(34);
    expect(claims).toBeGreaterThan(5);
  });

  test('arms that took turns and were watched are not concurrent, and are never adopted', () => {
    const random = createRandom(7, 'turns');
    const arm = (name: string, offset: number) => ({
      ...column(
        name,
        Array.from({ length: 100 }, () => 50 - 4 * (1 - offset) + random.normal()),
      ),
      start: Float64Array.from({ length: 100 }, (_, t) => (2 * t + offset) * 1000),
    });
    const { claims, decision } = judge([arm('x', 0), arm('y', 1)], designs['one after the other']);
    expect(claims[0].verdict).toBe('supported');
    expect(decision.outcome).toBe('inconclusive');
    expect(decision.reasons.map(({ code }) => code)).toContain('decision-not-concurrent');
  });
});
