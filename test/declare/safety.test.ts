import { describe, expect, test } from 'vitest';
import { problemsOf, read } from './fixtures.js';

const TAP = `experiment: live
question: Is the new backend faster?
arms: { old: , new: }
baseline: old
design: { kind: by-key, shares: { old: 50%, new: 50% }, coverage: 40%, for: 2h }
driver: { type: haproxy, socket: run/admin.sock }
exposure: { share: 25%, units: 10000, time: 3h, cost: 50 USD }
watch: { every: 10s }
rollback: restore
metrics:
  seconds: { from: file, query: { file: a.csv, arm: arm, unit: unit, value: s }, in: s, better: lower, words: [faster, slower] }
  spent: { from: file, query: { file: a.csv, arm: arm, unit: unit, value: usd }, fold: sum, in: USD, role: cost, better: lower }
hypotheses: [ new is faster than old ]
`;

const messages = async (from: string, to: string): Promise<readonly string[]> => {
  expect(TAP).toContain(from);
  return (await problemsOf(TAP.replace(from, to))).map(({ message }) => message);
};

describe('an experiment on live traffic', () => {
  test('is read with its caps, its polls and its way back', async () => {
    const { exposure, watch, rollback, design } = await read(TAP);
    expect(exposure).toEqual({
      share: 0.25,
      units: 10000,
      durationMs: 3 * 36e5,
      cost: { amount: 50, metric: 'spent' },
    });
    expect(watch).toEqual({ everyMs: 10_000 });
    expect(rollback).toEqual({ commands: [] });
    expect(design.lastsMs).toBe(2 * 36e5);
  });

  test('is refused without a way back, and with none', async () => {
    expect(await messages('rollback: restore\n', '')).toEqual([
      'live traffic is not turned without a way back: key "rollback" is missing',
    ]);
    expect(await messages('rollback: restore', 'rollback: none')).toEqual([
      'a tap that is not given back is refused',
    ]);
  });

  test('may name commands that are run once the state before is restored', async () => {
    const { rollback } = await read(TAP.replace('rollback: restore', 'rollback: [[./page, on-call]]'));
    expect(rollback).toEqual({ commands: [['./page', 'on-call']] });
  });

  test('is refused where its design would pass a cap', async () => {
    expect(await messages('share: 25%', 'share: 10%')).toEqual([
      'the design gives up to 20% of the traffic to arms other than the baseline, more than 10%',
    ]);
    expect(await messages('time: 3h', 'time: 1h')).toEqual([
      'the design turns traffic for 2h, longer than 1h',
    ]);
    expect(await messages('cost: 50 USD', 'cost: 50 EUR')).toEqual([
      'no metric with role: cost is measured in EUR, so nobody would notice',
    ]);
  });

  test('has a design that divides traffic, an end, and no workload', async () => {
    expect(await messages(', for: 2h', '')).toEqual(['nothing says how long traffic is split']);
    expect(
      await messages(
        'kind: by-key, shares: { old: 50%, new: 50% }, coverage: 40%, for: 2h',
        'kind: mirrored',
      ),
    ).toEqual(['design mirrored divides no traffic']);
    expect(await messages('watch:', 'workload: { kind: sample, files: a }\nwatch:')).toEqual([
      'this driver turns the traffic that is there: there is no workload',
    ]);
  });

  test('is told from one that runs trials: caps and polls belong to a tap', async () => {
    const without = TAP.replace(/driver:.*\n/, '')
      .replace('by-key, shares', 'by-key, unit: unit, shares')
      .replace(', for: 2h', '');
    const found = (await problemsOf(without)).map(({ message }) => message);
    expect(found).toEqual([
      '"exposure" belongs to a driver that turns a tap',
      '"watch" belongs to a driver that turns a tap',
      'nothing is turned that could be put back',
    ]);
  });

  test('wrong options of the driver hide nothing else', async () => {
    expect(await messages('socket: run/admin.sock', 'sockt: x')).toEqual(
      expect.arrayContaining(['unknown key "sockt" in driver']),
    );
  });
});
