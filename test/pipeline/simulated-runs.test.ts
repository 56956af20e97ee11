/** The whole analysis on seeded worlds: how often does it claim what is not there, and does it find what is? */
import { describe, expect, test } from 'vitest';
import { NO_DIFFERENCE, report, shipped, withoutSignFlip } from './simulate.js';

/** Same price for the same second on both arms, so that cheaper and faster are one question. */
const samePrice = () =>
  shipped([/engine: {4}\{ m5-large: seconds, utilisation: 15% \}/, 'engine: { lambda: seconds }']);
/** Only what the claims are about is compared: 400 analyses are enough work. */
const onlyClaimed = [/in: (s|B), better: lower \}/g, 'in: $1 }'] as const;
const anyFaster = [
  /- engine is at least 10% faster and cheaper than functions/,
  '- engine is faster than functions',
] as const;

describe('400 runs of two identical stacks', () => {
  test('adopt at most 2.5 % of the time, plus three standard errors', async () => {
    const experiment = await shipped(anyFaster, onlyClaimed);
    const runs = 400;
    let adopted = 0;
    let refuted = 0;
    let invalid = 0;
    for (let seed = 1; seed <= runs; seed += 1) {
      const { decision, claims } = await report(experiment, NO_DIFFERENCE, seed, withoutSignFlip);
      if (decision.outcome === 'adopt') adopted += 1;
      if (decision.outcome === 'invalid') invalid += 1;
      if (claims[0].verdict === 'refuted') refuted += 1;
    }
    const most = 0.025 + 3 * Math.sqrt((0.025 * 0.975) / runs);
    expect(adopted / runs).toBeLessThanOrEqual(most);
    // The test must be able to err, or it would claim nothing ever: the other side errs about as often.
    expect(adopted + refuted).toBeGreaterThan(0);
    expect(invalid / runs).toBeLessThanOrEqual(0.02 + 3 * Math.sqrt((0.02 * 0.98) / runs));
  }, 600_000);
});

describe('a known difference', () => {
  test('of 20 % is found, and adopted where it is also cheaper', async () => {
    const experiment = await samePrice();
    const outcomes = await Promise.all(
      [1, 2, 3, 4, 5].map((seed) =>
        report(experiment, { speed: { engine: 0.6, functions: 1 }, noise: 0.1 }, seed),
      ),
    );
    expect(outcomes.map(({ decision }) => decision.outcome)).toEqual(Array(5).fill('adopt'));
    const slower = await report(
      await shipped(anyFaster),
      { speed: { engine: 1.25, functions: 1 }, noise: 0.1 },
      7,
    );
    expect(slower.claims[0].verdict).toBe('refuted');
    expect(slower.decision.outcome).toBe('keep');
  });
});

describe('one dropped record in a hundred', () => {
  test('makes the run invalid, however fast the arm was', async () => {
    const dropping = await report(
      await samePrice(),
      {
        speed: { engine: 0.5, functions: 1 },
        noise: 0.1,
        answer: (honest, { arm, unit }) =>
          arm === 'engine'
            ? { ...honest, records: Math.floor(honest.records * 0.99), checksum: `another-sum-of-${unit}` }
            : honest,
      },
      3,
    );
    expect(dropping.decision.outcome).toBe('invalid');
    expect(dropping.decision.reasons.map(({ values }) => JSON.stringify(values)).join()).toContain(
      'output-parity',
    );
  });
});
