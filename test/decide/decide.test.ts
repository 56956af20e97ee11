import { describe, expect, test } from 'vitest';
import { decide, warmupSensitivity } from '../../src/decide/index.js';
import type { CheckResult, Decision, Outcome } from '../../src/model/decision.js';
import type { Inference } from '../../src/model/effect.js';
import type { MetricTable } from '../../src/model/evidence.js';
import type { Claim, Experiment } from '../../src/model/experiment.js';
import { decideWords } from '../../src/report/words/decide.js';
import { sentence } from '../../src/report/words.js';
import { check, claim, column, comparison, experiment, inference, type Linear, table } from './fixtures.js';

const faster: Linear = { treatment: 60, baseline: 100, vt: 1, vb: 1 };
const same: Linear = { treatment: 99, baseline: 100, vt: 9, vb: 9 };
const slower: Linear = { treatment: 150, baseline: 100, vt: 1, vb: 1 };

interface Setting {
  readonly seconds?: Linear;
  readonly cost?: Linear | null;
  readonly claims?: readonly Claim[];
  readonly checks?: readonly CheckResult[];
  readonly part?: Partial<Experiment>;
  readonly tables?: ReadonlyMap<string, MetricTable>;
  readonly exploratory?: boolean;
}

const both = (kind: Claim['kind'] = 'better') => [
  claim({ amount: { kind: 'relative', value: 0.1 } }),
  claim({ id: 'h1.2', metric: 'cost', kind, siblings: 2, amount: { kind: 'relative', value: 0 } }),
];

function run({
  seconds = faster,
  cost = faster,
  claims = both(),
  checks = [],
  part,
  tables,
  exploratory = false,
}: Setting) {
  const about = experiment(part);
  const pairs = about.treatments.flatMap((treatment) => [
    comparison({ id: `seconds:${treatment}/functions`, treatment }),
    comparison({ id: `cost:${treatment}/functions`, metric: 'cost', treatment }),
  ]);
  const inferences = new Map<string, Inference>();
  for (const { id, metric } of pairs) {
    const linear = metric === 'cost' ? cost : seconds;
    if (linear !== null) inferences.set(id, inference(linear));
  }
  return decide({ experiment: about, tables: tables ?? new Map() }, claims, pairs, inferences, checks, {
    exploratory,
  });
}

describe('from claims to the decision', () => {
  test('faster and cheaper: adopt', () => {
    const { claims, decision } = run({});
    expect(claims.map((c) => c.verdict)).toEqual(['supported', 'supported']);
    expect([decision.outcome, decision.treatments]).toEqual(['adopt', ['engine']]);
  });

  test('faster and dearer: trade-off, naming both metrics', () => {
    const { decision } = run({ cost: slower });
    expect(decision.outcome).toBe('trade-off');
    expect(decision.reasons[0].values).toEqual({ better: ['seconds'], worse: ['cost'] });
  });

  test('faster, cost unknown: inconclusive, and the missing metric is what would change it', () => {
    const { claims, decision } = run({ cost: null });
    expect(claims[1].verdict).toBe('unmeasured');
    expect(decision.outcome).toBe('inconclusive');
    expect(decision.wouldChange.map((r) => r.code)).toContain('change-measure');
  });

  test('no hypothesis: inconclusive, never adopt', () => {
    const { decision } = run({ claims: [] });
    expect(decision.outcome).toBe('inconclusive');
    expect(decision.wouldChange.map((r) => r.code)).toContain('change-state-a-hypothesis');
  });

  test('a fatal check makes the run invalid, and says which one to mend', () => {
    const { decision } = run({ checks: [check({ status: 'fail', check: 'output-parity' })] });
    expect(decision.outcome).toBe('invalid');
    expect(decision.wouldChange).toEqual([{ code: 'change-mend-check', values: { check: 'output-parity' } }]);
  });

  test('a failed check of a metric leaves its claims unmeasured, with what the check saw', () => {
    const saw = { code: 'coverage-saw', values: {} };
    const checks = [
      check({ check: 'coverage', severity: 'fatal-for-metric', scope: 'cost', status: 'fail', saw }),
    ];
    const { claims, decision } = run({ checks });
    expect(claims.map((c) => c.verdict)).toEqual(['supported', 'unmeasured']);
    expect(claims[1].reasons.map((r) => r.code)).toEqual(['claim-check-failed', 'coverage-saw']);
    expect(decision.outcome).toBe('inconclusive');
  });

  test('a guardrail on one arm is judged from its column; without one it is not safe', () => {
    const guardrail = claim({
      id: 'g1.1',
      role: 'guardrail',
      kind: 'bound',
      reference: null,
      bound: 'below',
      estimand: 'mean',
      amount: { kind: 'absolute', value: 20 },
    });
    const claims = [...both(), guardrail];
    const values = [9, 10, 11, 9.5, 10.5, 10, 9.8];
    const tables = new Map([['seconds', table('seconds', [column('engine', values)])]]);
    expect(run({ claims, tables }).decision.outcome).toBe('adopt');
    expect(run({ claims }).decision.outcome).toBe('inconclusive');
    const slow = new Map([
      [
        'seconds',
        table('seconds', [
          column(
            'engine',
            values.map((v) => 4 * v),
          ),
        ]),
      ],
    ]);
    const broken = run({ claims, tables: slow }).decision;
    expect([broken.outcome, broken.reasons[0].code]).toEqual(['keep', 'decision-guardrail-refuted']);
  });

  test('“or” is judged at half of α, and its interval is wider', () => {
    const or = both().map((c) => ({ ...c, join: 'or' as const, siblings: 2 }));
    const { claims, decision } = run({ claims: or, cost: same });
    expect(decision.outcome).toBe('adopt');
    expect(claims[0].alpha).toBeCloseTo(0.0125, 12);
    const low = (c: (typeof claims)[number]) => c.benefit?.interval.low ?? Number.NaN;
    expect(low(claims[0])).toBeLessThan(low(run({}).claims[0]));
  });

  test('hypotheses written afterwards never adopt', () => {
    const { decision } = run({ exploratory: true });
    expect([decision.outcome, decision.reasons[0].code]).toEqual(['inconclusive', 'decision-exploratory']);
  });

  test('what could still be claimed is said', () => {
    const asked = [claim({ amount: { kind: 'relative', value: 0.45 } })];
    const { claims, decision } = run({ claims: asked });
    expect(decision.outcome).toBe('keep');
    const less = decision.wouldChange.find((r) => r.code === 'change-claim-less');
    expect(less?.values.low).toBe(claims[0].benefit?.interval.low);
  });
});

describe('several treatments', () => {
  const treatments = ['engine', 'spark'];
  const of = (treatment: string, part: Partial<Claim> = {}) => claim({ treatment, ...part });

  test('every adoptable one is named', () => {
    const { decision } = run({
      part: { treatments },
      claims: [of('engine'), of('spark', { sentenceIndex: 1 })],
    });
    expect([decision.outcome, decision.treatments]).toEqual(['adopt', ['engine', 'spark']]);
    expect(decision.reasons[0].code).toBe('decision-several-adoptable');
  });

  test('one adoptable is enough, and the other keeps its own decision', () => {
    const impossible = of('spark', { sentenceIndex: 1, amount: { kind: 'relative', value: 0.9 } });
    const { decision } = run({ part: { treatments }, claims: [of('engine'), impossible] });
    expect([decision.outcome, decision.treatments]).toEqual(['adopt', ['engine']]);
    expect(decision.perTreatment.map((d) => d.outcome)).toEqual(['adopt', 'keep']);
  });

  test('a treatment without a hypothesis does not blur the one that has', () => {
    const impossible = of('engine', { amount: { kind: 'relative', value: 0.9 } });
    const { decision } = run({ part: { treatments }, claims: [impossible] });
    expect([decision.outcome, decision.treatments]).toEqual(['keep', ['engine']]);
  });
});

describe('warm-up', () => {
  const decided = (outcome: Outcome): Decision => ({
    outcome,
    treatments: ['engine'],
    reasons: [],
    perTreatment: [{ treatment: 'engine', outcome, reasons: [] }],
    wouldChange: [],
  });
  const adopt = decided('adopt');

  test('adopt stays only when no cut and twice the cut adopt as well', () => {
    expect(warmupSensitivity({ declared: adopt, none: adopt, twice: adopt }).outcome).toBe('adopt');
    for (const other of [decided('keep'), decided('inconclusive'), decided('trade-off')]) {
      const changed = warmupSensitivity({ declared: adopt, none: other, twice: adopt });
      expect([changed.outcome, changed.reasons[0].code]).toEqual([
        'inconclusive',
        'decision-warm-up-sensitive',
      ]);
      expect(warmupSensitivity({ declared: adopt, none: adopt, twice: other }).outcome).toBe('inconclusive');
    }
  });

  test('never makes a decision better', () => {
    for (const outcome of ['keep', 'trade-off', 'inconclusive', 'invalid'] as const) {
      expect(warmupSensitivity({ declared: decided(outcome), none: adopt, twice: adopt }).outcome).toBe(
        outcome,
      );
    }
  });

  test('a cut that could not be computed is said', () => {
    const decision = warmupSensitivity({ declared: adopt, none: adopt, twice: null });
    expect(decision.reasons.map((r) => r.code)).toEqual(['decision-warm-up-cut-not-varied']);
  });
});

describe('words', () => {
  test('every reason that decide/ gave here has a sentence without holes', () => {
    const settings: Setting[] = [
      {},
      { cost: slower },
      { cost: null },
      { seconds: same, cost: same },
      { claims: [] },
    ];
    const reasons = settings.flatMap((setting) => {
      const { claims, decision } = run(setting);
      return [...claims.flatMap((c) => c.reasons), ...decision.reasons, ...decision.wouldChange];
    });
    expect(reasons.length).toBeGreaterThan(10);
    for (const reason of reasons) {
      const say = (decideWords as Record<string, (v: Record<string, unknown>) => string>)[reason.code];
      expect(say, reason.code).toBeDefined();
      expect(say(reason.values)).not.toMatch(/undefined|NaN|null|\[object/);
      expect(sentence(reason).length).toBeGreaterThan(0);
    }
  });
});
