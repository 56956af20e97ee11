/** decide.looks: what is read, and what is refused where it stands. */
import { describe, expect, test } from 'vitest';
import { COMMANDS, marked, PIPELINES, problemsOf, read } from './fixtures.js';

const decided = (file: string, looks: string): string =>
  file.replace('decide: { confidence: 95% }', `decide: { looks: ${looks} }`);

const said = async (file: string, looks: string) =>
  (await problemsOf(decided(file, looks))).map((problem) => `${marked(problem)} — ${problem.message}`);

describe('looks', () => {
  test('are shares of the planned units, rising to all of them; without them there is one', async () => {
    expect((await read(decided(COMMANDS, '[20%, 0.5, 100%]'))).decide.looks).toEqual([0.2, 0.5, 1]);
    expect((await read(decided(COMMANDS, '[100%]'))).decide).toEqual({ confidence: 0.95 });
    expect((await read(COMMANDS)).decide.looks).toBeUndefined();
  });

  test.each([
    ['[50%, 50%, 100%]', '50% — looks must rise'],
    ['[60%, 40%, 100%]', '40% — looks must rise'],
    ['[50%, 90%]', '90% — the last look is at the end'],
    ['[50%, 101%]', '101% — expected more than 0% and at most 100%'],
    ['[half, 100%]', 'half — "half" is not a percentage'],
  ])('%s is refused where it stands', async (looks, problem) => {
    expect(await said(COMMANDS, looks)).toContain(problem);
  });

  test('on a window are shares of it or dates in it; without a window or a driver, shares of nothing', async () => {
    const { window, decide } = await read(decided(PIPELINES, '[50%, 2026-11-15T00:00Z]'));
    expect(window).not.toBeNull();
    expect(decide.looks).toEqual([0.5, 1]);
    expect((await read(decided(PIPELINES, '[100%]'))).decide.looks).toBeUndefined();
    expect(await said(PIPELINES, '[2026-10-01T00:00Z, 100%]')).toContain(
      '2026-10-01T00:00Z — the look lies outside the window',
    );
    expect(await said(COMMANDS, '[2026-11-08T00:00Z, 100%]')).toContain(
      '2026-11-08T00:00Z — a look at a date needs a window',
    );
  });

  test('on a window come after the buckets that a verdict needs, and only in designs that are looked at', async () => {
    const every = (width: string, looks: string) =>
      decided(PIPELINES, looks).replace(
        'field: seconds, unit: batch_id }',
        `field: seconds }, by: ${width}, fold: mean`,
      );
    const [problem] = await problemsOf(every('1d', '[50%, 100%]'));
    expect(problem.message).toBe(
      'the first look comes after 7 buckets of 1d; 10 are the least that can give a verdict on batch_seconds',
    );
    expect(problem.hint).toContain('Put it at 77% of the window or later');
    expect((await read(every('1d', '[77%, 100%]'))).decide.looks).toEqual([0.77, 1]);
    expect((await read(every('1h', '[50%, 100%]'))).decide.looks).toEqual([0.5, 1]);
    const keyed = PIPELINES.replace('{ kind: mirrored, unit: batch_id }', '{ kind: by-key, unit: batch_id }');
    expect((await problemsOf(decided(keyed, '[50%, 100%]')))[0].message).toContain(
      'looks on a window need design observed or mirrored: design by-key is analysed once',
    );
  });

  test('at any time need both arms side by side in a window', async () => {
    const { decide } = await read(decided(PIPELINES, 'anytime'));
    expect(decide).toMatchObject({ anytime: true });
    expect(decide.looks).toBeUndefined();
    expect(await said(COMMANDS, 'anytime')).toContain(
      'anytime — looks at any time need a window in which both arms are seen side by side',
    );
    expect(await said(PIPELINES, 'sometimes')).toEqual([expect.stringContaining('sometimes — ')]);
  });
});
