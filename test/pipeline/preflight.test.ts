/** What preflight makes of the answers of sources, good and bad. */
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import type { Experiment } from '../../src/model/experiment.js';
import type { Found, Query, Source, SourceContext, Want } from '../../src/model/ports.js';
import { reason } from '../../src/model/reason.js';
import { Secret } from '../../src/model/secret.js';
import { preflight, preflightPrices } from '../../src/pipeline/preflight.js';
import { context, experiment, metric, observed, ratio } from '../collect/fixtures.js';

const found = (arm: string, points: number, over: Partial<Found> = {}): Found => ({
  metric: 'bill',
  arm,
  points,
  fromMs: points > 0 ? 0 : null,
  toMs: points > 0 ? 1000 : null,
  problem: null,
  ...over,
});

const source = (
  answer: (query: Query, io: SourceContext) => Promise<readonly Found[]>,
  over: Partial<Source> = {},
): Source => ({
  title: 'given',
  options: z.strictObject({}),
  query: z.record(z.string(), z.unknown()),
  ask: (_options, want: Want) => [{ want, text: 'all of it', request: {} }],
  preflight: (_options, query, io) => answer(query, io),
  fetch: () => {
    throw new Error('preflight collects nothing');
  },
  ...over,
});
const about: Experiment = experiment({
  metrics: [metric('bill', { input: observed('given') }), metric('share', { input: ratio('bill', 'bill') })],
});
const asked = (one: Source, of = about, io = context()) => preflight(of, { sources: { given: one } }, io);

describe('preflight', () => {
  test('one answer per observed metric and arm; nothing is asked for what is computed', async () => {
    const answers = await asked(source(async () => [found('a', 3), found('b', 5)]));
    expect(answers).toEqual([
      {
        metric: 'bill',
        arm: 'a',
        source: 'given',
        type: 'given',
        points: 3,
        fromMs: 0,
        toMs: 1000,
        problem: null,
        warnings: [],
      },
      {
        metric: 'bill',
        arm: 'b',
        source: 'given',
        type: 'given',
        points: 5,
        fromMs: 0,
        toMs: 1000,
        problem: null,
        warnings: [],
      },
    ]);
  });

  test('an arm without points, or that the source says nothing of, is missing', async () => {
    const answers = await asked(source(async () => [found('a', 0)]));
    expect(answers.map(({ arm, problem }) => [arm, problem?.code, problem?.values.query])).toEqual([
      ['a', 'no-data', 'all of it'],
      ['b', 'no-data', 'all of it'],
    ]);
  });

  test('points of which none has a value are missing too', async () => {
    const some = [found('a', 4, { missing: 4 }), found('b', 4, { missing: 3 })];
    const answers = await asked(source(async () => some));
    expect(
      answers.map(({ points, problem }) => [points, problem?.code ?? null, problem?.values.points]),
    ).toEqual([
      [4, 'no-values', 4],
      [4, null, undefined],
    ]);
  });

  test('a source that fails is a reason for each of its arms, and the others are still asked', async () => {
    const two = experiment({
      metrics: [metric('bill', { input: observed('given') }), metric('work', { input: observed('other') })],
    });
    const answers = await preflight(
      two,
      {
        sources: {
          given: source(async () => {
            throw new Error('no route to host');
          }),
          other: source(async () => [found('a', 1), found('b', 1)]),
        },
      },
      context(),
    );
    expect(answers.map(({ metric: name, arm, problem }) => [name, arm, problem?.code ?? null])).toEqual([
      ['bill', 'a', 'source-failed'],
      ['bill', 'b', 'source-failed'],
      ['work', 'a', null],
      ['work', 'b', null],
    ]);
  });

  test('a source that does not exist is a reason too', async () => {
    const answers = await preflight(about, { sources: {} }, context());
    expect(answers.map(({ problem }) => problem?.code)).toEqual(['source-unknown', 'source-unknown']);
  });

  test('what a source notes goes to the arms it is about, and the value of a secret to nobody', async () => {
    const secrets = [new Secret('TOKEN')];
    const noting = source(async (_query, io) => {
      io.warn?.(reason('degraded', { said: 'half the stores, token canary-77' }), ['b']);
      return [found('a', 1), found('b', 0, { problem: reason('gone', { body: 'Bearer canary-77' }) })];
    });
    const answers = await asked(noting, { ...about, secrets }, context({ env: () => 'canary-77' }));
    expect(answers.map(({ warnings }) => warnings.length)).toEqual([0, 1]);
    expect(JSON.stringify(answers)).not.toContain('canary-77');
    expect(JSON.stringify(answers)).toContain('Bearer $'.concat('{TOKEN}'));
  });

  test('being stopped is not a failing source', async () => {
    const stop = new AbortController();
    const stopping = source(async () => {
      stop.abort(new Error('stopped by SIGINT'));
      throw new Error('socket closed');
    });
    await expect(asked(stopping, about, context({ signal: stop.signal }))).rejects.toThrow(
      'stopped by SIGINT',
    );
  });

  test('the price of the calls is known before they are made', () => {
    const never = async (): Promise<never> => {
      throw new Error('was asked');
    };
    const paid = source(never, { price: () => 0.02 });
    expect(preflightPrices(about, { sources: { given: paid } })).toEqual([
      { metric: 'bill', source: 'given', usd: 0.02 },
    ]);
    expect(preflightPrices(about, { sources: { given: source(never) } })).toEqual([]);
  });
});
