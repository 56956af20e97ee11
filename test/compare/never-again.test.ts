/** Failures of today's tools (reference/peers.md §2), one test each, named after the failure. */
import { describe, expect, test } from 'vitest';
import { type Compared, compare, methods } from '../../src/compare/index.js';
import { decide } from '../../src/decide/index.js';
import type { ArmColumn } from '../../src/model/evidence.js';
import type { Claim, Design, Metric } from '../../src/model/experiment.js';
import { pValue } from '../../src/report/format.js';
import { createRandom } from '../../src/stats/random.js';
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

  test('a guardrail without data is safe', () => {
    const guardrail = claim('errors', 'mean', { id: 'g1.1', role: 'guardrail', kind: 'not-worse' });
    const { decision, claims } = judge(two(1), designs.mirrored, {}, [claim('seconds', 'mean'), guardrail]);
    expect(claims.map(({ verdict }) => verdict)).toEqual(['supported', 'unmeasured']);
    expect(decision.outcome).toBe('inconclusive');
  });

  test('no claim is a win', () => {
    expect(judge(two(1), designs.mirrored, {}, []).decision.outcome).not.toBe('adopt');
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
