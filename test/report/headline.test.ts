import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.js';
import { claimEffect, effectText } from '../../src/report/effect-words.js';
import { headline, treatmentHeadlines } from '../../src/report/headline.js';
import { worlds } from './worlds/index.js';

const said = (name: string, change: (report: Report) => Report = (r) => r): string =>
  headline(change(worlds[name])).sentence;

describe('the decision in one sentence', () => {
  test.each([
    [
      'clear-win',
      'engine is 78% faster than functions (76–80%) and costs 12% less per 1M records (9–15%): adopt engine.',
    ],
    [
      'clear-loss',
      'engine is 41% slower than functions (33–49%) and costs 12% more per 1M records (9–15%): keep functions.',
    ],
    [
      'trade-off',
      'engine is 78% faster than functions (76–80%), but costs 12% more per 1M records (9–15%): trade-off.',
    ],
    [
      'equivalent',
      'engine is between 1.6% slower and 1.0% faster than functions, equivalent within the margin, but costs 1.2% less per 1M records (0.5–1.9%), equivalent within the margin: keep functions.',
    ],
    [
      'less-than-claimed',
      'engine is 6.0% faster than functions (4.9–7.0%), less than the 10% claimed, and costs 12% less per 1M records (9–15%): keep functions.',
    ],
    [
      'inconclusive',
      'engine is between 0.04% slower and 17% faster than functions and costs between 8% more and 14% less per 1M records: inconclusive.',
    ],
    [
      'guardrail-refuted',
      'engine is 78% faster than functions (76–80%) and costs 12% less per 1M records (9–15%), but breaks the guardrail “engine is at most 0.5 points worse than functions on error_rate”: keep functions.',
    ],
    ['broken-split', 'This run cannot decide anything: the check “sample ratio” failed.'],
    [
      'missing-arm',
      'engine is 78% faster than functions (76–80%), but has no measured effect on Cost per million records: inconclusive.',
    ],
    [
      'zero-variance',
      'engine has no measured effect on Wall time and has no measured effect on Cost per million records: inconclusive.',
    ],
  ])('%s', (name, sentence) => expect(said(name)).toBe(sentence));

  test('an invalid run shows no effect, because it has none to show', () => {
    expect(said('broken-split')).not.toMatch(/\d/);
  });

  test('a stack that is worse and breaks a guardrail does so “and”, not “but”', () => {
    const { claims } = worlds['guardrail-refuted'];
    const guardrails = claims.filter(({ claim }) => claim.role === 'guardrail');
    const lost = worlds['clear-loss'];
    const both = {
      ...lost,
      claims: [...lost.claims.filter(({ claim }) => claim.role === 'hypothesis'), ...guardrails],
    };
    expect(headline(both).sentence).toMatch(/ more [^:]*, and breaks the guardrail/);
  });

  test('nothing is ever proved, and missing data are never “no difference”', () => {
    for (const report of Object.values(worlds))
      expect(headline(report).sentence).not.toMatch(/prove|no difference|the same/i);
  });

  test('an estimate of nothing is not called better or worse', () => {
    const interval = { kind: 'interval', low: -0.001, high: 0.001 } as const;
    const points = { unit: 'fraction', after: ' points' };
    const words = { better: 'better', worse: 'worse' };
    expect(effectText({ estimate: 0, interval }, points, words)).toMatch(
      /^no change seen \([\d.]+ points worse to [\d.]+ points better\)$/,
    );
    expect(effectText({ estimate: 1e-9, interval }, points, words)).toMatch(/^no change seen \(/);
    expect(effectText({ estimate: 0.0005, interval }, points, words)).toMatch(/ points better \(/);
  });

  test('an effect that cannot be bounded is said so', () => {
    const unbounded = { kind: 'unbounded', low: null, high: null } as const;
    const sentence = said('trade-off', (report) => ({
      ...report,
      claims: report.claims.map((one) =>
        one.benefit === null ? one : { ...one, benefit: { ...one.benefit, interval: unbounded } },
      ),
    }));
    expect(sentence).toContain('has an effect on Wall time that cannot be bounded');
  });

  test('a question that came after the data is said', () => {
    expect(said('clear-loss', (report) => ({ ...report, postHoc: true }))).toContain(
      ' — post hoc: written after the data were seen; cannot be adopt.',
    );
  });

  test('several runs of each arm are several deployments, and the sentence does not speak of two', () => {
    const of = (kind: 'runs' | 'mirrored') =>
      said('clear-win', (r) => ({
        ...r,
        experiment: { ...r.experiment, design: { ...r.experiment.design, kind } },
      }));
    expect(of('mirrored')).toContain('these two deployments');
    expect(of('runs')).not.toContain('deployments');
  });

  test('designs that compare deployments, looks and rehearsals are said', () => {
    const changed = said('clear-win', (r) => ({
      ...r,
      look: { index: 2, of: 3 },
      run: { ...r.run, mode: 'inject', inject: 0.2 },
      experiment: { ...r.experiment, design: { ...r.experiment.design, kind: 'by-key' } },
    }));
    expect(changed).toMatch(/ — for these two deployments, look 2 of 3, a rehearsal with 20% injected\.$/);
    expect(said('clear-win', (r) => ({ ...r, run: { ...r.run, mode: 'aa' } }))).toMatch(
      /both arms run the same stack\.$/,
    );
  });

  test('an exact price has no interval', () => {
    const exact = said('clear-win', (r) => ({
      ...r,
      comparisons: r.comparisons.map((c) => ({ ...c, exact: true })),
    }));
    expect(exact).toContain('costs 12% less per 1M records (exact)');
  });

  test('a metric without words of its own is named', () => {
    const plain = said('clear-win', (r) => ({
      ...r,
      metrics: r.metrics.map((m) => ({ ...m, words: [], role: null })),
    }));
    expect(plain).toContain('is 78% better than functions on Wall time (76–80%)');
  });

  test('a limit on one arm is shown as the value of that arm', () => {
    const report = worlds.mirrored;
    const bound = report.claims.find(({ claim }) => claim.kind === 'bound');
    if (bound === undefined) throw new Error('the world has lost its limit');
    expect(claimEffect(bound, report.metrics[0], undefined)).toBe('66 ms (62–70), limit 90 ms');
  });

  test('several treatments each have their sentence', () => {
    const report = worlds['clear-win'];
    const two: Report = {
      ...report,
      decision: {
        ...report.decision,
        treatments: ['engine', 'spark'],
        perTreatment: [
          ...report.decision.perTreatment,
          { treatment: 'spark', outcome: 'adopt', reasons: [] },
        ],
      },
      claims: [
        ...report.claims,
        ...report.claims.map((c) => ({ ...c, claim: { ...c.claim, treatment: 'spark' } })),
      ],
    };
    expect(headline(two).label).toBe('Adopt engine or spark');
    expect(treatmentHeadlines(two).map(({ label }) => label)).toEqual(['Adopt engine', 'Adopt spark']);
    expect(headline(two).sentence).toMatch(/: adopt engine; spark is 78% faster .*: adopt spark\.$/);
  });

  test('an experiment without a hypothesis says so', () => {
    expect(said('inconclusive', (r) => ({ ...r, claims: [] }))).toBe(
      'engine has no hypothesis: inconclusive.',
    );
  });
});
