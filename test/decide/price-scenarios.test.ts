/** What the ends of a price range say of a claim. */
import { describe, expect, test } from 'vitest';
import { type JudgedScenario, withPriceScenarios } from '../../src/decide/index.js';
import type { ClaimResult, Verdict } from '../../src/model/decision.js';
import { sentence } from '../../src/report/words.js';
import { claim } from './fixtures.js';

const judged = (verdict: Verdict, estimate: number, id = 'h1.1'): ClaimResult => ({
  claim: claim({ id }),
  comparison: 'c',
  verdict,
  direction: 'better',
  benefit: {
    estimate,
    interval: { kind: 'interval', low: estimate - 0.1, high: estimate + 0.1 },
    threshold: 0,
    margin: null,
  },
  p: 0.01,
  alpha: 0.025,
  reasons: [],
  moreUnits: null,
});
const at = (end: 'low' | 'high', ...claims: ClaimResult[]): JudgedScenario => ({
  rate: 'm5-large',
  title: 'EC2',
  end,
  price: end === 'low' ? 0.05 : 0.12,
  typical: 0.096,
  currency: 'USD',
  claims,
});
const said = (claims: readonly ClaimResult[]): readonly string[] =>
  claims.flatMap(({ reasons }) => reasons.map(sentence));

describe('price ranges and claims', () => {
  test('an end at which the verdict would be another is named with its price', () => {
    const [result] = withPriceScenarios(
      [judged('supported', 0.2)],
      [at('low', judged('supported', 0.4)), at('high', judged('refuted', -0.1))],
    );
    expect(result?.verdict).toBe('supported');
    expect(said([result as ClaimResult])).toEqual([
      'At the high end of the price range of m5-large (0.12 USD instead of 0.096) the verdict would be refuted, not supported.',
    ]);
  });

  test('a range that touches the claim without changing it is said to hold', () => {
    const held = withPriceScenarios(
      [judged('supported', 0.2)],
      [at('low', judged('supported', 0.4)), at('high', judged('supported', 0.1))],
    );
    expect(said(held)).toEqual([
      'The verdict is the same at both ends of the declared price range of m5-large.',
    ]);
  });

  test('a claim on time is not touched by a price, and says nothing of it', () => {
    const time = judged('supported', 0.2, 'h1.2');
    expect(withPriceScenarios([time], [at('low', time), at('high', time)])).toEqual([time]);
    expect(withPriceScenarios([time], [])).toEqual([time]);
  });
});
