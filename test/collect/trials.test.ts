import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sources } from '../../src/collect/index.js';
import { SourceProblem } from '../../src/collect/source-problem.js';
import type { FailureClass, Observation, Trial } from '../../src/model/evidence.js';
import type { Want } from '../../src/model/ports.js';
import { bothArms, context, said, trial, want } from './fixtures.js';

const source = sources.trials;
const read = async (trials: readonly Trial[], query: Record<string, unknown>, over: Partial<Want> = {}) => {
  const found: Observation[] = [];
  for (const asked of source.ask({}, want(query, over)))
    for await (const one of source.fetch({}, asked, context({ trials }))) found.push(one);
  return found;
};
const problem = (trials: readonly Trial[], query: Record<string, unknown>, over: Partial<Want> = {}) =>
  read(trials, query, over).then(
    (found) => expect.fail(`no problem, but ${found.length} observations`),
    (error: unknown) => {
      expect(error).toBeInstanceOf(SourceProblem);
      expect(said((error as SourceProblem).reason)).not.toBe('');
      return (error as SourceProblem).reason;
    },
  );
const sum = { fold: { kind: 'sum' } } as const;
const against: FailureClass[] = ['sut-error', 'sut-timeout', 'sut-oom', 'launch'];

describe('source trials', () => {
  test('an observation is named by its block and labelled with trial, item, order, repeat and attempt', async () => {
    const [, , third] = await read([trial(4, 'b'), trial(4, 'a'), trial(11, 'b', { attempt: 2 })], {
      field: 'wallSeconds',
    });
    expect(third).toMatchObject({
      metric: 'm',
      arm: 'b',
      unit: 'b011',
      value: 0.5,
      n: 1,
      estimated: false,
      labels: { trial: 'b011.1.b', item: 'batch 2', order: '1', repeat: '3', attempt: '2' },
    });
  });

  test('superseded attempts and warm-up trials are no observations', async () => {
    const trials = [
      trial(-1, 'a'),
      trial(0, 'a', { measured: { wallSeconds: 9 } }),
      trial(0, 'a', { attempt: 1 }),
    ];
    expect((await read(trials, { field: 'wallSeconds' })).map(({ value }) => value)).toEqual([0.5]);
  });

  test('fields, answers and covariates are read as they are; what was not measured is null', async () => {
    const one = [
      trial(0, 'a', { answer: { deep: { list: [4] } }, measured: { cpuSeconds: null } }),
      trial(0, 'b'),
    ];
    const value = async (query: Record<string, unknown>) => (await read(one.slice(0, 1), query))[0].value;
    expect(await value({ field: 'cpuSeconds' })).toBeNull();
    expect(await value({ field: 'peakMemoryBytes' })).toBeNull();
    expect(await value({ stdout: '$.deep.list[0]' })).toBe(4);
    expect(await value({ covariate: 'bytes' })).toBe(5e4);
  });

  test('a failed trial takes at least its timeout, and says that it is censored', async () => {
    for (const outcome of against) {
      const quick = { wallSeconds: 0.01, timeoutSeconds: 60 };
      const [one] = await read([trial(0, 'a', { outcome, measured: quick }), trial(1, 'a')], {
        field: 'wallSeconds',
      });
      expect(one.value).toBe(60);
      expect(one.labels).toMatchObject({ failed: outcome, censored: 'timeout' });
      const late = { wallSeconds: 61.5, timeoutSeconds: 60 };
      expect(
        (await read([trial(0, 'a', { outcome, measured: late }), trial(1, 'a')], { field: 'wallSeconds' }))[0]
          .value,
      ).toBe(61.5);
    }
  });

  test('without a declared timeout the time of a failed trial is unknown, which is a problem and not a short time', async () => {
    const failed = trial(0, 'a', { outcome: 'launch', measured: { wallSeconds: 0.01 } });
    const unlimited = trial(1, 'a', { measured: { wallSeconds: 1 } });
    expect(await problem([failed, unlimited], { field: 'wallSeconds' })).toMatchObject({
      code: 'trials-no-timeout',
    });
    expect((await read([failed], { field: 'wallSeconds', whenFailed: 7 }))[0].value).toBe(7);
  });

  test('an arm that fails under a short limit of its own counts with the longest limit of the run', async () => {
    const hasty = trial(0, 'a', {
      outcome: 'sut-timeout',
      measured: { wallSeconds: 0.1, timeoutSeconds: 0.1 },
    });
    const patient = trial(0, 'b', { measured: { wallSeconds: 0.25, timeoutSeconds: 60 } });
    const [first] = await read([hasty, patient, trial(1, 'a')], { field: 'wallSeconds' });
    expect(first.value).toBe(60);
  });

  test('an arm of which no trial worked is not measured at all', async () => {
    const never = [0, 1, 2].map((block) => trial(block, 'a', { outcome: 'launch' }));
    expect(await problem([...never, trial(0, 'b')], { field: 'wallSeconds' })).toMatchObject({
      code: 'trials-none-worked',
    });
  });

  test('no failure makes an arm faster, whatever was measured before it failed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ min: 0.001, max: 60, noNaN: true }), { minLength: 2, maxLength: 12 }),
        fc.integer({ min: 0, max: 11 }),
        fc.constantFrom(...against),
        fc.double({ min: 0, max: 60, noNaN: true }),
        async (times, index, outcome, until) => {
          const all = times.map((wallSeconds, i) =>
            trial(i, 'a', { measured: { wallSeconds, timeoutSeconds: 60 } }),
          );
          const at = index % all.length;
          const broken = all.map((one, i) =>
            i === at ? { ...one, outcome, measured: { wallSeconds: until, timeoutSeconds: 60 } } : one,
          );
          const total = async (trials: readonly Trial[]) =>
            (await read(trials, { field: 'wallSeconds' })).reduce(
              (t, { value }) => t + (value ?? Number.NaN),
              0,
            );
          expect(await total(broken)).toBeGreaterThanOrEqual(await total(all));
        },
      ),
    );
  });

  test('CPU time and memory of a failed trial stay as measured', async () => {
    const failed = [trial(0, 'a', { outcome: 'sut-error' }), trial(1, 'a')];
    expect((await read(failed, { field: 'cpuSeconds' }))[0].value).toBe(0.4);
    expect((await read(failed, { field: 'peakMemoryBytes' }))[0].value).toBe(1e6);
  });

  test('a failed trial answered nothing: 0 where answers are added up, unknown otherwise, or as declared', async () => {
    const failed = [
      trial(0, 'a', { outcome: 'sut-error', answer: null }),
      trial(1, 'a', { answer: { records: 1, failed: 0, seconds: 1 } }),
    ];
    const first = async (query: Record<string, unknown>, over: Partial<Want> = {}) =>
      (await read(failed, query, over))[0];
    expect((await first({ stdout: '$.records' }, sum)).value).toBe(0);
    expect((await first({ stdout: '$.records' })).value).toBeNull();
    expect((await first({ stdout: '$.records' }, { fold: { kind: 'mean' } })).value).toBeNull();
    expect((await first({ stdout: '$.records', whenFailed: 5 })).value).toBe(5);
    expect((await first({ stdout: '$.failed', whenFailed: 'records' })).value).toBe(1000);
    expect(await first({ stdout: '$.seconds', whenFailed: 'timeout' })).toMatchObject({ value: 60 });
  });

  test('a path that no answer has is a mistake and is told with the names that exist; one gap is a gap', async () => {
    const trials = bothArms(2).map((one) => ({ ...one, answer: { records: 1, checksum: 'x' } }));
    expect(await problem(trials, { stdout: '$.recrods' })).toEqual({
      code: 'trials-no-answer',
      values: { path: '$.recrods', trials: 2, exist: ['records', 'checksum'] },
    });
    const gap = [trial(0, 'a', { answer: { other: 1 } }), trial(1, 'a')];
    expect((await read(gap, { stdout: '$.records' })).map(({ value }) => value)).toEqual([null, 1000]);
  });

  test('text where a number should be, and a covariate that does not exist, are problems', async () => {
    const text = [trial(3, 'a', { answer: { records: '12' } })];
    expect(await problem(text, { stdout: '$.records' })).toMatchObject({
      code: 'trials-answer-not-number',
      values: { trial: 'b003.0.a', found: '"12"' },
    });
    expect(await problem([trial(0, 'a')], { covariate: 'byte' })).toMatchObject({
      code: 'trials-no-covariate',
      values: { exist: ['bytes', 'records'] },
    });
  });

  test('exactly one thing is asked, and a wrong path is refused when the file is read', () => {
    const valid = (query: object) => source.query.safeParse(query).success;
    expect(valid({ field: 'wallSeconds' })).toBe(true);
    expect(valid({ stdout: '$.records', whenFailed: 0 })).toBe(true);
    for (const wrong of [
      {},
      { field: 'wallSeconds', stdout: '$.x' },
      { field: 'wall' },
      { stdout: 'records' },
      { filed: 1 },
    ])
      expect(valid(wrong), JSON.stringify(wrong)).toBe(false);
  });

  test('preflight counts the trials of the arm', async () => {
    const [asked] = source.ask({}, want({ field: 'wallSeconds' }));
    const found = await source.preflight({}, asked, context({ trials: bothArms(3) }));
    expect(found).toEqual([{ metric: 'm', arm: 'a', points: 3, fromMs: 0, toMs: 4000, problem: null }]);
  });
});
