/** What the ends of a price range say of a claim. */
import { describe, expect, test } from 'vitest';
import { atPriceEnds, type JudgedScenario, withPriceScenarios } from '../../src/decide/index.js';
import type { ClaimResult, Decision, Outcome, Verdict } from '../../src/model/decision.js';
import { type Reason, reason } from '../../src/model/reason.js';
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
  decision: { perTreatment: [] },
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

describe('price ranges and the decision', () => {
  const net = (code: string, estimate: number) =>
    reason(code, {
      hourValue: 40,
      currency: 'USD',
      per: '',
      estimate,
      low: estimate - 1,
      high: estimate + 1,
    });
  const decided = (outcome: Outcome, ...reasons: Reason[]): Decision => ({
    outcome,
    treatments: ['engine'],
    reasons,
    perTreatment: [{ treatment: 'engine', outcome, reasons }],
    wouldChange: [],
  });
  const end = (side: 'low' | 'high', decision: Decision): JudgedScenario => ({ ...at(side), decision });
  const pays = decided('adopt', net('net-benefit-pays', 5));

  test('an adoption by the value of an hour that an end of a range would not make says so, with the price', () => {
    const costs = decided('keep', net('net-benefit-costs', -5));
    const found = atPriceEnds(pays, pays, [end('low', pays), end('high', costs)]);
    expect(found.outcome).toBe('adopt');
    expect(found.reasons.map(sentence).at(-1)).toBe(
      'At the high end of the price range of m5-large (0.12 USD instead of 0.096) the decision on engine would be keep, not adopt.',
    );
    expect(found.perTreatment[0].reasons).toEqual(found.reasons);
    expect(found.wouldChange.map(sentence)).toEqual([
      'The price of m5-large: at 0.12 USD, the high end of its declared range (typical: 0.096), the decision on engine would be keep.',
    ]);
  });

  test('one that both ends would make says that it holds; a range that does not touch it says nothing', () => {
    const less = decided('adopt', net('net-benefit-pays', 2));
    const found = atPriceEnds(pays, pays, [end('low', less), end('high', pays)]);
    expect(found.reasons.map(({ code }) => code)).toEqual(['net-benefit-pays', 'decision-price-range-holds']);
    expect(found.wouldChange).toEqual([]);
    expect(atPriceEnds(pays, pays, [end('low', pays), end('high', pays)])).toEqual(pays);
    expect(atPriceEnds(pays, pays, [])).toEqual(pays);
  });

  test('a decision on claims that an end would change names the price among what would change it', () => {
    const [adopt, open] = [decided('adopt'), decided('inconclusive')];
    const found = atPriceEnds(adopt, adopt, [end('low', open), end('high', adopt)]);
    expect(found.reasons).toEqual([]);
    expect(found.wouldChange.map(({ code, values }) => [code, values.outcome])).toEqual([
      ['change-price', 'inconclusive'],
    ]);
  });

  test('what other warm-up cuts settled, or a check made invalid, hangs on no price', () => {
    const open = decided(
      'inconclusive',
      reason('decision-warm-up-sensitive', { none: 'keep', twice: 'adopt' }),
    );
    const ends = [end('low', decided('keep')), end('high', pays)];
    expect(atPriceEnds(open, pays, ends)).toEqual(open);
    const invalid = decided('invalid');
    expect(atPriceEnds(invalid, invalid, ends)).toEqual(invalid);
  });
});
