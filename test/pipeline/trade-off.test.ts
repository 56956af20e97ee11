/** Cost against time through the whole analysis: the shipped experiment in seeded worlds where one stack is faster and dearer. */
import { describe, expect, test } from 'vitest';
import { deriveTables } from '../../src/collect/index.js';
import { tradeOffs } from '../../src/compare/index.js';
import type { CostAgainstTime } from '../../src/model/trade-off.js';
import { analyze } from '../../src/pipeline.js';
import { plugins } from '../../src/plugins.js';
import { renderers } from '../../src/report/index.js';
import { createRandom } from '../../src/stats/index.js';
import { shipped, simulate, type World } from './simulate.js';

/** engine takes 0.8 of the time; at its price a second costs more than it saves. */
const FASTER: World = { speed: { engine: 0.8, functions: 1 }, noise: 0.05 };
const priced = (decide: string) =>
  shipped([/decide: \{ confidence: 95% \}/, `decide: { confidence: 95%${decide} }`]);

async function seen(decide: string, world = FASTER) {
  const experiment = await priced(decide);
  const raw = await simulate(experiment, world, 3);
  return { experiment, raw, report: analyze(experiment, raw, { plugins, stacktrial: '0' }) };
}

const htmlOf = (report: Parameters<typeof renderers.html.render>[0]): string =>
  renderers.html
    .render(report)
    .replace(/<script[\s\S]*<\/script>/, '')
    .replace(/<[^>]+>/g, '')
    .replace(/\s+/g, ' ');

describe('cost against time', () => {
  test('an amount is written alike in the page and in Markdown, and the value of an hour is said at which it turns', async () => {
    const { report } = await seen(', hourValue: 40 USD, volume: 41e6 records a month');
    const text = renderers.markdown.render(report).replaceAll('\\', '');
    const page = htmlOf(report);
    const amounts = [...text.matchAll(/[+−]?\$[\d.]+ \([+−]?\$[\d.]+(?:–| to [+−]?\$)[\d.]+\)/g)].map(
      ([all]) => all,
    );
    expect(amounts.length).toBeGreaterThan(5);
    const priceOfAnHour = amounts.find((amount) => text.includes(`An hour saved costs ${amount}`));
    for (const amount of amounts) expect(page, amount).toContain(amount);
    const end = / to (\$[\d.]+)\)/.exec(priceOfAnHour ?? '')?.[1];
    expect(report.decision.outcome).toBe('adopt');
    expect(page).toContain(`if it were less than ${end}, engine would no longer be shown to pay`);
  });

  test('an "or" that adopts what does not pay at the declared value of an hour says so', async () => {
    const experiment = await shipped(
      [/10% faster and cheaper/, '10% faster or cheaper'],
      [/decide: \{ confidence: 95% \}/, 'decide: { confidence: 95%, hourValue: 0.5 USD }'],
    );
    const raw = await simulate(experiment, { speed: { engine: 0.6, functions: 1 }, noise: 0.05 }, 3);
    const report = analyze(experiment, raw, { plugins, stacktrial: '0' });
    expect(report.decision.outcome).toBe('adopt');
    expect(htmlOf(report)).toMatch(
      /At \$0\.50 for an hour saved, the net benefit is −\$.*it does not pay\. engine is adopted all the same/,
    );
  });

  test('the same values in both arms of a run are no keys that come and go', async () => {
    const { report } = await seen('');
    const codes = report.comparisons.flatMap(({ warnings }) => warnings.map(({ code }) => code));
    expect(codes).toContain('no-variation-between-arms');
    expect(codes).not.toContain('keys-independent-in-time');
  });

  test('stands in the report with what it rests on, and every number follows from two differences', async () => {
    const { report } = await seen(', hourValue: 40 USD, volume: 41e6 records a month');
    const [t] = report.tradeOffs ?? [];
    expect(t).toMatchObject({ treatment: 'engine', baseline: 'functions', currency: 'USD', hourValue: 40 });
    expect(t.work).toEqual({ per: 'ratio', text: '1M records' });
    const cost = report.comparisons.find(({ metric }) => metric === t.costMetric);
    expect(t.extraCost.estimate).toBeCloseTo(cost?.effect?.difference.estimate ?? Number.NaN, 9);
    expect(t.extraCost.interval).toEqual(cost?.effect?.difference.interval);
    const net = 40 * t.hoursSaved.estimate - t.extraCost.estimate;
    expect(t.netBenefit?.estimate).toBeCloseTo(net, 9);
    expect(t.curve.length).toBe(21);
    expect(t.cloud?.points.length).toBe(500);
    const { fasterCheaper, fasterDearer, slowerCheaper, slowerDearer } = t.cloud?.shares ?? {
      fasterCheaper: 0,
      fasterDearer: 0,
      slowerCheaper: 0,
      slowerDearer: 0,
    };
    expect(fasterCheaper + fasterDearer + slowerCheaper + slowerDearer).toBeCloseTo(1, 9);
    // A month: the printed difference, scaled.
    const { monthly } = report;
    expect(monthly).toMatchObject({ volume: 41e6, volumeUnit: 'records', currency: 'USD' });
    expect(monthly?.differences[0].difference.estimate).toBeCloseTo(
      41 * (cost?.effect?.difference.estimate ?? 0),
      9,
    );
    const [engine, functions] = ['engine', 'functions'].map((arm) =>
      monthly?.arms.find((a) => a.arm === arm),
    );
    expect((engine?.estimate ?? 0) - (functions?.estimate ?? 0)).toBeCloseTo(
      monthly?.differences[0].difference.estimate ?? Number.NaN,
      6,
    );
    expect(engine?.interval?.low).toBeLessThan(engine?.estimate ?? 0);
    for (const form of ['terminal', 'markdown', 'adr'] as const) {
      const text = renderers[form].render(report).replaceAll('\\', '').replace(/\s+/g, ' ');
      expect(text).toMatch(/A month of 41,000,000 records costs/);
      expect(text).toContain('time saved');
    }
    expect(JSON.stringify(report)).not.toMatch(/probabilit/i);
  });

  test('the test of the net benefit at 0 is the test of the price at λ: set and sign never disagree', async () => {
    const { experiment, raw } = await seen('');
    const tables = deriveTables(experiment, raw.schedule, raw.trials, raw.collected, []);
    const live = tradeOffs({ experiment, tables }, plugins.methods, createRandom(1, 'x')).get('engine');
    if (live === undefined || 'code' in live) throw new Error(JSON.stringify(live));
    const { set } = live.priceOfAnHour(0.95);
    for (const price of [0, 0.01, 0.1, 1, 10, 100]) {
      const p = live.netBenefit(price)?.test(0);
      const accepted = Math.min(p?.above ?? 0, p?.below ?? 0) > 0.025;
      const inside = set.some(({ low, high }) => price >= low && (high === null || price <= high));
      expect(inside).toBe(accepted);
    }
  });

  test('both arms swapped, money and hours change their sign and nothing else', async () => {
    const { experiment, raw } = await seen('');
    const tables = deriveTables(experiment, raw.schedule, raw.trials, raw.collected, []);
    const at = (baseline: string, treatment: string): CostAgainstTime => {
      const turned = { ...experiment, baseline, treatments: [treatment] };
      const live = tradeOffs({ experiment: turned, tables }, plugins.methods, createRandom(1, 'x')).get(
        treatment,
      );
      if (live === undefined || 'code' in live) throw new Error(JSON.stringify(live));
      return live;
    };
    const [one, other] = [at('functions', 'engine'), at('engine', 'functions')];
    expect(other.netBenefit(40)?.estimate).toBeCloseTo(-(one.netBenefit(40)?.estimate ?? Number.NaN), 12);
    expect(other.netBenefit(40)?.test(0).above).toBeCloseTo(
      one.netBenefit(40)?.test(0).below ?? Number.NaN,
      12,
    );
  });
});
