/** By key: metrics adjusted for what was known before (CUPED), and locations compared by ranks. */
import { describe, expect, test } from 'vitest';
import { compare, methods } from '../../src/compare/index.js';
import { createRandom } from '../../src/stats/index.js';
import { COMMANDS, edited, problemsOf, read } from '../declare/fixtures.js';
import { claim, evidence, metric } from './evidence.js';
import { column } from './samples.js';

const random = createRandom(1, 'adjusted');
const design = { kind: 'by-key' } as const;
const options = { confidencePerComparison: () => 0.95 };

const drawn = (n: number, effect: number) => {
  const before = Array.from({ length: n }, () => 10 + 3 * random.normal());
  return { before, after: before.map((x) => x + effect + 0.5 * random.normal()) };
};
const x = drawn(40, -0.6);
const y = drawn(40, 0);
const units = (arm: string) => x.before.map((_, i) => `${arm}${i}`);
const columns = (arm: string, values: readonly number[]) => ({
  ...column(arm, values),
  unit: units(arm),
  item: units(arm),
});

describe('a metric that is adjusted for what its units were before', () => {
  const before = metric('before', { better: null, estimand: 'mean' });
  const tables = {
    seconds: [columns('x', x.after), columns('y', y.after)],
    before: [columns('x', x.before), columns('y', y.before)],
  };
  const compared = (adjust?: string) =>
    compare(
      evidence(
        [metric('seconds', { estimand: 'mean', ...(adjust === undefined ? {} : { adjust }) }), before],
        tables,
        {
          design,
          claims: [claim('seconds', 'mean')],
        },
      ),
      methods,
      options,
      random,
    ).comparisons[0];

  test('sees what the plain test cannot, and says how much was explained', () => {
    const plain = compared();
    const adjusted = compared('before');
    expect(plain).toMatchObject({ line: 'by-key', method: 'welch' });
    expect(adjusted).toMatchObject({ line: 'by-key-adjusted', method: 'cuped' });
    expect(adjusted.effect?.p).toBeLessThan(0.001);
    expect(plain.effect?.p).toBeGreaterThan(0.05);
    expect(adjusted.effect?.details['variance left']).toBeLessThan(0.1);
    expect(adjusted.companions.map(({ name }) => name)).toEqual(['welch']);
  });

  test('takes a ratio from before as a ratio: its numerator alone would be the size of the unit', () => {
    const size = (i: number) => 1 + ((i * 37) % 101);
    const asRatio = (arm: string, values: readonly number[]) => {
      const per = values.map((_, i) => size(i));
      const own = columns(
        arm,
        values.map((v, i) => v * size(i)),
      );
      return { ...own, per: Float64Array.from(per) };
    };
    const found = (ratio: boolean) =>
      compare(
        evidence(
          [metric('seconds', { estimand: 'mean', adjust: 'before' }), before],
          { ...tables, ...(ratio ? { before: [asRatio('x', x.before), asRatio('y', y.before)] } : {}) },
          { design, claims: [claim('seconds', 'mean')] },
        ),
        methods,
        options,
        random,
      ).comparisons[0].effect?.details;
    expect(found(true)?.['variance left']).toBeCloseTo(found(false)?.['variance left'] as number, 9);
  });

  test('leaves out units that have no value from before, and counts them', () => {
    const cut = {
      ...tables.before[0],
      value: Float64Array.from(x.before, (v, i) => (i < 4 ? Number.NaN : v)),
    };
    const { comparisons } = compare(
      evidence(
        [metric('seconds', { estimand: 'mean', adjust: 'before' }), before],
        { ...tables, before: [cut, tables.before[1]] },
        { design, claims: [claim('seconds', 'mean')] },
      ),
      methods,
      options,
      random,
    );
    expect(comparisons[0].n).toMatchObject({ treatment: 36, baseline: 40 });
    expect(comparisons[0].warnings.map(({ code }) => code)).toContain('adjust-missing');
  });
});

describe('a location', () => {
  const compared = (kind: 'by-key' | 'interleaved') =>
    compare(
      evidence(
        [metric('seconds', { estimand: 'location' })],
        { seconds: [columns('x', x.after), columns('y', y.after)] },
        {
          design: { kind },
          claims: [claim('seconds', 'location')],
        },
      ),
      methods,
      options,
      random,
    ).comparisons[0];

  test('is compared by ranks where units are keys, and a few huge ones do not move it', () => {
    const found = compared('by-key');
    expect(found).toMatchObject({ line: 'by-key-location', method: 'hodges-lehmann' });
    const huge = { ...columns('x', x.after), value: Float64Array.from(x.after, (v, i) => (i < 2 ? 1e6 : v)) };
    const samples = { paired: false, treatment: huge, baseline: columns('y', y.after) };
    const plan = {
      estimand: 'location',
      proportion: false,
      times: 1,
      workload: null,
      confidence: 0.95,
    } as const;
    const moved = methods['hodges-lehmann'].compare(samples, plan, random);
    if ('code' in moved) throw new Error(moved.code);
    expect(moved.difference.estimate - (found.effect?.difference.estimate ?? 0)).toBeLessThan(0.6);
  });

  test('is refused where units are not independent, with what to declare instead', () => {
    expect(compared('interleaved').unmeasured).toMatchObject({ code: 'location-needs-keys' });
  });
});

describe('declared', () => {
  const byKey = edited(
    COMMANDS,
    '{ kind: interleaved, blocks: 20, warmup: 1, seed: 20191104 }',
    '{ kind: by-key }',
  );
  const memory = 'fold: max, in: B, better: lower }';

  test('adjust names another metric, in a by-key design', async () => {
    const text = edited(byKey, memory, 'fold: max, in: B, better: lower, adjust: records }');
    expect((await read(text)).metrics.find(({ name }) => name === 'memory')?.adjust).toBe('records');
    const wrong = await problemsOf(
      edited(byKey, memory, 'fold: max, in: B, better: lower, adjust: record }'),
    );
    expect(wrong[0]).toMatchObject({ message: 'there is no other metric "record"' });
    expect(wrong[0].hint).toContain('records');
    const paired = await problemsOf(
      edited(COMMANDS, memory, 'fold: max, in: B, better: lower, adjust: records }'),
    );
    expect(paired[0].message).toBe('design interleaved is not adjusted: only by-key is');
  });

  test('a cost has no location', async () => {
    const text = edited(
      byKey,
      'fold: sum, in: records, better: higher }',
      'fold: sum, in: USD, better: higher, estimand: location }',
    );
    expect((await problemsOf(text)).map(({ message }) => message)).toContain(
      'a cost is paid in total: ranks say nothing about it',
    );
  });
});
