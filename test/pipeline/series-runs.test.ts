/** Two stacks watched over a window, from the file of the experiment and what a source answered to the report. */
import { describe, expect, test } from 'vitest';
import { declare } from '../../src/declare/index.js';
import type { Collected, Observation } from '../../src/model/evidence.js';
import type { Experiment } from '../../src/model/experiment.js';
import type { Report } from '../../src/model/report.js';
import { analyze } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { headline, renderers } from '../../src/report/index.js';
import { createRandom } from '../../src/stats/index.js';
import { drawFirstOrder } from '../compare/worlds.js';

const fromMs = Date.UTC(2026, 10, 2);
const hour = 3_600_000;
const week = 168;

const text = (design: string) => `experiment: spark-vs-faas
question: Is spark faster and cheaper than functions?
arms: { faas: { title: Functions }, spark: { title: Spark } }
baseline: faas
design: ${design}
window: { from: 2026-11-02T00:00Z, to: 2026-11-09T00:00Z }
metrics:
  latency: { from: file, query: { file: a.csv, value: v, arm: arm, time: t }, by: 1h, fold: mean, in: s, better: lower, role: time, estimand: mean, words: [faster, slower, fast], margin: 2% }
  cost:    { from: file, query: { file: a.csv, value: v, arm: arm, time: t }, by: 1h, fold: sum, in: USD }
  records: { from: file, query: { file: a.csv, value: v, arm: arm, time: t }, by: 1h, fold: sum, in: records }
  unit_cost: { ratio: { of: cost, per: records, times: 1e6 }, in: USD/1M records, better: lower, role: cost, words: [cheaper, dearer, cheap], margin: 2% }
hypotheses:
  - spark is at least 10% faster and cheaper than faas
guardrails:
  - spark latency stays below 30 s
decide: { confidence: 95% }
`;
const watched = '{ kind: observed, concurrent: true }';
const apart = '{ kind: observed, concurrent: false }';

const read = (design: string): Promise<Experiment> =>
  declare({ text: text(design), file: 'x.yaml' }, plugins, () => Promise.reject(new Error('no files')));

interface World {
  readonly ratio: number;
  readonly memory: number;
  /** Hours of spark that were not measured. */
  readonly lost?: (t: number) => boolean;
  readonly seed?: number;
}

/** A day's rhythm and a load of its own memory in both arms; spark takes `ratio` times as long and as much. */
function collected({ ratio, memory, lost = () => false, seed = 1 }: World): Collected[] {
  const random = createRandom(seed, 'watched');
  const load = drawFirstOrder(0.8, week, random);
  const day = (t: number) => 3 * Math.sin((2 * Math.PI * t) / 24);
  return (['spark', 'faas'] as const).flatMap((arm) => {
    const factor = arm === 'spark' ? ratio : 1;
    const own = drawFirstOrder(memory, week, random);
    const records = Array.from(
      { length: week },
      (_, t) => 1e6 * (1 + 0.2 * random.uniform()) * (20 + day(t)),
    );
    const values = {
      latency: Array.from(own, (z, t) => factor * (20 + day(t) + load[t]) + 0.5 * z),
      cost: Array.from(own, (z, t) => (records[t] / 1e6) * (2 * factor + 0.05 * z)),
      records,
    };
    return Object.entries(values).map(([metric, series]): Collected => {
      const observations = series.flatMap((value, t): Observation[] =>
        arm === 'spark' && lost(t)
          ? []
          : [
              {
                metric,
                arm,
                unit: String(t),
                start: fromMs + t * hour,
                end: fromMs + t * hour,
                value,
                n: 1,
                estimated: false,
                labels: {},
              },
            ],
      );
      return {
        meta: {
          metric,
          arm,
          source: 'file',
          type: 'file',
          query: 'a.csv',
          startedAt: fromMs + 30 * 24 * hour,
          finishedAt: fromMs + 30 * 24 * hour,
          serverVersion: null,
          observations: observations.length,
          sha256: '0',
          problem: null,
        },
        observations,
      };
    });
  });
}

async function report(design: string, world: World): Promise<Report> {
  const run = {
    id: 'r',
    stacktrial: '0',
    startedAt: fromMs,
    finishedAt: fromMs + week * hour,
    mode: 'real' as const,
    inject: null,
    environment: {},
    resumed: 0,
  };
  const raw = { run, schedule: null, trials: [], collected: collected(world) };
  return analyze(await read(design), raw, { plugins, stacktrial: '0' });
}

describe('two stacks watched side by side for a week', () => {
  test('a known 20 % is found and adopted, and the sentence says for whom it holds', async () => {
    const seen = await report(watched, { ratio: 0.8, memory: 0.5 });
    expect(seen.decision.outcome).toBe('adopt');
    expect(headline(seen).sentence).toContain('these two deployments');
    for (const { effect, method } of seen.comparisons) {
      expect(['paired-series', 'paired-series-ratio']).toContain(method);
      expect(effect?.ratio?.estimate).toBeCloseTo(0.8, 1);
    }
  });

  test('how much the hours are worth is printed in plain words, in every long form', async () => {
    const seen = await report(watched, { ratio: 0.8, memory: 0.5 });
    for (const form of ['html', 'markdown'] as const) {
      const page = renderers[form].render(seen).replace(/\\/g, '').replaceAll('&#x3D;', '=');
      expect(page).toMatch(/units 168, memory τ = [\d.]+ units, worth \d[\d.]* independent units \(n_eff\)/);
      expect(page).toMatch(/variance from \d+ slow cosines \(ν\), widest interval by /);
    }
    const check = seen.checks.find((one) => one.check === 'effective-n');
    expect(check?.status).toBe('pass');
    expect(seen.checks.find((one) => one.check === 'window-whole-days')?.status).toBe('pass');
  });

  test('no difference: nothing is adopted, and no claim of 10 % is supported', async () => {
    for (let seed = 1; seed <= 10; seed++) {
      const seen = await report(watched, { ratio: 1, memory: 0.7, seed });
      expect(['keep', 'inconclusive']).toContain(seen.decision.outcome);
    }
  });

  test('too little independent information: unmeasured, with the number needed and the day', async () => {
    const seen = await report(watched, { ratio: 0.8, memory: 0.995 });
    const claim = seen.claims.find((one) => one.claim.metric === 'latency' && one.claim.kind === 'better');
    expect(claim?.verdict).toBe('unmeasured');
    expect(seen.decision.outcome).toBe('inconclusive');
    const page = renderers.markdown.render(seen);
    expect(page).toMatch(/168 units in time are worth only [\d.]+ independent ones/);
    expect(page).toMatch(/15 are needed, which takes about \d+ units at this memory/);
    const why = seen.comparisons.find(({ metric }) => metric === 'latency')?.unmeasured;
    expect(Number(why?.values.from)).toBeGreaterThan(fromMs + week * hour);
  });

  test('hours missing in one arm are dropped in both: 8 % warn, a third fails', async () => {
    const some = await report(watched, { ratio: 0.8, memory: 0.5, lost: (t) => t % 12 === 3 });
    const coverage = (seen: Report) =>
      seen.checks.find((one) => one.check === 'coverage' && one.scope === 'latency')?.status;
    expect(coverage(some)).toBe('warn');
    expect(some.comparisons[0].n).toMatchObject({ treatment: 154, baseline: 154 });
    expect(some.decision.outcome).toBe('adopt');
    const many = await report(watched, { ratio: 0.8, memory: 0.5, lost: (t) => t % 3 === 0 });
    expect(coverage(many)).toBe('fail');
    expect(many.decision.outcome).toBe('inconclusive');
  });
});

describe('two stacks watched one after the other', () => {
  test('whatever is found, nothing is adopted', async () => {
    const seen = await report(apart, { ratio: 0.8, memory: 0.3 });
    expect(seen.comparisons.map(({ method }) => method)).toEqual(['unpaired-series', 'unpaired-series']);
    expect(['keep', 'trade-off', 'inconclusive']).toContain(seen.decision.outcome);
    expect(seen.decision.reasons.map(({ code }) => code)).toContain('decision-not-concurrent');
    expect(seen.claims.filter(({ verdict }) => verdict === 'supported').length).toBeGreaterThan(0);
  });
});
