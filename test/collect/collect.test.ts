import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import {
  collect,
  deriveTables,
  observationLine,
  questions,
  SourceProblem,
  sources,
} from '../../src/collect/index.js';
import { KnownError } from '../../src/errors.js';
import type { Collected, Observation } from '../../src/model/evidence.js';
import type { Query, Source } from '../../src/model/ports.js';
import { reason } from '../../src/model/reason.js';
import { Secret } from '../../src/model/secret.js';
import { collectWords } from '../../src/report/words/collect.js';
import {
  bothArms,
  context,
  experiment,
  metric,
  observed,
  observedDesign,
  point,
  said,
  silent,
} from './fixtures.js';

/** A source that answers what the test tells it to. */
const answering = (answer: (query: Query) => Iterable<Observation> | AsyncIterable<Observation>): Source => ({
  title: 'for tests',
  options: z.unknown(),
  query: z.unknown(),
  ask: (_options, want) => [
    { want, text: `ask ${want.arms.map(({ name }) => name).join('+')}`, request: {} },
  ],
  preflight: async () => [],
  async *fetch(_options, query) {
    yield* answer(query);
  },
});
const failing = (error: unknown) =>
  answering(function* (query) {
    yield point(query.want.metric, 'a', 'x', 1);
    throw error;
  });
const twoArms = answering(({ want }) => want.arms.map(({ name }) => point(want.metric, name, 'x', 1)));
const run = async (source: Source, over = {}, io = {}) => {
  const kept: Collected[] = [];
  const declared = experiment({ metrics: [metric('m')], ...over });
  const all = await collect(declared, { given: source }, context(io), async (one) => void kept.push(one));
  expect(kept).toEqual(all);
  return all;
};

describe('collect', () => {
  test('asks once for the arms that share source and query, and keeps one file per metric and arm', async () => {
    let asked = 0;
    const counting = answering(({ want }) => {
      asked += 1;
      return want.arms.map(({ name }) => point(want.metric, name, 'x', 1));
    });
    const mixed: ReturnType<typeof observed> = {
      kind: 'observed',
      arms: {
        a: { source: 'given', query: { x: 1, y: [2] } },
        b: { source: 'given', query: { y: [2], x: 1 } },
      },
    };
    const apart: ReturnType<typeof observed> = {
      kind: 'observed',
      arms: { a: { source: 'given', query: { x: 1 } }, b: { source: 'given', query: { x: 2 } } },
    };
    const all = await run(counting, {
      metrics: [metric('m', { input: mixed }), metric('n', { input: apart })],
    });
    expect(asked).toBe(3);
    expect(all.map(({ meta }) => [meta.metric, meta.arm, meta.query, meta.observations])).toEqual([
      ['m', 'a', 'ask a+b', 1],
      ['m', 'b', 'ask a+b', 1],
      ['n', 'a', 'ask a', 1],
      ['n', 'b', 'ask b', 1],
    ]);
  });

  test('writes when, from what and the digest of the very lines that are stored', async () => {
    let clock = 100;
    const [{ meta, observations }] = await run(
      { ...twoArms, version: async () => '1.2' },
      {},
      { now: () => clock++ },
    );
    expect(meta).toMatchObject({
      source: 'given',
      type: 'given',
      startedAt: 100,
      finishedAt: 101,
      serverVersion: '1.2',
      problem: null,
    });
    expect(meta.sha256).toBe(
      createHash('sha256').update(observations.map(observationLine).join('')).digest('hex'),
    );
  });

  test.each([
    [
      'a reason of its own',
      new SourceProblem(reason('file-missing', { file: 'x', folder: '/', exist: [] })),
      'file-missing',
    ],
    ['a known error', new KnownError('x', 'no such bucket', { hint: 'Create it.' }), 'source-failed'],
    ['a defect', new TypeError('x is not a function'), 'source-failed'],
    ['something that is no error', 'bad', 'source-failed'],
  ])(
    'a source that fails with %s leaves the reason, and nothing of the half answer',
    async (_name, error, code) => {
      for (const { meta, observations } of await run(failing(error))) {
        expect(observations).toEqual([]);
        expect(meta.problem).toMatchObject({ code, values: { metric: 'm', arm: meta.arm, source: 'given' } });
        expect(said(meta.problem)).toContain(`m of ${meta.arm}`);
      }
    },
  );

  test('one metric that fails does not keep the others from being collected', async () => {
    const all = await run(
      answering(({ want }) => {
        if (want.metric === 'm') throw new Error('refused');
        return want.arms.map(({ name }) => point(want.metric, name, 'x', 1));
      }),
      { metrics: [metric('m'), metric('n')] },
    );
    expect(all.map(({ meta }) => meta.problem?.code ?? 'fine')).toEqual([
      'source-failed',
      'source-failed',
      'fine',
      'fine',
    ]);
  });

  test('an empty answer is a problem that says what was asked, for the arm that has none', async () => {
    const [a, b] = await run(answering(({ want }) => [point(want.metric, 'a', 'x', 1)]));
    expect(a.meta.problem).toBeNull();
    expect(b.meta.problem).toEqual({
      code: 'no-data',
      values: { query: 'ask a+b', metric: 'm', arm: 'b', source: 'given' },
    });
    expect(said(b.meta.problem)).toContain('ask a+b');
  });

  test('NaN is a missing value, an infinite value or an unasked arm a failure', async () => {
    const [nan] = await run(
      answering(({ want }) => want.arms.map(({ name }) => point('m', name, 'x', Number.NaN))),
    );
    expect(nan.observations[0].value).toBeNull();
    for (const wrong of [point('m', 'a', 'x', Number.POSITIVE_INFINITY), point('m', 'c', 'x', 1)]) {
      const [one] = await run(answering(() => [wrong]));
      expect(one.meta.problem?.code).toBe('source-failed');
    }
  });

  test('a number that stands for none, such as the largest there is, is told and not computed with', async () => {
    for (const value of [Number.MAX_VALUE, -Number.MAX_VALUE]) {
      const [one] = await run(answering(() => [point('m', 'a', 'x', value)]));
      expect(said(one.meta.problem)).toContain(`is ${value}, which stands for no measurement`);
    }
    // The largest of single precision is computed with.
    const [one] = await run(answering(() => [point('m', 'a', 'x', 3.4e38)]));
    expect(one.meta.problem).toBeNull();
  });

  test('a source that does not exist, and a question that cannot be asked, are problems too', async () => {
    const declared = experiment({
      metrics: [metric('m')],
      sources: { given: { type: 'influx', options: {} } },
    });
    const [one] = await collect(declared, { influxdb: twoArms }, context(), async () => {});
    expect(said(one.meta.problem)).toBe('m of a: there is no source of type influx. There is influxdb.');
    const unaskable = {
      ...twoArms,
      ask: () => {
        throw new KnownError('x', 'no field');
      },
    };
    expect((await run(unaskable))[0].meta.problem).toMatchObject({ values: { message: 'no field' } });
  });

  test('secrets that a server echoes are not kept', async () => {
    const secrets = [new Secret('TOKEN')];
    const env = () => 's3cr3t/+';
    const [one] = await run(
      failing(new Error('401 for token s3cr3t/+ at ?t=s3cr3t%2F%2B')),
      { secrets },
      { env },
    );
    expect(one.meta.problem?.values.message).toBe(`401 for token ${secrets[0]} at ?t=${secrets[0]}`);
    expect(JSON.stringify(one)).not.toContain('s3cr3t');
  });

  test('what a source warns of is kept beside its answer, for the arms it names', async () => {
    const source: Source = {
      ...twoArms,
      async *fetch(options, query, io) {
        io.warn?.(reason('points-outside-window', { count: 3 }), ['b']);
        yield* twoArms.fetch(options, query, io);
      },
    };
    const [a, b] = await run(source);
    expect(a.meta).not.toHaveProperty('warnings');
    expect(b.meta.warnings).toEqual([
      { code: 'points-outside-window', values: { count: 3, metric: 'm', arm: 'b', source: 'given' } },
    ]);
    const declared = experiment({ design: observedDesign, metrics: [metric('m')] });
    expect(deriveTables(declared, null, [], [a, b], []).get('m')).toMatchObject({
      unmeasured: null,
      warnings: b.meta.warnings,
    });
  });

  test('a version that cannot be had is none', async () => {
    const [one] = await run({ ...twoArms, version: () => Promise.reject(new Error('404')) });
    expect(one.meta).toMatchObject({ serverVersion: null, problem: null });
  });

  test('stopping is not a failing source: it ends collecting, and what was collected stays', async () => {
    const stop = new AbortController();
    const kept: Collected[] = [];
    const source = answering(async function* ({ want }) {
      if (want.metric === 'n') stop.abort(new Error('stopped'));
      for (const { name } of want.arms) yield point(want.metric, name, 'x', 1);
    });
    const declared = experiment({ metrics: [metric('m'), metric('n')] });
    const collecting = collect(
      declared,
      { given: source },
      context({ signal: stop.signal }),
      async (one) => void kept.push(one),
    );
    await expect(collecting).rejects.toThrow('stopped');
    expect(kept.map(({ meta }) => meta.metric)).toEqual(['m', 'm']);
  });

  test('progress counts metrics and arms, and always ends', async () => {
    const seen: string[] = [];
    const log = {
      ...silent,
      progress: (label: string, done: number, total: number) => void seen.push(`${label} ${done}/${total}`),
      progressEnd: () => void seen.push('end'),
    };
    await run(failing(new Error('x')), {}, { log });
    expect(seen).toEqual(['collect 0/2', 'collect 1/2', 'collect 2/2', 'end']);
  });

  test('trials need no declaration under sources; ratios and rates are not asked for', async () => {
    const declared = experiment({
      metrics: [
        metric('s', { input: observed('trials', { field: 'wallSeconds' }) }),
        metric('r', { input: { kind: 'ratio', of: 's', per: 's', times: 1, proportion: false } }),
      ],
    });
    expect(questions(declared, sources).flatMap(({ queries }) => queries.map(({ text }) => text))).toEqual([
      'trials {"arm":"a","field":"wallSeconds","fold":"only"}',
      'trials {"arm":"b","field":"wallSeconds","fold":"only"}',
    ]);
    const all = await collect(declared, sources, context({ trials: bothArms(2) }), async () => {});
    expect(all.map(({ observations }) => observations.length)).toEqual([2, 2]);
  });
});

test('every code that is given somewhere in collect has a sentence', () => {
  const folder = join(import.meta.dirname, '../../src/collect');
  // Sources that speak to servers bring their own sentences and tests.
  const own = /^(?:[^/]+|derive\/.+|sources\/(?:file|trial).*)\.ts$/u;
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => own.test(name));
  // What `validate --online` finds is told as a run would tell it.
  const paths = [...files.map((name) => join(folder, name)), join(folder, '../pipeline/preflight.ts')];
  const text = paths.map((path) => readFileSync(path, 'utf8')).join('\n');
  const codes = new Set(
    [...text.matchAll(/(?:reason|refuse)\(\s*'([a-z-]+)'|'(exclude-[a-z]+)'/gu)].map(([, a, b]) => a ?? b),
  );
  expect(codes.size).toBeGreaterThan(40);
  expect([...codes].filter((code) => !Object.hasOwn(collectWords, code))).toEqual([]);
  expect(Object.keys(collectWords).filter((code) => !codes.has(code))).toEqual([]);
});
