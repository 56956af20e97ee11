import { describe, expect, test } from 'vitest';
import { claimChart } from '../../src/report/charts/claim.js';
import { distributionChart } from '../../src/report/charts/distribution.js';
import { forestChart } from '../../src/report/charts/forest.js';
import { seriesChart } from '../../src/report/charts/series.js';
import { escapeXml } from '../../src/report/charts/svg.js';
import { trialsChart } from '../../src/report/charts/trials.js';
import { armSummary, interval, noise, trialPoints, unbounded } from './worlds/build.js';
import { problemsOf } from './xml.js';

const hostile = '</script><img onerror=alert(1) src=x> "\'&\u0000\u202E';

const frame = { id: 'x', title: hostile, description: hostile };
const distributions = (values: readonly (readonly number[])[]): string =>
  distributionChart({
    ...frame,
    unit: 's',
    arms: values.map((v, index) => ({ index, title: hostile, summary: armSummary(`arm${index}`, v, null) })),
  });

const good = (svg: string): void => {
  expect(problemsOf(svg)).toEqual([]);
  expect(svg).not.toMatch(/NaN|Infinity|undefined|null/);
  expect(svg).toMatch(/role="img"/);
  expect(svg).toMatch(/<title id="[^"]+">[^<]/);
  expect(svg).toMatch(/<desc id="[^"]+">/);
  expect(svg).not.toMatch(/<img|<script|onerror="/);
};

describe('distributions', () => {
  test.each([
    ['nothing', [[], []]],
    ['one point', [[0.5], []]],
    [
      'a constant',
      [
        [3, 3, 3, 3, 3, 3],
        [3, 3, 3, 3, 3, 3],
      ],
    ],
    ['zeros', [[0, 0, 0, 0, 0], [0]]],
    [
      'a thousand points',
      [
        Array.from({ length: 1000 }, (_, i) => noise(i)),
        Array.from({ length: 1000 }, (_, i) => 40 + noise(i)),
      ],
    ],
    [
      'huge and tiny values',
      [
        [1e-300, 1],
        [1e300, 5],
      ],
    ],
    ['negative values', [[-3, -2, -1, 0, 1], [-1e6]]],
    ['five arms', [[1], [2], [3], [4], [5]]],
  ])('%s can be drawn', (_, values) => good(distributions(values)));

  test('a box needs five values, so that it does not pretend to know more', () => {
    expect(distributions([[1, 2, 3, 4]])).not.toContain('class="box');
    expect(distributions([[1, 2, 3, 4, 5]])).toContain('class="box');
  });

  test('a wide span of positive values is drawn on a logarithmic axis, and says so', () => {
    expect(distributions([[0.001, 1, 10]])).toContain('logarithmic');
    expect(distributions([[1, 2, 10]])).not.toContain('logarithmic');
  });

  test('the same data give the same picture', () => {
    const values = [Array.from({ length: 50 }, (_, i) => noise(i))];
    expect(distributions(values)).toBe(distributions(values));
  });
});

const held = (
  estimate: number,
  low: number | null,
  high: number | null,
  thresholds: readonly number[] = [0.1],
  margin: number | null = 0.03,
) => ({
  benefit: { estimate, interval: interval(low, high) },
  thresholds,
  margin,
});

describe('forest plot', () => {
  const forest = (rows: Parameters<typeof forestChart>[0]['rows']) =>
    forestChart({ ...frame, rows, sides: { left: hostile, right: hostile } });

  test.each([
    ['no row', []],
    ['an ordinary row', [{ label: hostile, effect: hostile, held: held(0.2, 0.1, 0.3) }]],
    ['a row without an effect', [{ label: 'cost', effect: 'not measured', held: null }]],
    [
      'an unbounded set',
      [
        {
          label: 'cost',
          effect: '',
          held: { ...held(0.1, null, null), benefit: { estimate: 0.1, interval: unbounded } },
        },
      ],
    ],
    [
      'half-open intervals',
      [
        { label: 'a', effect: '', held: held(0.1, null, 0.3) },
        { label: 'b', effect: '', held: held(0.1, -0.3, null) },
      ],
    ],
    ['no width at all', [{ label: 'a', effect: '', held: held(0, 0, 0, [], null) }]],
  ])('%s can be drawn', (_, rows) => {
    const { wide, narrow } = forest(rows);
    good(wide);
    good(narrow);
  });

  test('a huge worsening is cut with an arrow and leaves the other rows readable', () => {
    const place = (svg: string): number =>
      Number(/<path d="M([\d.]+) [\d.]+L[\d.]+ [\d.]+" class="claim"/.exec(svg)?.[1]);
    const alone = forest([{ label: 'a', effect: '', held: held(0.2, 0.1, 0.3) }]).wide;
    const beside = forest([
      { label: 'a', effect: '', held: held(0.2, 0.1, 0.3) },
      { label: 'b', effect: '', held: held(-16, -24, -11) },
    ]).wide;
    const zero = (svg: string): number =>
      Number(/<path d="M([\d.]+) [\d.]+L[\d.]+ [\d.]+" class="zero"/.exec(svg)?.[1]);
    expect(place(alone) - zero(alone)).toBeGreaterThan(30);
    expect(place(beside) - zero(beside)).toBeGreaterThan(15);
  });

  test('an effect that lies beyond the axis with its whole interval takes no room from the others', () => {
    const near = { label: 'a', effect: '', held: held(0.2, 0.1, 0.3) };
    const zero = (svg: string) => /<path d="M([\d.]+) [\d.]+L[\d.]+ [\d.]+" class="zero"/.exec(svg)?.[1];
    const far = { label: 'b', effect: '', held: held(-3.05, -3.27, -2.83) };
    expect(zero(forest([near, far]).wide)).toBe(zero(forest([near]).wide));
    // Alone it has an axis of its own, and no arrow.
    expect(forest([far]).wide.match(/class="ink-fill"/g)).toHaveLength(1);
  });

  test.each([
    ['to the left', held(-3.05, -3.27, -2.83)],
    ['around nothing', held(0.01, -0.01, 0.02)],
    ['to the right', held(0.9, 0.5, 1.4)],
  ])('texts of the axis do not touch, and both sides are named whole, with an effect %s', (_, one) => {
    const sides = { left: 'favours functions', right: 'favours engine' };
    const drawn = forestChart({ ...frame, rows: [{ label: 'a', effect: '', held: one }], sides });
    for (const svg of [drawn.wide, drawn.narrow]) {
      expect(svg).toContain('>← favours functions<');
      expect(svg).toContain('>favours engine →<');
      const ticks = [...svg.matchAll(/<text x="([\d.]+)"[^>]*text-anchor="middle">([^<]*)</g)];
      expect(ticks.length).toBeGreaterThan(1);
      const ends = ticks.map(([, x, words]) => ({ at: Number(x), half: words.length * 3.4 }));
      ends.slice(1).forEach(({ at, half }, i) => {
        expect(at - half).toBeGreaterThan(ends[i].at + ends[i].half);
      });
    }
  });

  test('an interval in words is never cut: it takes a second line', () => {
    const effect = '0.04% faster (12.5% slower to 17.25% faster)';
    const { wide, narrow } = forest([{ label: 'a', effect, held: held(0.2, 0.1, 0.3) }]);
    for (const svg of [wide, narrow]) {
      const words = [...svg.matchAll(/class="value"[^>]*>([^<]*)</g)].map(([, text]) => text);
      expect(words.join(' ')).toBe(effect);
    }
  });

  test('margin and threshold stand where they were declared, better to the right', () => {
    const { wide } = forest([{ label: 'a', effect: '', held: held(0.2, 0.15, 0.25, [0.1], 0.05) }]);
    const x = (className: string): number =>
      Number(new RegExp(`<path d="M([\\d.]+) [^"]*" class="${className}"`).exec(wide)?.[1]);
    const [, left, width] =
      /<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"[^>]*class="band"/.exec(wide) ?? [];
    const perUnit = (x('claim') - x('zero')) / 0.1;
    expect(perUnit).toBeGreaterThan(0);
    expect(Number(left)).toBeCloseTo(x('zero') - 0.05 * perUnit, 0);
    expect(Number(width)).toBeCloseTo(0.1 * perUnit, 0);
  });
});

describe('claim picture', () => {
  test.each([
    ['an ordinary claim', held(0.78, 0.76, 0.8)],
    ['everything at zero', held(0, 0, 0, [0], null)],
    ['within', held(0.01, -0.01, 0.02, [-0.05, 0.05])],
    ['an open interval', held(0.1, null, null)],
  ])('%s can be drawn', (_, h) => {
    good(
      claimChart({
        ...frame,
        held: h,
        domain: [h.benefit.estimate, ...h.thresholds],
        label: () => hostile,
        zero: 'same',
      }),
    );
  });
});

describe('trials in order', () => {
  const arms = [
    { name: 'functions', title: hostile },
    { name: 'engine', title: 'engine' },
  ];
  const draw = (trials: ReturnType<typeof trialPoints>) => trialsChart({ ...frame, arms, trials });
  const pair = ['engine', 'functions'] as const;
  const ordinary = trialPoints(pair, [
    Array.from({ length: 40 }, (_, i) => noise(i)),
    Array.from({ length: 40 }, (_, i) => 1 + noise(i)),
  ]);

  test.each([
    ['no trial', []],
    ['one trial', ordinary.slice(0, 1)],
    ['ordinary trials', ordinary],
    ['only failures', ordinary.map((t) => ({ ...t, wallSeconds: null, outcome: 'launch' as const }))],
    ['only warm-up', ordinary.map((t) => ({ ...t, block: -1 }))],
    ['an arm that nobody declared', ordinary.map((t) => ({ ...t, arm: 'stranger' }))],
    [
      'a thousand trials',
      trialPoints(pair, [
        Array.from({ length: 500 }, (_, i) => noise(i)),
        Array.from({ length: 500 }, (_, i) => noise(i + 9)),
      ]),
    ],
  ])('%s can be drawn', (_, trials) => {
    const { wide, narrow } = draw(trials);
    good(wide);
    good(narrow);
  });

  test('what does not count is marked apart from what does', () => {
    const { wide } = draw(
      ordinary.map((t, i) => (i < 2 ? { ...t, superseded: true } : i < 4 ? { ...t, excluded: true } : t)),
    );
    const leftOut = /<path d="([^"]+)" class="left-out"\/>(?!<text)/.exec(wide)?.[1] ?? '';
    expect(leftOut.split('z').length - 1).toBe(4);
  });

  test('failed trials are crossed and warm-up is shaded', () => {
    const { wide } = draw([
      { ...ordinary[0], block: -1 },
      ...ordinary,
      { ...ordinary[1], outcome: 'sut-timeout', wallSeconds: null },
    ]);
    expect(wide).toContain('class="warm-up"');
    expect(wide).toContain('>failed</text>');
  });
});

describe('series over time', () => {
  test.each([
    ['nothing', []],
    ['one point', [1]],
    ['a thousand points', Array.from({ length: 1000 }, (_, i) => noise(i))],
  ])('%s can be drawn', (_, values) => {
    const { wide, narrow } = seriesChart({
      ...frame,
      unit: 'USD',
      arms: [{ index: 0, title: hostile, summary: armSummary('a', values, null) }],
    });
    good(wide);
    good(narrow);
  });
});

test('text in a picture is escaped and loses what is obeyed instead of seen', () => {
  expect(escapeXml(hostile)).toBe('&lt;/script&gt;&lt;img onerror=alert(1) src=x&gt; &quot;&#39;&amp;');
});
