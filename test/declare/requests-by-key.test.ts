/** Metrics of requests that a real driver divides by key: what would show at the end only is refused before. */
import { expect, test } from 'vitest';
import { declare } from '../../src/declare/index.js';
import { FileProblems } from '../../src/errors.js';
import { plugins } from '../../src/plugins.js';

const file = (tap: string, metric: string) => `experiment: live
question: Is the new backend faster?
arms: { old: , new: }
baseline: old
design: { kind: by-key, hash: xxh32, seed: 7, shares: { old: 50%, new: 50% }, for: 2h }
driver: { type: haproxy, socket: run/admin.sock, ${tap}, arms: { old: one, new: two }, log: "127.0.0.1:5140" }
rollback: restore
metrics:
  seconds: { from: requests, ${metric}, in: s, better: lower, words: [faster, slower] }
hypotheses: [ new is faster than old ]
`;

async function problems(text: string): Promise<readonly string[]> {
  try {
    await declare({ file: 'live.yaml', text }, plugins, () => Promise.reject(new Error('no other file')));
    return [];
  } catch (error) {
    if (error instanceof FileProblems) return error.problems.map(({ message }) => message);
    throw error;
  }
}

const byKey = (metric: string) => problems(file('map: arms.map', metric));

test('a metric of requests says how the many of a key, or of a bucket, become one value', async () => {
  expect(await byKey('query: { field: total }, fold: mean')).toEqual([]);
  expect(await byKey('query: { field: total }, by: 1m, fold: p99')).toEqual([]);
  expect(await byKey('query: { field: total }')).toEqual([
    'a key has many requests, and nothing says how seconds of them becomes one value',
  ]);
  expect(await byKey('query: { field: total }, by: 1m')).toEqual([
    'a bucket of time holds many requests, and nothing says how seconds of them becomes one value',
  ]);
});

test('requests are no units where keys were assigned, and are where weights draw for each', async () => {
  const metric = 'query: { field: total, unit: request }, fold: mean';
  expect(await byKey(metric)).toEqual([
    'seconds counts each request as a unit, but keys were assigned to the arms',
  ]);
  expect(await problems(file('backend: both', metric))).toEqual([]);
  expect(await problems(file('backend: both', 'query: { field: total }'))).toEqual([]);
});

test('the hash of the design is the one that divides: the proxy’s', async () => {
  const text = file('map: arms.map', 'query: { field: total }, fold: mean');
  const message =
    'keys are divided by xxh32 in front of the stacks, and fnv1a is what stacktrial assign would go by';
  expect(await problems(text.replace('hash: xxh32', 'hash: fnv1a'))).toEqual([message]);
  expect(await problems(text.replace('hash: xxh32, ', ''))).toEqual([message]);
  expect(await problems(text.replace('hash: xxh32, ', '').replace('map: arms.map', 'backend: both'))).toEqual(
    [],
  );
});
