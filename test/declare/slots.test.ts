/** Designs whose split changes in time: what can never answer is refused, with what would. */
import { describe, expect, test } from 'vitest';
import { COMMANDS, edited, PIPELINES, problemsOf, read } from './fixtures.js';

const designed = (design: string, window = '') =>
  edited(
    edited(PIPELINES, '{ kind: mirrored, unit: batch_id }', design),
    'window: { from: 2026-11-01T00:00Z, to: 2026-11-15T00:00Z, warmup: 30m, settle: 48h }',
    window,
  );
const week = 'window: { from: 2026-11-01T00:00Z, to: 2026-11-08T00:00Z }';
const messages = async (text: string) => (await problemsOf(text)).map(({ message }) => message);

describe('a switchback', () => {
  test('is slots of a length, as many as the window holds, with what is left out at their ends', async () => {
    const { design } = await read(
      designed('{ kind: switchback, slot: 2h, burn-in: 15m, burn-out: 5m }', week),
    );
    expect(design.switching).toEqual({ slotMs: 72e5, slots: null, burnInMs: 9e5, burnOutMs: 3e5 });
  });

  test('needs 4 slots of each arm', async () => {
    expect(await messages(designed('{ kind: switchback, slot: 1d }', week))).toEqual([
      'the window holds 7 slots of 1d; 4 of each arm are needed, 8 together',
    ]);
    expect(await messages(designed('{ kind: switchback, slot: 1h, slots: 6 }'))).toEqual([
      '6 slots can never answer: 4 of each arm are needed, 8 together',
    ]);
  });

  test('needs more slots where the level asks for more schedules than 4 + 4 have', async () => {
    const strict = (slots: number) =>
      designed(`{ kind: switchback, slot: 1h, slots: ${slots} }`).replace(
        /confidence: 95%/u,
        'confidence: 99%',
      );
    expect(await messages(strict(8))).toEqual([
      '8 slots can never answer: 5 of each arm are needed, 10 together',
    ]);
    expect((await read(strict(10))).design.switching?.slots).toBe(10);
  });

  test('is refused at a confidence that no number of slots can answer', async () => {
    const strictest = designed('{ kind: switchback, slot: 1h, slots: 60 }').replace(
      /confidence: 95%/u,
      'confidence: 99.95%',
    );
    expect(await messages(strictest)).toEqual([
      'a switchback of 2 arms can never answer at 99.95% confidence: its p is counted over at most 2000 schedules',
    ]);
  });

  test('says when nothing tells how long a slot is, or how many there are', async () => {
    expect(await messages(designed('{ kind: switchback }', week))).toEqual([
      'design switchback does not say how long a slot is',
    ]);
    expect(await messages(designed('{ kind: switchback, slot: 1h }'))).toEqual([
      'nothing says how many slots there are',
    ]);
  });

  test('has slots that fit the window, the buckets and what is left out', async () => {
    expect(await messages(designed('{ kind: switchback, slot: 1d, slots: 10 }', week))).toEqual([
      '10 slots of 1d take 10d; the window holds 7d',
    ]);
    expect(
      await messages(designed('{ kind: switchback, slot: 20m, burn-in: 15m, burn-out: 5m }', week)),
    ).toEqual(['burn-in and burn-out leave nothing of a slot of 20m']);
    const bucketed = edited(
      designed('{ kind: switchback, slot: 20m, burn-in: 10m }', week),
      'unit: batch_id }, in: s,',
      'unit: batch_id }, by: 15m, fold: sum, in: s,',
    );
    expect(await messages(bucketed)).toEqual([
      'a bucket of 15m does not fit into what is kept of a slot, 10m',
    ]);
  });

  test('of trials takes a pass of the workload for a slot', async () => {
    const interleaved = '{ kind: interleaved, blocks: 20, warmup: 1, seed: 20191104 }';
    const { design } = await read(edited(COMMANDS, interleaved, '{ kind: switchback, slots: 20 }'));
    expect(design.switching?.slotMs).toBeNull();
    expect(
      await messages(edited(COMMANDS, interleaved, '{ kind: switchback, slots: 20, slot: 1h }')),
    ).toEqual(['slots of trials end with the workload, not with the clock']);
  });

  test('refuses keys of other designs, and names whose they are', async () => {
    expect(
      await messages(designed('{ kind: switchback, slot: 2h, coverage: 10%, unit: batch }', week)),
    ).toEqual(['design switchback has no "coverage"', 'design switchback has no "unit"']);
  });
});

describe('a ramp', () => {
  const stages =
    'stages: [{ coverage: 2%, for: 1h }, { coverage: 10%, for: 5h }, { coverage: 100%, for: 18h }]';

  test('is stages with their coverage and length', async () => {
    const { design } = await read(designed(`{ kind: ramp, burn-in: 5m, ${stages} }`));
    expect(design.stages?.map(({ coverage }) => coverage)).toEqual([0.02, 0.1, 1]);
    expect(design.burnInMs).toBe(3e5);
  });

  test('never goes back, and fits the window', async () => {
    expect(
      await messages(
        designed('{ kind: ramp, stages: [{ coverage: 10%, for: 1h }, { coverage: 5%, for: 1h }] }'),
      ),
    ).toEqual(['coverage must rise from stage to stage']);
    const short = 'window: { from: 2026-11-01T00:00Z, to: 2026-11-01T20:00Z }';
    expect(await messages(designed(`{ kind: ramp, ${stages} }`, short))).toEqual([
      'the stages take 1d; the window holds 20h',
    ]);
    expect(await messages(designed('{ kind: ramp }', week))).toEqual(['design ramp has no stages']);
  });
});

describe('runs', () => {
  const period = (arm: string, day: number) =>
    `{ arm: ${arm}, from: 2026-11-0${day}T00:00Z, to: 2026-11-0${day}T12:00Z }`;
  const five = [1, 2, 3, 4, 5];

  test('are named by a label, or listed with their times, which are then the window', async () => {
    expect((await read(designed('{ kind: runs, unit: deployment }', week))).design.unit).toBe('deployment');
    const periods = five.flatMap((day) => [period('faas', day), period('spark', day)]).join(', ');
    const experiment = await read(designed(`{ kind: runs, periods: [${periods}] }`));
    expect(experiment.design.periods).toHaveLength(10);
    expect(experiment.window).toEqual({
      fromMs: Date.UTC(2026, 10, 1),
      toMs: Date.UTC(2026, 10, 5, 12),
      warmupMs: 0,
      settleMs: 0,
    });
  });

  test('need five of each arm, apart from each other', async () => {
    const periods = [...five, 5]
      .map((day) => period('faas', day))
      .concat(period('spark', 1))
      .join(', ');
    expect(await messages(designed(`{ kind: runs, periods: [${periods}] }`))).toEqual([
      '1 run of spark can never answer: 5 of each arm are needed',
      'two deployments of faas overlap',
    ]);
  });

  test('say which deployments there were', async () => {
    expect(await messages(designed('{ kind: runs }', week))).toEqual([
      'design runs does not say which deployments there were',
    ]);
  });
});
