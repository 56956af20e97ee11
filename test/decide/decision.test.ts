import { describe, expect, test } from 'vitest';
import { decideTreatment, type Grounds } from '../../src/decide/decision.js';
import type { NetBenefit } from '../../src/decide/net-benefit.js';
import type { ClaimResult, Direction, Outcome, Verdict } from '../../src/model/decision.js';
import { reason } from '../../src/model/reason.js';
import { check, design, experiment, result } from './fixtures.js';

const verdicts: readonly Verdict[] = ['supported', 'refuted', 'inconclusive', 'unmeasured'];
const directions: readonly Direction[] = ['better', 'worse', 'equivalent', 'unclear'];
/** An unmeasured claim has no direction; every other pair can occur (a claim may be "within" or "not worse"). */
type Answer = readonly [Verdict, Direction | null];
const answers: readonly Answer[] = verdicts.flatMap((verdict): Answer[] =>
  verdict === 'unmeasured' ? [[verdict, null]] : directions.map((direction): Answer => [verdict, direction]),
);

interface Case {
  readonly required: readonly Answer[];
  readonly join: 'and' | 'or';
  readonly guardrails: readonly Verdict[];
  readonly fatal: boolean;
  readonly concurrent: boolean;
  readonly exploratory: boolean;
}

function* everyCase(): Generator<Case> {
  const requiredSets: Answer[][] = [[], ...answers.map((a) => [a])];
  for (const a of answers) for (const b of answers) requiredSets.push([a, b]);
  const guardrailSets: Verdict[][] = [[], ...verdicts.map((v) => [v])];
  for (const a of verdicts) for (const b of verdicts) guardrailSets.push([a, b]);
  for (const required of requiredSets) {
    for (const join of required.length > 1 ? (['and', 'or'] as const) : (['and'] as const)) {
      for (const guardrails of guardrailSets) {
        for (const flags of [0, 1, 2, 3, 4, 5, 6, 7]) {
          yield {
            required,
            join,
            guardrails,
            fatal: (flags & 1) > 0,
            concurrent: (flags & 2) === 0,
            exploratory: (flags & 4) > 0,
          };
        }
      }
    }
  }
}

function groundsOf(c: Case): Grounds {
  const claims: ClaimResult[] = [
    ...c.required.map(([verdict, direction], i) =>
      result(
        { metric: i === 0 ? 'seconds' : 'cost', join: c.join, siblings: c.required.length },
        verdict,
        direction,
      ),
    ),
    ...c.guardrails.map((verdict, i) =>
      result({ role: 'guardrail', kind: 'not-worse', metric: 'errors', sentenceIndex: i }, verdict),
    ),
  ];
  return {
    experiment: experiment({ design: design({ kind: 'observed', concurrent: c.concurrent }) }),
    claims,
    checks: [check({ status: c.fatal ? 'fail' : 'pass' }), check({ severity: 'warning', status: 'fail' })],
    exploratory: c.exploratory,
  };
}

const outcomeOf = (c: Case): Outcome => decideTreatment('engine', groundsOf(c)).outcome;
const cases = [...everyCase()];
const outcomes = cases.map((c) => [c, outcomeOf(c)] as const);

/** Every case in which `when` holds must have one of `allowed`; the rule must have had something to hold for. */
function always(when: (c: Case) => boolean, allowed: readonly Outcome[]) {
  const concerned = outcomes.filter(([c]) => when(c));
  expect(concerned.length).toBeGreaterThan(50);
  const broken = concerned.filter(([, outcome]) => !allowed.includes(outcome));
  expect(broken.slice(0, 3)).toEqual([]);
}

const all = (c: Case, verdict: Verdict) => c.required.length > 0 && c.required.every(([v]) => v === verdict);
const some = (c: Case, verdict: Verdict) => c.required.some(([v]) => v === verdict);
const going = (c: Case, direction: Direction) => c.required.some(([, d]) => d === direction);
const holds = (c: Case) => (c.join === 'or' ? some(c, 'supported') : all(c, 'supported'));
const falls = (c: Case) => (c.join === 'or' ? all(c, 'refuted') : some(c, 'refuted'));
const safe = (c: Case) => c.guardrails.every((v) => v === 'supported');
const healthy = (c: Case) => !c.fatal && !c.guardrails.includes('refuted');
const adoptable = (c: Case) => healthy(c) && holds(c) && safe(c) && c.concurrent && !c.exploratory;
const notAdopt: readonly Outcome[] = ['keep', 'trade-off', 'inconclusive', 'invalid'];

describe(`the decision over ${cases.length.toLocaleString('en')} combinations`, () => {
  test('has seen every outcome', () => {
    expect(cases.length).toBeGreaterThan(50_000);
    expect(new Set(outcomes.map(([, outcome]) => outcome)).size).toBe(5);
  });

  test('invalid exactly when a fatal check failed; a failed warning changes nothing', () => {
    always((c) => c.fatal, ['invalid']);
    always((c) => !c.fatal, ['adopt', 'keep', 'trade-off', 'inconclusive']);
  });

  test('a refuted guardrail keeps the baseline, whatever was gained', () => {
    always((c) => !c.fatal && c.guardrails.includes('refuted'), ['keep']);
  });

  test('adopt exactly when a required sentence holds, all hold, all guardrails hold, and nothing forbids it', () => {
    always(adoptable, ['adopt']);
    always((c) => !adoptable(c), notAdopt);
  });

  test('a missing metric never passes', () => {
    always((c) => c.join === 'and' && some(c, 'unmeasured'), notAdopt);
    always((c) => c.join === 'or' && all(c, 'unmeasured'), notAdopt);
  });

  test('a guardrail without data is not safe', () => {
    always((c) => c.guardrails.includes('unmeasured'), notAdopt);
    always((c) => c.guardrails.includes('inconclusive'), notAdopt);
  });

  test('no claim is not a win: without a hypothesis nothing is adopted, and nothing else is concluded either', () => {
    always((c) => c.required.length === 0 && healthy(c), ['inconclusive']);
  });

  test('arms observed at different times, and hypotheses written afterwards, never adopt', () => {
    always((c) => !c.concurrent, notAdopt);
    always((c) => c.exploratory, notAdopt);
  });

  test('trade-off exactly when one required metric is better, one worse, and no earlier rule holds', () => {
    always((c) => healthy(c) && !adoptable(c) && going(c, 'better') && going(c, 'worse'), ['trade-off']);
    always((c) => !(going(c, 'better') && going(c, 'worse')), ['adopt', 'keep', 'inconclusive', 'invalid']);
  });

  test('keep when a required sentence is refuted', () => {
    const traded = (c: Case) => going(c, 'better') && going(c, 'worse');
    always((c) => healthy(c) && !adoptable(c) && !traded(c) && falls(c), ['keep']);
  });

  test('keep when everything is equivalent, but inconclusive while only a guardrail lacks evidence', () => {
    const equal = (c: Case) => c.required.length > 0 && c.required.every(([, d]) => d === 'equivalent');
    always((c) => healthy(c) && equal(c) && !holds(c), ['keep']);
    always((c) => healthy(c) && equal(c) && holds(c) && !safe(c), ['inconclusive']);
  });

  test('keep never comes from a lack of evidence', () => {
    const unclear = (c: Case) => c.required.every(([v, d]) => v === 'inconclusive' && d === 'unclear');
    always((c) => healthy(c) && unclear(c), ['inconclusive']);
    always((c) => healthy(c) && all(c, 'unmeasured'), ['inconclusive']);
  });

  test('more support never turns adopt into something else', () => {
    const firm = outcomes.filter(([c, outcome]) => outcome === 'adopt' && some(c, 'inconclusive'));
    expect(firm.length).toBeGreaterThan(5);
    for (const [c] of firm) {
      const required = c.required.map(([v, d]) =>
        v === 'inconclusive' ? (['supported', 'better'] as const) : ([v, d] as Answer),
      );
      expect(outcomeOf({ ...c, required })).toBe('adopt');
    }
  });

  test('every decision gives at least one reason', () => {
    for (const c of cases.filter((_, i) => i % 7 === 0)) {
      expect(decideTreatment('engine', groundsOf(c)).reasons.length).toBeGreaterThan(0);
    }
  });
});

describe('which claims count', () => {
  const won = result({}, 'supported', 'better');
  const base = { experiment: experiment(), checks: [], exploratory: false };

  test('a claim of one treatment against another cannot adopt on its own', () => {
    const other = result({ reference: 'spark' }, 'supported', 'better');
    const decision = decideTreatment('engine', { ...base, claims: [other] });
    expect(decision.outcome).toBe('inconclusive');
    expect(decision.reasons.map((r) => r.code)).toContain('decision-no-hypothesis');
  });

  test('another treatment’s claims and guardrails do not count', () => {
    const theirs = result({ treatment: 'spark', role: 'guardrail' }, 'refuted');
    expect(decideTreatment('engine', { ...base, claims: [won, theirs] }).outcome).toBe('adopt');
  });

  test('a failed check of one metric alone does not make the run invalid', () => {
    const checks = [check({ severity: 'fatal-for-metric', scope: 'errors', status: 'fail' })];
    expect(decideTreatment('engine', { ...base, checks, claims: [won] }).outcome).toBe('adopt');
  });

  test('several deployments of each arm are not called two', () => {
    const runs = experiment({ design: design({ kind: 'runs' }) });
    const decision = decideTreatment('engine', { ...base, experiment: runs, claims: [won] });
    expect(decision.reasons.map((r) => r.code)).toEqual(['decision-all-supported']);
  });

  test('designs that compare two deployments say so', () => {
    const byKey = experiment({ design: design({ kind: 'by-key' }) });
    const decision = decideTreatment('engine', { ...base, experiment: byKey, claims: [won] });
    expect(decision.reasons.map((r) => r.code)).toEqual([
      'decision-all-supported',
      'decision-these-deployments',
    ]);
  });
});

describe('a trade-off where an hour has a declared value', () => {
  type Sign = 'pays' | 'costs' | 'open';
  const net = (sign: Sign, costMetric = 'cost'): NetBenefit => ({
    costMetric,
    timeMetric: 'seconds',
    currency: 'USD',
    hourValue: 40,
    per: '1M records',
    estimate: sign === 'costs' ? -1 : 1,
    interval: {
      kind: 'interval',
      low: sign === 'pays' ? 0.5 : -2,
      high: sign === 'costs' ? -0.5 : 2,
    },
    sign,
  });

  test('every case: only a trade-off is decided by it, adopt never past an obstacle or an open guardrail', () => {
    let [seen, adopted, kept] = [0, 0, 0];
    for (const c of everyCase()) {
      const grounds = groundsOf(c);
      const plain = decideTreatment('engine', grounds);
      for (const sign of ['pays', 'costs', 'open'] as const) {
        const { outcome, reasons } = decideTreatment('engine', { ...grounds, netBenefit: () => net(sign) });
        seen += 1;
        if (plain.outcome !== 'trade-off') {
          expect(outcome).toBe(plain.outcome);
          continue;
        }
        const safe = c.guardrails.every((verdict) => verdict === 'supported');
        const free = c.concurrent && !c.exploratory;
        const expected: Outcome =
          sign === 'costs' ? 'keep' : sign === 'pays' && safe && free ? 'adopt' : 'trade-off';
        expect(outcome).toBe(expected);
        expect(reasons.map(({ code }) => code)).toContain(`net-benefit-${sign}`);
        if (outcome === 'adopt') adopted += 1;
        if (outcome === 'keep') kept += 1;
      }
    }
    expect(seen).toBeGreaterThan(10_000);
    expect(adopted).toBeGreaterThan(0);
    expect(kept).toBeGreaterThan(0);
  });

  const traded = (extra: ClaimResult[] = []): Grounds => ({
    experiment: experiment({}),
    claims: [
      result({ metric: 'seconds', siblings: 2 }, 'supported', 'better'),
      result({ metric: 'cost', siblings: 2 }, 'refuted', 'worse'),
      ...extra,
    ],
    checks: [],
    exploratory: false,
  });

  test('another required claim that is open keeps it from being adopted', () => {
    const grounds = traded([result({ metric: 'memory', sentenceIndex: 1 }, 'inconclusive', 'unclear')]);
    const decided = decideTreatment('engine', { ...grounds, netBenefit: () => net('pays') });
    expect(decided.outcome).toBe('trade-off');
    expect(decided.reasons.map(({ code }) => code)).toContain('decision-open');
  });

  test('it settles nothing between metrics that the value of an hour does not weigh', () => {
    const decided = decideTreatment('engine', { ...traded(), netBenefit: () => net('pays', 'bill') });
    expect(decided.outcome).toBe('trade-off');
    expect(decided.reasons).toContainEqual(reason('net-benefit-weighs-less', { metrics: ['cost'] }));
  });

  test('where it cannot be computed the trade-off stays, and says why', () => {
    const why = reason('trade-off-not-measured', {});
    const decided = decideTreatment('engine', { ...traded(), netBenefit: () => why });
    expect(decided).toMatchObject({ outcome: 'trade-off' });
    expect(decided.reasons).toContainEqual(why);
  });
});
