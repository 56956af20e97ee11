/** Results that were seen before the decision, other than was declared: a warning, and silence where nothing was. */
import { describe, expect, test } from 'vitest';
import { runChecks } from '../../src/check/index.js';
import { peeking } from '../../src/check/peeking.js';
import type { CheckResult } from '../../src/model/decision.js';
import type { EarlierRun } from '../../src/model/earlier-run.js';
import type { Evidence } from '../../src/model/evidence.js';
import { reason } from '../../src/model/reason.js';
import { owedSlots, type Slots, slotsOf } from '../../src/model/slots.js';
import { plannedSlots } from '../../src/pipeline.js';
import { sentence } from '../../src/report/words.js';
import { fromMs, read } from '../pipeline/slotted.js';
import { experimentOf } from '../plan/experiments.js';
import { healthy, simulate } from './simulate.js';

const DAY = 864e5;

const earlier = (some: Partial<EarlierRun> = {}): EarlierRun => ({
  id: '20261101T000000Z-aaaaaa',
  startedAt: 0,
  finishedAt: 1,
  decided: 'inconclusive',
  looks: 0,
  done: 30,
  changed: [],
  ...some,
});

const base = (): Evidence => {
  const evidence = simulate(healthy, 1);
  return { ...evidence, run: { ...evidence.run, mode: 'real' } };
};

const asked = (evidence: Evidence, postHoc = false): CheckResult => {
  const [result] = runChecks(evidence, { index: 1, of: 1, postHoc }, { peeking });
  return result;
};
const following = (...runs: readonly EarlierRun[]) => asked({ ...base(), earlier: runs });
const status = (...runs: readonly EarlierRun[]) => following(...runs).status;

describe('an experiment that stacktrial runs', () => {
  test('and that had not been run before passes; where nobody recorded it, that is said', () => {
    expect(status()).toBe('pass');
    expect(asked(base()).status).toBe('skipped');
  });

  test('repeated after runs that were not adopted warns, and names them and what they said', () => {
    const second = earlier({ id: '20261102T000000Z-bbbbbb', decided: 'keep' });
    const found = following(earlier(), second);
    expect(found.status).toBe('warn');
    expect(sentence(found.saw)).toBe(
      'It was run before and not adopted: inconclusive and keep; of 3 attempts the first is the one that keeps its level (20261101T000000Z-aaaaaa, 20261102T000000Z-bbbbbb).',
    );
  });

  test('repeated after an adoption, or after runs that showed nothing, does not', () => {
    expect(status(earlier({ decided: 'adopt' }))).toBe('pass');
    expect(status(earlier({ decided: 'invalid' }), earlier({ decided: 'unmeasured' }))).toBe('pass');
  });

  test('repeated because its schedule says so does not', () => {
    const evidence = { ...base(), earlier: [earlier(), earlier()] };
    const timetable = {
      look: '30 0 * * *',
      pace: null,
      blocks: 1,
      timezone: 'UTC',
      missed: 'make-up',
    } as const;
    const scheduled = (pace: string | null) =>
      asked({
        ...evidence,
        experiment: {
          ...evidence.experiment,
          timetable: { ...timetable, pace, disabled: false, jitterMs: 0 },
        },
      }).status;
    expect(scheduled(null)).toBe('pass');
    // Paced, it is one run over many firings: another one was started by somebody.
    expect(scheduled('0 * * * *')).toBe('warn');
  });

  test('that was begun, stopped by hand and begun anew warns, unless it was changed before anything was seen', () => {
    const left = { finishedAt: null, decided: null };
    expect(status(earlier({ ...left, done: 12 }))).toBe('warn');
    expect(status(earlier({ ...left, done: 0 }))).toBe('pass');
    expect(status(earlier({ ...left, done: 12, changed: ['design.warmup'] }))).toBe('pass');
    expect(status(earlier({ ...left, done: 12, looks: 1, changed: ['design.warmup'] }))).toBe('warn');
  });

  test('as a rehearsal decides nothing', () => {
    const evidence = base();
    const rehearsal = { ...evidence, run: { ...evidence.run, mode: 'aa' as const }, earlier: [earlier()] };
    expect(asked(rehearsal).status).toBe('skipped');
  });

  test('judged by an experiment that was declared afterwards warns', () => {
    expect(asked({ ...base(), earlier: [] }, true).saw.code).toBe('peeking-post-hoc');
  });
});

describe('a window that others fill', () => {
  const observed = async (design: string, finishedAt: number, runs: readonly EarlierRun[] = []) => {
    const experiment = await experimentOf({
      design,
      window: '{ from: 2026-11-01T00:00Z, to: 2026-11-15T00:00Z }',
      metric: 'margin: 3%',
    });
    const evidence = base();
    return asked({ ...evidence, experiment, earlier: runs, run: { ...evidence.run, finishedAt } });
  };
  const [mirrored, byKey] = ['{ kind: mirrored, unit: id }', '{ kind: by-key, unit: id }'];
  const end = Date.UTC(2026, 10, 15);

  test('analysed before its end warns where no look was declared; a declared early end does not', async () => {
    expect((await observed(byKey, end + 1)).status).toBe('pass');
    const early = await observed(byKey, end - DAY);
    expect(early.status).toBe('warn');
    expect(sentence(early.saw)).toContain('before its window ended at 2026-11-15');
    expect((await observed(mirrored, end - DAY)).status).toBe('pass');
  });

  test('whose end was moved after it had been analysed warns', async () => {
    const moved = await observed(mirrored, end, [earlier({ changed: ['window.to'] })]);
    expect(moved.saw.values).toMatchObject({ moved: ['20261101T000000Z-aaaaaa'], repeated: [] });
    expect(moved.status).toBe('warn');
    // Begun and changed before anything was seen of it.
    const unseen = earlier({ decided: null, finishedAt: null, changed: ['window.to'] });
    expect((await observed(mirrored, end, [unseen])).status).toBe('pass');
    expect((await observed(mirrored, end, [{ ...unseen, looks: 1 }])).status).toBe('warn');
  });

  test('analysed before under another declaration warns and names what was changed; titles and owners do not count', async () => {
    const declared = await observed(mirrored, end, [
      earlier({ changed: ['metrics.seconds.margin', 'question', 'arms.new.title'] }),
    ]);
    expect(declared.status).toBe('warn');
    expect(declared.saw.values).toMatchObject({ changed: ['metrics.seconds.margin'] });
    const renamed = earlier({ changed: ['question', 'arms.new.title'] });
    expect((await observed(mirrored, end, [renamed])).status).toBe('pass');
  });

  test('asked again as it is gives the same answer; another window is another attempt', async () => {
    expect((await observed(mirrored, end, [earlier()])).status).toBe('pass');
    const later = earlier({ changed: ['window.from', 'window.to'] });
    expect((await observed(mirrored, end, [later])).status).toBe('warn');
  });
});

describe('a split in slots', () => {
  const withSlots = async (held: number, stopped: boolean) => {
    const experiment = await read('{ kind: switchback, slot: 2h, seed: 5 }');
    const schedule = plannedSlots(experiment, fromMs);
    const executed = (schedule?.slots ?? []).slice(0, held).map(({ index, startMs, endMs }) => ({
      index,
      attempt: 0,
      appliedAt: startMs,
      endedAt: endMs,
      outcome: 'ok' as const,
    }));
    const stop = { why: 'cap' as const, arms: [], reason: { code: 'cap-reached', values: {} } };
    const watched = stopped ? [{ at: 0, slot: held, units: 1, guardrails: [], stop }] : [];
    const evidence = { ...base(), experiment, schedule, executed, watched, earlier: [] };
    return asked({ ...evidence, run: { ...evidence.run, finishedAt: fromMs + 5 * DAY } });
  };

  test('that was held to its end, or ended by a rule that was declared, passes', async () => {
    expect((await withSlots(48, false)).status).toBe('pass');
    expect((await withSlots(30, true)).status).toBe('pass');
  });

  test('of a ramp whose feed ended in stage 2 of 3 owes the two stages that it held, and nobody ended it by hand', () => {
    const slots = [0, 1, 2].map((index) => ({
      index,
      startMs: index * DAY,
      endMs: (index + 1) * DAY,
      shares: { old: 0.5, new: 0.5 },
      burnInMs: 0,
      burnOutMs: 0,
      stage: index,
      coverage: 1,
    }));
    const executed = [0, 1].map((index) => ({
      index,
      attempt: 0,
      appliedAt: index * DAY,
      endedAt: (index + 0.5) * DAY,
      outcome: 'ok' as const,
    }));
    const found = slotsOf({ slots }, executed) as Slots;
    const owed = (watched: Parameters<typeof owedSlots>[2]) =>
      owedSlots({ slots }, found, watched).map(({ index }) => index);
    const stop = {
      why: 'end' as const,
      arms: [],
      reason: reason('split-stopped-end', { held: 2, planned: 3 }),
    };
    expect(owed([{ at: 0, slot: 1, units: 1, guardrails: [], stop }])).toEqual([0, 1]);
    expect(owed([])).toEqual([0, 1, 2]);
    expect(sentence(stop.reason)).toBe(
      'Nothing more came to divide: the split ended with it, after 2 of 3 planned slots.',
    );
  });

  test('that was ended by hand warns, and says how much of it is missing', async () => {
    const found = await withSlots(30, false);
    expect(found.status).toBe('warn');
    expect(sentence(found.saw)).toBe('The last 18 of 48 slots were not held, and no rule ended them.');
  });
});
