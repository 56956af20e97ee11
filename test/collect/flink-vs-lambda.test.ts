/**
 * The published case recomputed: Flink on EKS against Lambda (Pfandzelter et al., IC2E 2022, arXiv 2204.11509), case 1,
 * every message stored. Usage per hour goes through the rate card and the tables, as an experiment's would.
 */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { deriveTables } from '../../src/collect/index.js';
import { declare } from '../../src/declare/index.js';
import type { Experiment } from '../../src/model/experiment.js';
import { plugins } from '../declare/fixtures.js';
import { collectedFrom, point } from './fixtures.js';

/** USD per hour at messages per second, from the published table. */
const PUBLISHED = [
  [100, 1.139, 0.656],
  [300, 2.237, 1.967],
  [500, 3.335, 3.279],
  [600, 3.884, 3.935],
  [800, 4.982, 5.246],
  [1000, 6.08, 6.558],
  [1200, 7.178, 7.869],
] as const;
const HOUR = 3_600_000;
const CALL_SECONDS = 0.023;

const YAML = `experiment: flink-eks-vs-lambda
question: From which load on is Flink on EKS cheaper than Lambda?
arms: { flink: { title: Flink on EKS }, lambda: { title: AWS Lambda } }
baseline: lambda
design: { kind: observed, concurrent: true }
window: { from: 2022-03-01T00:00Z, to: 2022-03-02T00:00Z }
sources: { given: { type: file } }
metrics:
  messages:       { from: given, query: { file: x.csv, arm: arm, unit: u, value: v }, by: 1h, fold: sum, in: messages }
  billed_seconds: { from: given, query: { file: x.csv, arm: arm, unit: u, value: v }, by: 1h, fold: sum, in: s }
  cost:
    rate:
      card: cards/flink-eks-vs-lambda.yaml
      arms:
        flink:  { m5-xlarge: { of: messages, count: 2 }, eks-cluster: messages, load-balancer: messages, dynamodb-write: messages }
        lambda: { lambda-256mb: billed_seconds, dynamodb-write: messages }
    better: lower
    words: [cheaper, dearer]
hypotheses: [ flink is cheaper than lambda ]
`;
const experiment: Experiment = await declare({ text: YAML, file: 'exp.yaml' }, plugins, (name) =>
  readFile(`experiments/${name}`),
);

/** USD of one hour on each arm. */
const costAt = (perSecond: number): { flink: number; lambda: number } => {
  const start = experiment.window?.fromMs ?? 0;
  const at = { start, end: start + HOUR };
  const calls = perSecond * 3600;
  const collected = collectedFrom([
    point('messages', 'flink', 'h', calls, at),
    point('messages', 'lambda', 'h', calls, at),
    point('billed_seconds', 'lambda', 'h', calls * CALL_SECONDS, { ...at, n: calls }),
  ]);
  const table = deriveTables(experiment, null, [], collected, []).get('cost');
  const [flink, lambda] = ['flink', 'lambda'].map((arm) => table?.arms.get(arm)?.value[0] ?? Number.NaN);
  return { flink, lambda };
};

/** Where a straight line between two loads crosses: messages per second. */
const crossing = (low: readonly number[], high: readonly number[]): number => {
  const [gapLow, gapHigh] = [low[1] - low[2], high[1] - high[2]];
  return low[0] + ((high[0] - low[0]) * gapLow) / (gapLow - gapHigh);
};

describe('Flink on EKS against Lambda, published', () => {
  test.each(PUBLISHED)('at %d messages/s: %d and %d USD an hour', (perSecond, flink, lambda) => {
    const cost = costAt(perSecond);
    // Published to a tenth of a cent. A call is 23 ms to the millisecond and its cold starts are left out here.
    expect(cost.flink).toBeCloseTo(flink, 3);
    expect(Math.abs(cost.lambda / lambda - 1)).toBeLessThan(0.002);
  });

  test('the two cost the same at about 553 messages/s, by the card and by the published table', () => {
    const row = (perSecond: number): readonly number[] => {
      const { flink, lambda } = costAt(perSecond);
      return [perSecond, flink, lambda];
    };
    const byCard = crossing(row(500), row(600));
    expect(byCard).toBeGreaterThan(551);
    expect(byCard).toBeLessThan(555);
    expect(Math.abs(crossing(PUBLISHED[2], PUBLISHED[3]) - byCard)).toBeLessThan(3);
    // By hand: 0.59 USD/h ÷ 3600 s ÷ (0.023 s × 0.25 GB × 0.0000166667 + 0.0000002) per message
    expect(byCard).toBeCloseTo(0.59 / 3600 / (0.023 * 0.25 * 0.0000166667 + 0.0000002), 6);
  });

  test('the store that both pay for hides how far apart they are', () => {
    const store = (1.525 / 1e6) * 100 * 3600;
    const { flink, lambda } = costAt(100);
    expect(lambda / flink).toBeGreaterThan(0.55);
    expect((flink - store) / (lambda - store)).toBeCloseTo(5.5, 1);
  });

  test('every hour is charged once however many points it has, and a bucket without usage is unknown', () => {
    const start = experiment.window?.fromMs ?? 0;
    const minutes = Array.from({ length: 60 }, (_, i) =>
      point('messages', 'flink', `m${i}`, 6000, { start: start + i * 60_000, end: start + (i + 1) * 60_000 }),
    );
    const gap = point('messages', 'flink', 'gap', null, { start: start + HOUR, end: start + 2 * HOUR });
    const table = deriveTables(experiment, null, [], collectedFrom([...minutes, gap]), []).get('cost');
    expect(table?.arms.get('flink')?.n).toBe(1);
    expect(table?.arms.get('flink')?.value[0]).toBeCloseTo(0.59 + 1.525e-6 * 360_000, 12);
  });
});
