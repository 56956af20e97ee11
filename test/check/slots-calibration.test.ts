/**
 * Healthy A/A experiments in slots are invalid in at most 2 % over all checks together (CHECK_RUNS=500 for the figures of
 * the README); a level shift of 20 % in one arm and what one arm leaves for the other are found in at least 90 %.
 */
import { describe, expect, test, vi } from 'vitest';
import type { Report } from '../../src/model/report.js';
import { analysed, read, type SlottedWorld } from '../pipeline/slotted.js';

vi.setConfig({ testTimeout: 600_000 });
const runs = Number(process.env.CHECK_RUNS ?? 8);

const periods = Array.from({ length: 10 }, (_, d) => {
  const day = (n: number) => `2026-11-${String(2 + n).padStart(2, '0')}T00:00Z`;
  return `{ arm: ${d % 2 === 0 ? 'spark' : 'faas'}, from: ${day(d)}, to: ${day(d + 1)} }`;
});
const designs = {
  switchback: ['{ kind: switchback, slot: 2h, burn-in: 20m }', 4],
  ramp: [
    '{ kind: ramp, burn-in: 20m, stages: [{ coverage: 10%, for: 1d }, { coverage: 100%, for: 3d }] }',
    4,
  ],
  runs: [`{ kind: runs, periods: [${periods.join(', ')}] }`, 10],
} as const;

const stops = ({ checks, claims }: Report): boolean =>
  checks.some((one) => one.status === 'fail' && one.severity !== 'warning') ||
  claims.some(({ verdict }) => verdict === 'unmeasured');

async function reports(
  kind: keyof typeof designs,
  n: number,
  world: Partial<SlottedWorld>,
): Promise<Report[]> {
  const [design, days] = designs[kind];
  const experiment = await read(design, days);
  return Array.from({ length: n }, (_, seed) => {
    const seeded = { ...experiment, design: { ...experiment.design, seed } };
    return analysed(seeded, { ratio: 1, ...world, seed });
  });
}

describe('healthy A/A', () => {
  test.each(['switchback', 'ramp', 'runs'] as const)(
    '%s: invalid or unmeasured in at most 2 %%',
    async (kind) => {
      const stopped = (await reports(kind, runs, {})).filter(stops).length;
      expect(stopped / runs).toBeLessThanOrEqual(0.02);
    },
  );
});

describe('found in at least 90 %', () => {
  const share = (found: readonly Report[], check: string) =>
    found.filter(({ checks }) => checks.some((one) => one.check === check && one.status === 'warn')).length /
    found.length;

  test('a level that changes by 20 % in one arm of a ramp', async () => {
    const half = Date.UTC(2026, 10, 4);
    const shift = (arm: string, at: number) => (arm === 'spark' && at >= half ? 1.2 : 1);
    expect(share(await reports('ramp', runs, { shift }), 'level-shift')).toBeGreaterThanOrEqual(0.9);
  });

  test('half an hour in which an arm is 20 % slower for what the other one left', async () => {
    const carryOver = { minutes: 40, extra: 4 };
    expect(share(await reports('switchback', runs, { carryOver }), 'carry-over')).toBeGreaterThanOrEqual(0.9);
  });
});
