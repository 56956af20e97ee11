/** What the page computes is what the analysis would have said. */
import { describe, expect, test } from 'vitest';
import { afterHarm, type Judgeable, judgeAgain, judgeable } from '../../src/decide/index.js';
import type { ClaimResult, Decision } from '../../src/model/decision.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { Report } from '../../src/model/report.js';
import { json } from '../../src/report/json.js';
import { report, shipped, type World } from '../pipeline/simulate.js';
import { analysed, read } from '../pipeline/slotted.js';
import { worlds } from '../report/worlds/index.js';

const known = (one: Report): Judgeable => {
  // As the page has it: after JSON.
  const found = judgeable(JSON.parse(json.render(one)) as Report);
  if (found === null) throw new Error('nothing was recorded');
  return found;
};
const declared = (one: Judgeable, confidence: number) => ({
  confidence: one.confidences.indexOf(confidence),
  amounts: {},
  price: null,
});
const said = ({ claims, decision }: { claims: readonly ClaimResult[]; decision: Decision }) => ({
  outcome: decision.outcome,
  treatments: decision.treatments,
  perTreatment: decision.perTreatment.map(({ treatment, outcome }) => [treatment, outcome]),
  verdicts: claims.map(({ claim, verdict }) => [claim.id, verdict]),
});
const directions = (claims: readonly ClaimResult[]) => claims.map(({ direction }) => direction);

describe('at the declared values', () => {
  test.each(Object.entries(worlds))('the page decides %s as the report did', (_, world) => {
    const again = known(world);
    expect(said(judgeAgain(again, declared(again, world.experiment.confidence)))).toEqual(said(world));
  });
});

test('of 4 + 4 slots the page decides as the report did, and at 99 % says that they are too few', async () => {
  const world = analysed(await read('{ kind: switchback, slot: 12h, burn-in: 20m, seed: 5 }'), {
    ratio: 0.5,
  });
  expect(world.claims.map(({ verdict }) => verdict)).toEqual(['supported', 'supported']);
  const again = known(world);
  expect(said(judgeAgain(again, declared(again, 0.95)))).toEqual(said(world));
  const strict = judgeAgain(again, declared(again, 0.99)).claims;
  expect(strict.map(({ reasons: [why] }) => why.code)).toEqual(
    strict.map(() => 'too-few-schedules-to-decide'),
  );
});

const speeds: readonly World[] = [
  { speed: { engine: 0.8, functions: 1 }, noise: 0.15 },
  { speed: { engine: 0.93, functions: 1 }, noise: 0.2 },
  { speed: { engine: 1, functions: 1 }, noise: 0.1 },
  { speed: { engine: 1.2, functions: 1 }, noise: 0.15 },
];
const at = async (world: World, seed: number, ...edits: Parameters<typeof shipped>) =>
  report(await shipped(...edits), world, seed);
const withConfidence = async (confidence: number): Promise<Experiment> => {
  const experiment = await shipped();
  return { ...experiment, decide: { ...experiment.decide, confidence } };
};

describe.each(speeds.map((world, i) => [world.speed.engine, world, 40 + i] as const))(
  'where the engine takes %f of the time',
  (_, world, seed) => {
    test('the declared values give the report’s decision, with its directions and p-values', async () => {
      const found = await at(world, seed);
      const again = known(found);
      const { claims, decision } = judgeAgain(again, declared(again, found.experiment.confidence));
      expect(said({ claims, decision })).toEqual(said(found));
      expect(directions(claims)).toEqual(directions(found.claims));
      expect(claims.map(({ moreUnits }) => moreUnits)).toEqual(
        found.claims.map(({ moreUnits }) => moreUnits),
      );
      for (const [i, { p }] of claims.entries()) expect(p).toBeCloseTo(found.claims[i].p ?? Number.NaN, 10);
    });

    test('another confidence gives what an analysis at that confidence gives', async () => {
      const again = known(await at(world, seed));
      for (const confidence of again.confidences) {
        const found = await report(await withConfidence(confidence), world, seed);
        const { claims, decision } = judgeAgain(again, declared(again, confidence));
        // The warm-up rule judges other cuts again, which the page does not.
        if (found.decision.reasons.some(({ code }) => code === 'decision-warm-up-sensitive')) continue;
        expect(said({ claims, decision }), `at ${confidence}`).toEqual(said(found));
        expect(directions(claims)).toEqual(directions(found.claims));
      }
    });

    test('another amount in a claim gives what an analysis of that claim gives', async () => {
      const again = known(await at(world, seed));
      const [first] = again.claims;
      for (const amount of [0, 0.02, 0.05, 0.15, 0.25]) {
        const experiment = await shipped();
        const hypotheses = experiment.hypotheses.map((claim) =>
          claim.id === first.claim.id ? { ...claim, amount: { ...claim.amount, value: amount } } : claim,
        );
        const found = await report({ ...experiment, hypotheses }, world, seed);
        const assumed = { ...declared(again, 0.95), amounts: { [first.claim.id]: amount } };
        expect(said(judgeAgain(again, assumed)), `at least ${amount}`).toEqual(said(found));
      }
    });
  },
);

/** The engine's price given as a range from a hundredth to a hundredfold, or set elsewhere. */
const ranged = async (price: number | null, ...edits: Parameters<typeof shipped>): Promise<Experiment> => {
  const experiment = await shipped(...edits);
  const metrics = experiment.metrics.map((metric) => {
    if (metric.input.kind !== 'rate') return metric;
    const { card, arms } = metric.input;
    const [{ rate }] = arms.engine;
    const typical = card.rates[rate].price;
    const priced = price ?? typical;
    const range = { low: typical / 100, high: typical * 100 };
    const rates = {
      ...card.rates,
      [rate]: { ...card.rates[rate], price: priced, ...(price === null ? { range } : {}) },
    };
    return { ...metric, input: { ...metric.input, card: { ...card, rates } } };
  });
  return { ...experiment, metrics };
};

test('a price within its range gives what an analysis at that price gives', async () => {
  const again = known(await report(await ranged(null), speeds[0], 41));
  expect(again.prices).toHaveLength(1);
  const [{ stops, typical }] = again.prices;
  expect(stops.map(({ price }) => Number((price / typical).toPrecision(9)))).toEqual([
    0.01, 0.505, 1, 50.5, 100,
  ]);
  const outcomes = new Set<string>();
  for (const [stop, { price }] of stops.entries()) {
    const found = await report(await ranged(price), speeds[0], 41);
    const assumed = { ...declared(again, 0.95), price: { range: 0, stop } };
    expect(said(judgeAgain(again, assumed))).toEqual(said(found));
    outcomes.add(JSON.stringify(said(found).verdicts));
  }
  expect(outcomes.size).toBeGreaterThan(1);
});

describe('what the claims alone do not decide', () => {
  test.each([
    ['4000 USD', 'net-benefit-pays'],
    ['0.0001 USD', 'net-benefit-costs'],
  ])('an hour worth %s decides in the page as in the report', async (hourValue, code) => {
    const faster: World = { speed: { engine: 0.8, functions: 1 }, noise: 0.05 };
    const found = await at(faster, 3, [/confidence: 95% \}/, `confidence: 95%, hourValue: ${hourValue} }`]);
    expect(found.decision.reasons.map((reason) => reason.code)).toContain(code);
    const again = known(found);
    const { decision } = judgeAgain(again, declared(again, 0.95));
    expect(decision.outcome).toBe(found.decision.outcome);
    expect(decision.reasons.map((reason) => reason.code)).toContain(code);
    for (const confidence of again.confidences) {
      const asked = `confidence: ${confidence * 100}%, hourValue: ${hourValue} }`;
      const there = await at(faster, 3, [/confidence: 95% \}/, asked]);
      const moved = judgeAgain(again, declared(again, confidence));
      expect(said(moved), `at ${confidence}`).toEqual(said(there));
      const [seen, wanted] = [moved.decision, there.decision].map(({ reasons }) =>
        reasons.find((one) => one.code === code),
      );
      expect(seen?.values.low).toBeCloseTo(wanted?.values.low as number, 9);
    }
  });

  test('what the hours are worth is held against the ends of price ranges, in the page as in the report', async () => {
    const faster: World = { speed: { engine: 0.8, functions: 1 }, noise: 0.05 };
    const worth: Parameters<typeof shipped>[0] = [
      /confidence: 95% \}/,
      'confidence: 95%, hourValue: 40 USD }',
    ];
    const found = await report(await ranged(null, worth), faster, 3);
    const codes = found.decision.reasons.map(({ code }) => code);
    expect(codes).toContain('net-benefit-pays');
    expect(codes).toContain('decision-price-range-changes');
    expect(found.decision.wouldChange.map(({ code }) => code)).toContain('change-price');
    const again = known(found);
    const outcomes = new Set<string>();
    for (const [stop, { price }] of again.prices[0].stops.entries()) {
      const there = await report(await ranged(price, worth), faster, 3);
      const moved = judgeAgain(again, { ...declared(again, 0.95), price: { range: 0, stop } });
      expect(said(moved), `at ${price}`).toEqual(said(there));
      outcomes.add(there.decision.outcome);
    }
    expect(outcomes.size).toBeGreaterThan(1);
  });

  test('a treatment that was stopped because it did harm is kept out, whatever is assumed', () => {
    const [adopted] = Object.values(worlds).filter(({ decision }) => decision.outcome === 'adopt');
    const { arms } = adopted.experiment;
    const treatment = arms.find(({ baseline }) => !baseline)?.name ?? '';
    const why = { code: 'split-stopped-harm', values: { arms: [treatment], sentences: ['x'] } };
    const stopped: Report = { ...adopted, decision: afterHarm(adopted.decision, [treatment], why) };
    expect(stopped.decision.outcome).toBe('keep');
    const again = known(stopped);
    expect(judgeAgain(again, declared(again, adopted.experiment.confidence)).decision.outcome).toBe('keep');
  });
});
