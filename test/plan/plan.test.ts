import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { planText } from '../../src/commands/plan-text.js';
import type { Window } from '../../src/model/experiment.js';
import { pilotOf as pilotOfRun, randomisationOf, refuseForeign } from '../../src/pipeline/plan.js';
import type { ClaimPlan, Plan } from '../../src/plan/index.js';
import { plugins } from '../../src/plugins.js';
import { createRandom } from '../../src/stats/index.js';
import { firstOrder } from '../calibrate/worlds.js';
import { shipped, simulate } from '../pipeline/simulate.js';
import { read, recorded } from '../pipeline/slotted.js';
import { columnOf, experimentOf, pilotOf, planOf } from './experiments.js';

const BY_KEY = { design: '{ kind: by-key }', workload: '{ kind: sample, files: "*" }' };
const MIRRORED = {
  design: '{ kind: mirrored, unit: id }',
  window: '{ from: 2026-11-01T00:00Z, to: 2026-11-15T00:00Z, settle: 48h }',
};
const VARIES = 'margin: 3%, variation: 10%';

const codes = ({ notes }: Pick<ClaimPlan, 'notes'>) => notes.map(({ code }) => code);
const warned = ({ warnings }: Plan) => warnings.map(({ code }) => code);

describe('what a claim is planned for', () => {
  test('at least N % better: the claim plus the margin, because N % itself would not be shown', async () => {
    const [claim] = planOf(await experimentOf({ ...BY_KEY, metric: VARIES })).claims;
    expect(claim.threshold).toBe(0.1);
    expect(claim.expected).toBeCloseTo(0.13, 12);
    expect(claim.expectedFrom).toBe('margin');
    expect(claim.alpha).toBeCloseTo(0.025, 12);
  });

  test('an expected effect that is not beyond the claim has no number of units', async () => {
    const experiment = await experimentOf({ ...BY_KEY, metric: VARIES });
    const expected = new Map([['seconds', { kind: 'relative', value: 0.1 } as const]]);
    const planned = planOf(experiment, { expect: expected });
    expect(planned.claims[0].needed).toEqual({ '80': null, '90': null });
    expect(codes(planned.claims[0])).toContain('plan-expected-not-beyond');
    expect(planned.total['80'].units).toBeNull();
    expect(warned(planned)).toContain('plan-incomplete');
  });

  test('without a margin nothing is guessed, but the smallest detectable effect is said', async () => {
    const experiment = await experimentOf({ ...BY_KEY, metric: 'variation: 10%' });
    const [claim] = planOf(experiment, { workloadUnits: 400 }).claims;
    expect(codes(claim)).toEqual(['plan-no-expected-effect']);
    expect(claim.needed['80']).toBeNull();
    expect(claim.declared?.detectable['80'] as number).toBeGreaterThan(0.12);
    expect(claim.declared?.detectable['80'] as number).toBeLessThan(0.14);
  });

  test('the smallest detectable effect is the one for which the declared units are just needed', async () => {
    const experiment = await experimentOf({ ...BY_KEY, metric: VARIES });
    const detectable = planOf(experiment, { workloadUnits: 500 }).claims[0].declared?.detectable[
      '90'
    ] as number;
    const again = planOf(experiment, {
      expect: new Map([['seconds', { kind: 'relative', value: detectable } as const]]),
    });
    expect(Math.abs((again.claims[0].needed['90'] as number) - 500)).toBeLessThanOrEqual(2);
  });

  test('at most worse, and equal within, are planned for arms that do not differ; equality costs more', async () => {
    const one = planOf(
      await experimentOf({
        ...BY_KEY,
        metric: VARIES,
        hypotheses: ['new is at most 5% slower than old on seconds'],
      }),
    );
    const both = planOf(
      await experimentOf({ ...BY_KEY, metric: VARIES, hypotheses: ['new is as fast as old within 5%'] }),
    );
    expect(one.claims[0].expected).toBe(0);
    expect(both.claims[0].expected).toBe(0);
    const [cheap, dear] = [one.total['80'].units as number, both.total['80'].units as number];
    expect(dear).toBeGreaterThan(1.2 * cheap);
    expect(dear).toBeLessThan(1.6 * cheap);
  });

  test('an exact metric needs no units and holds nothing up', async () => {
    const planned = planOf(
      await experimentOf({
        ...BY_KEY,
        metric: VARIES,
        more: ['fee: { from: trials, query: { stdout: $.fee }, in: USD, better: lower, exact: true }'],
        hypotheses: ['new is at least 10% faster than old', 'new is better than old on fee'],
      }),
    );
    expect(codes(planned.claims[1])).toEqual(['plan-exact']);
    expect(planned.obligations).toBe(1);
    expect(planned.total['80'].units).toBe(planned.claims[0].needed['80']);
  });
});

describe('several claims', () => {
  test('share the power: each of m gets 1 − β/m', async () => {
    const planned = planOf(
      await experimentOf({
        ...BY_KEY,
        metric: VARIES,
        guardrails: ['new is at most 20% worse than old on seconds'],
      }),
    );
    expect(planned.obligations).toBe(2);
    expect(planned.each['80']).toBeCloseTo(0.9, 12);
    const alone = planOf(await experimentOf({ ...BY_KEY, metric: VARIES }));
    expect(planned.total['80'].units as number).toBe(alone.total['90'].units);
  });

  test('with "or" the level is divided and the cheapest claim is enough', async () => {
    const planned = planOf(
      await experimentOf({
        ...BY_KEY,
        metric: VARIES,
        more: [
          'cpu: { from: trials, query: { field: cpuSeconds }, in: s, better: lower, margin: 3%, variation: 40%, words: [leaner, fatter] }',
        ],
        hypotheses: ['new is faster or leaner than old'],
      }),
    );
    expect(planned.obligations).toBe(1);
    expect(planned.claims.map(({ alpha }) => alpha)).toEqual(
      [0.0125, 0.0125].map((a) => expect.closeTo(a, 12)),
    );
    expect(planned.claims[1].needed['80'] as number).toBeGreaterThan(
      planned.claims[0].needed['80'] as number,
    );
    expect(planned.total['80'].units).toBe(planned.claims[0].needed['80']);
  });

  test('with two treatments each is tested at half the level', async () => {
    const experiment = await experimentOf({
      design: '{ kind: mirrored, unit: id }',
      arms: '{ old: {}, new: {}, other: {} }',
      window: MIRRORED.window,
      metric: VARIES,
      hypotheses: ['new is at least 10% faster than old', 'other is at least 10% faster than old'],
    });
    const planned = planOf(experiment, { autocorrelation: 0 });
    for (const { alpha } of planned.claims) expect(alpha).toBeCloseTo(0.0125, 12);
    expect(planned.obligations).toBe(1);
  });
});

describe('units', () => {
  test('of a fixed workload come in whole repeats of every item, at least two', async () => {
    const design = { design: '{ kind: interleaved }', workload: '{ kind: fixed, files: "*", repeats: 2 }' };
    const planned = planOf(await experimentOf({ ...design, metric: 'margin: 30%, variation: 1%' }), {
      workloadUnits: 15,
    });
    expect(planned.total['80']).toMatchObject({ units: 30, repeats: 2, unit: 'blocks' });
  });

  test('of a limit on failures whose rate nobody knows are said in attempts, for several rates', async () => {
    const rated = (design: string) =>
      experimentOf({
        design,
        window: '{ from: 2026-11-01T00:00Z, to: 2026-11-15T00:00Z }',
        more: [
          'failed: { from: rows, query: { file: x.csv, arm: arm, unit: id, value: f }, fold: sum, in: records }',
          'tried: { from: rows, query: { file: x.csv, arm: arm, unit: id, value: t }, fold: sum, in: records }',
          'errors: { ratio: { of: failed, per: tried, kind: proportion }, in: fraction, better: lower }',
        ],
        hypotheses: ['new is at most 0.5 points worse than old on errors'],
      });
    const said = async (design: string) =>
      planOf(await rated(design)).claims[0].notes.find(({ code }) => code === 'plan-attempts')?.values;
    const ofEach = await said('{ kind: mirrored, unit: id }');
    // Two normal proportions, 7.849·2·p(1 − p)/0.005² each, where failures are many; z²/0.005 where none is seen.
    const attempts = ofEach?.attempts80 as number[];
    expect(ofEach?.shared).toBe(true);
    expect((2 * attempts[2]) / 12_433).toBeCloseTo(1, 1);
    expect((2 * attempts[3]) / 59_653).toBeCloseTo(1, 2);
    expect(attempts[0]).toBeGreaterThan(765);
    // By key they must hold on pieces of the run as well, and where few fail five clusters have to come.
    const halves = (await said('{ kind: by-key, unit: id }'))?.attempts80 as number[];
    for (const rate of [2, 3]) {
      expect(halves[rate] / (2 * attempts[rate])).toBeGreaterThan(1.05);
      expect(halves[rate] / (2 * attempts[rate])).toBeLessThan(1.15);
    }
    expect(halves[0] * 0.0001).toBeGreaterThan(5);
    const tenth = (await said('{ kind: by-key, unit: id, shares: { old: 90%, new: 10% } }'))
      ?.attempts80 as number[];
    expect(tenth[3]).toBeGreaterThan(165_702);
    expect(tenth[3]).toBeLessThan(1.25 * 165_702);
  });

  test('by key are more with unequal shares', async () => {
    const units = async (shares: string) =>
      planOf(await experimentOf({ ...BY_KEY, design: `{ kind: by-key, shares: ${shares} }`, metric: VARIES }))
        .total['80'].units as number;
    const [equal, unequal] = [await units('{ old: 50%, new: 50% }'), await units('{ old: 90%, new: 10% }')];
    expect(unequal / equal).toBeGreaterThan(1.8);
  });

  test('in time are more with memory, about (1 + ρ)/(1 − ρ) times', async () => {
    const experiment = await experimentOf({ ...MIRRORED, metric: VARIES });
    const units = (rho: number) => planOf(experiment, { autocorrelation: rho }).total['80'].units as number;
    expect(units(0.5) / units(0)).toBeGreaterThan(2.6);
    expect(units(0.5) / units(0)).toBeLessThan(3.2);
    expect(codes(planOf(experiment).claims[0])).toContain('plan-autocorrelation-assumed');
  });

  test('in time never fall below the gate, whatever the effect', async () => {
    const experiment = await experimentOf({ ...MIRRORED, metric: 'margin: 50%, variation: 1%' });
    const units = (rho: number) => planOf(experiment, { autocorrelation: rho }).total['80'].units;
    expect(units(0)).toBe(10);
    expect(units(0.5)).toBe(24); // 8 independent values of a short series
    expect(units(0.9)).toBe(285); // 15 of a long one
  });

  test('of a p99 are at least 381 an arm', async () => {
    const planned = planOf(
      await experimentOf({
        ...BY_KEY,
        metric: 'margin: 50%, variation: 1%',
        hypotheses: ['new is at least 10% faster than old at p99'],
      }),
    );
    expect(planned.total['80'].units).toBe(2 * 381);
    expect(codes(planned.claims[0])).toContain('plan-quantile-rough');
  });

  test('without any knowledge are shown for four variations, and the total is not made up', async () => {
    const planned = planOf(await experimentOf(BY_KEY));
    expect(planned.claims[0].table.map(({ variation }) => variation)).toEqual([0.05, 0.1, 0.2, 0.4]);
    const units = planned.claims[0].table.map(({ needed }) => needed['80'] as number);
    expect(units[3] / units[0]).toBeGreaterThan(50);
    expect(codes(planned.claims[0])).toEqual(['plan-variation-unknown']);
    expect(planned.total['80'].units).toBeNull();
  });
});

describe('windows', () => {
  const daily = (to: string, metric: string) =>
    experimentOf({
      design: '{ kind: observed, concurrent: true }',
      window: `{ from: 2026-11-01T00:00Z, to: ${to}, settle: 48h }`,
      metric: `by: 1d, ${metric}`,
    });

  test('of twelve days that hold too little are refused beforehand, with what is needed', async () => {
    const planned = planOf(await daily('2026-11-13T00:00Z', 'margin: 10%, variation: 5%'), {
      autocorrelation: 0.5,
    });
    const [claim] = planned.claims;
    expect(claim).toMatchObject({ unit: 'buckets', everyMs: 86_400_000 });
    expect(claim.declared).toMatchObject({ units: 12, power: 0 });
    const gate = claim.notes.find(({ code }) => code === 'plan-gate');
    expect(gate?.values).toMatchObject({ have: 12, need: 24 });
    expect(warned(planned)).toContain('plan-declared-too-short');
  });

  test('end on whole weeks, and the costs later', async () => {
    const { total } = planOf(await daily('2026-11-13T00:00Z', 'margin: 10%, variation: 5%'), {
      autocorrelation: 0.5,
    });
    const days = (total['80'].durationMs as number) / 86_400_000;
    expect(days % 7).toBe(0);
    expect(days).toBeGreaterThanOrEqual(24);
    expect(total['80'].endMs).toBe(Date.UTC(2026, 10, 1) + days * 86_400_000);
    expect(total['80'].finalMs).toBe((total['80'].endMs as number) + 2 * 86_400_000);
  });

  test('of fewer than ten buckets can never answer', async () => {
    // The file would be refused already; a by-key stream of named units is only counted from evidence.
    const experiment = await daily('2026-11-13T00:00Z', VARIES);
    const window = { ...(experiment.window as Window), toMs: Date.UTC(2026, 10, 9) };
    const planned = planOf({ ...experiment, window }, { autocorrelation: 0 });
    expect(codes(planned.claims[0])).toContain('plan-too-few-units');
  });

  test('have looks on dates, and looks cost a little', async () => {
    const experiment = await daily('2026-12-13T00:00Z', 'margin: 4%, variation: 5%');
    const one = planOf(experiment, { autocorrelation: 0 });
    const two = planOf(experiment, { autocorrelation: 0, looks: [0.5, 1] });
    expect(one.looks).toBeNull();
    expect(two.looks?.inflation as number).toBeGreaterThan(1);
    expect(two.total['80'].units as number).toBeGreaterThanOrEqual(one.total['80'].units as number);
    const [first, last] = two.looks?.at ?? [];
    expect(last.atMs).toBe(two.total['80'].finalMs);
    expect(first.atMs as number).toBeLessThan(last.atMs as number);
    expect(first.critical).toBeGreaterThan(last.critical);
    expect(last.stopped).toBeCloseTo(0.8, 6);
  });

  test('of arms observed one after the other are said to end without an adoption', async () => {
    const apart = (concurrent: boolean) =>
      experimentOf({
        design: `{ kind: observed, concurrent: ${concurrent} }`,
        window: '{ from: 2026-11-01T00:00Z, to: 2026-11-15T00:00Z }',
        metric: `by: 1h, ${VARIES}`,
      });
    expect(warned(planOf(await apart(false)))).toContain('plan-not-concurrent');
    expect(warned(planOf(await apart(true)))).not.toContain('plan-not-concurrent');
  });

  test('warn of a look before five units', async () => {
    const experiment = await daily('2026-12-13T00:00Z', 'margin: 20%, variation: 5%');
    expect(warned(planOf(experiment, { autocorrelation: 0, looks: [0.2, 1] }))).toContain(
      'plan-first-look-early',
    );
  });
});

describe('evidence', () => {
  test('of a series brings its own memory and its own clock', async () => {
    const experiment = await experimentOf({ ...MIRRORED, metric: VARIES });
    const random = createRandom(3, 'series');
    const noise = firstOrder(0.5).draw(4000, random);
    const newer = columnOf('new', { value: noise.map((e) => 0.87 * (1 + 0.1 * e)), everyMs: 900_000 });
    const older = columnOf('old', { value: new Float64Array(4000).fill(1), everyMs: 900_000 });
    const [measured] = planOf(experiment, { pilot: pilotOf(experiment, newer, older) }).claims;
    const [declared] = planOf(experiment, { autocorrelation: 0.5 }).claims;
    expect(measured).toMatchObject({ basis: 'evidence', everyMs: 900_000 });
    expect(Math.abs((measured.tau as number) - 3)).toBeLessThan(0.6);
    const ratio = (measured.needed['80'] as number) / (declared.needed['80'] as number);
    expect(ratio).toBeGreaterThan(0.75);
    expect(ratio).toBeLessThan(1.35);
  });

  test('that does not reach the claim says so, and that a small pilot knows little', async () => {
    const experiment = await experimentOf({
      design: '{ kind: interleaved }',
      workload: '{ kind: fixed, files: "*", repeats: 3 }',
    });
    const random = createRandom(4, 'pilot');
    const item = Array.from({ length: 10 }, (_, i) => `i${i % 5}`);
    const value = (mean: number) => item.map(() => mean * (1 + 0.1 * random.normal()));
    const pilot = pilotOf(
      experiment,
      columnOf('new', { value: value(1), item }),
      columnOf('old', { value: value(1), item }),
    );
    const [claim] = planOf(experiment, { pilot, workloadUnits: 5 }).claims;
    expect(codes(claim)).toEqual(['plan-evidence-falls-short', 'plan-small-pilot']);
    const aa = planOf(experiment, { pilot: { ...pilot, mode: 'aa' }, workloadUnits: 5 }).claims[0];
    expect(codes(aa)).toEqual(['plan-small-pilot']);
  });

  test('without the metric falls back to what the file declares, and says so', async () => {
    const experiment = await experimentOf({ ...BY_KEY, metric: VARIES });
    const empty = {
      ...pilotOf(experiment, columnOf('new', { value: [1, 2] }), columnOf('old', { value: [1, 2] })),
      tables: new Map(),
      comparisons: [],
      inferences: new Map(),
    };
    const [claim] = planOf(experiment, { pilot: empty }).claims;
    expect(claim.basis).toBe('declared');
    expect(codes(claim)).toEqual(['plan-evidence-without-metric']);
  });

  test('of another design or other arms is refused', async () => {
    const experiment = await experimentOf({ ...BY_KEY, metric: VARIES });
    const other = await experimentOf({
      design: '{ kind: interleaved }',
      workload: '{ kind: fixed, files: "*", repeats: 2 }',
    });
    const pilot = pilotOf(other, columnOf('new', { value: [1, 2] }), columnOf('old', { value: [1, 2] }));
    expect(() => refuseForeign(experiment, pilot)).toThrow(/design is interleaved, not by-key/);
    expect(() => refuseForeign(other, pilot)).not.toThrow();
  });

  test('plans a limit on one arm by the room that is left', async () => {
    const experiment = await experimentOf({
      ...BY_KEY,
      metric: `${VARIES}, estimand: mean`,
      guardrails: ['new seconds stays below 1.05 s'],
    });
    const random = createRandom(5, 'limit');
    const value = () => Array.from({ length: 400 }, () => 1 + 0.2 * random.normal());
    const pilot = pilotOf(
      experiment,
      columnOf('new', { value: value() }, 'n'),
      columnOf('old', { value: value() }, 'o'),
    );
    const [, limit] = planOf(experiment, { pilot }).claims;
    expect(limit).toMatchObject({ basis: 'evidence', expectedFrom: 'evidence' });
    // ((1.96 + 1.28) · 0.2 / room)² keys of the arm, twice as many of both.
    const room = limit.expected as number;
    const rough = 2 * ((3.2415 * 0.2) / room) ** 2;
    expect((limit.needed['80'] as number) / rough).toBeGreaterThan(0.8);
    expect((limit.needed['80'] as number) / rough).toBeLessThan(1.25);
  });
});

describe('the plan of the shipped experiment', () => {
  const golden = (name: string, text: string) => {
    const file = new URL(`golden/${name}.txt`, import.meta.url);
    if (process.env.UPDATE_GOLDEN === '1') writeFileSync(file, text);
    expect(existsSync(file), `${name} is missing: run with UPDATE_GOLDEN=1`).toBe(true);
    expect(text).toBe(readFileSync(file, 'utf8'));
  };
  const sizes = Array.from({ length: 15 }, (_, i) => 50_000 * Math.exp((i / 14) * Math.log(10)));

  test('knows nothing at first', async () => {
    golden('nothing-known', planText(planOf(await shipped(), { workloadUnits: 15, sizes })));
  });

  test('and one of a window that is too short, with looks', async () => {
    const experiment = await experimentOf({
      design: '{ kind: observed, concurrent: true }',
      window: '{ from: 2026-11-01T00:00Z, to: 2026-11-13T00:00Z, settle: 48h }',
      metric: 'by: 1d, margin: 10%, variation: 5%',
      hypotheses: ['new is at least 10% faster than old', 'new is as fast as old within 5%'],
    });
    const prices = [{ metric: 'seconds', source: 'rows', usd: 0.02 }];
    const text = planText(planOf(experiment, { looks: [0.2, 1], prices }));
    expect(text).not.toMatch(/^ *plan-/m); // a code without its sentence
    golden('window', text);
  });

  test('and one in slots, before and after a pilot', async () => {
    const experiment = await read('{ kind: switchback, slot: 2h, burn-in: 20m, seed: 5 }', 4);
    const varying = {
      ...experiment,
      metrics: experiment.metrics.map((one) => (one.role === null ? one : { ...one, variation: 0.1 })),
    };
    const raw = recorded(experiment, { ratio: 0.8 });
    const pilot = pilotOfRun(experiment, raw, 'spark-vs-faas/simulated', plugins);
    const input = randomisationOf(experiment);
    const text = [planOf(varying, input), planOf(experiment, { ...input, pilot })].map(planText);
    golden('slots', text.join('\n\n'));
  });

  test('from a simulated run, with looks', async () => {
    const experiment = await shipped();
    const raw = await simulate(experiment, { speed: { engine: 1, functions: 1.3 }, noise: 0.1 }, 11);
    const pilot = pilotOfRun(experiment, raw, 'engine-vs-functions/simulated-11', plugins);
    const planned = planOf(experiment, { pilot, workloadUnits: 15, sizes, looks: [0.5, 1] });
    expect(planned.total['80'].durationMs as number).toBeGreaterThan(0);
    expect(planned.total['80'].cost.map(({ metric }) => metric)).toEqual(['cost']);
    golden('from-evidence', planText(planned));
  });
});
