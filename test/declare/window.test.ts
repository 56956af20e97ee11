/** Windows that can never answer are refused before anything is measured. */
import { describe, expect, test } from 'vitest';
import { designWords } from '../../src/commands/slots-text.js';
import { edited, PIPELINES, problemsOf, read } from './fixtures.js';

const daily = (design: string, to: string, unit = 'USD') =>
  edited(
    edited(
      edited(PIPELINES, '{ kind: mirrored, unit: batch_id }', design),
      'to: 2026-11-15T00:00Z, warmup: 30m',
      `to: ${to}`,
    ),
    'hypotheses:\n  - spark is at least 10% faster and cheaper than faas',
    `  bill: { from: pipeline, query: { bucket: b, measurement: bill, field: usd }, by: 1d, fold: sum, in: ${unit}, better: lower }\nhypotheses:\n  - spark is at least 10% better on bill than faas`,
  );
const together = '{ kind: observed, unit: batch_id, concurrent: true }';
const apart = '{ kind: observed, unit: batch_id }';

describe('a window of daily cost', () => {
  test('of 12 days is too short for arms watched one after the other, and says what would help', async () => {
    const problems = await problemsOf(daily(apart, '2026-11-13T00:00Z'));
    expect(problems.map(({ message, hint }) => [message, hint])).toEqual([
      [
        'the window holds 12 settled days; 15 are needed, so bill can never answer',
        'Extend the window to at least 15d, use hourly cost ("by: 1h"), or compute the cost with a rate card.',
      ],
    ]);
  });

  test('of 12 days can answer for arms watched side by side, where 10 do', async () => {
    await read(daily(together, '2026-11-13T00:00Z'));
    const problems = await problemsOf(daily(together, '2026-11-10T00:00Z'));
    expect(problems[0].message).toContain('9 settled days; 10 are needed');
  });

  test('of 15 days can answer for arms watched one after the other, and validate says that nothing is adopted', async () => {
    const said = async (design: string) =>
      designWords(await read(daily(design, '2026-11-16T00:00Z')), null).join(' ');
    expect(await said(apart)).toContain('nothing is adopted');
    expect(await said(together)).toBe('');
  });

  test('counts whole days only: one that starts at noon has lost its first', async () => {
    const text = edited(
      daily(together, '2026-11-11T00:00Z'),
      'from: 2026-11-01T00:00Z',
      'from: 2026-11-01T12:00Z',
    );
    expect((await problemsOf(text))[0].message).toContain('9 settled days; 10 are needed');
  });

  test('what is no money is told to make the buckets shorter', async () => {
    const [problem] = await problemsOf(daily(apart, '2026-11-13T00:00Z', 'B'));
    expect(problem.message).toContain('12 buckets of 1d; 15 are needed');
    expect(problem.hint).toBe('Make the window at least 15d long, or the buckets shorter.');
  });
});
