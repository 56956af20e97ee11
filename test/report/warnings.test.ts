import { expect, test } from 'vitest';
import { reason } from '../../src/model/reason.js';
import { viewOf } from '../../src/report/view.js';
import { worlds } from './worlds/index.js';

const [world] = Object.values(worlds);
const outside = (metric: string, arm: string, count: number) =>
  reason('points-outside-window', { metric, arm, count });
const warned = (...warnings: ReturnType<typeof reason>[]) =>
  viewOf({ ...world, warnings, comparisons: [] }).warnings;

test('points outside the window are one sentence for all metrics and arms, where they were first said', () => {
  const before = reason('report-no-table', { metric: 'm' });
  const said = warned(
    before,
    outside('a', 'x', 2),
    reason('report-no-table', { metric: 'n' }),
    outside('a', 'y', 1),
    outside('b', 'x', 4),
    outside('a', 'x', 2),
  );
  expect(said).toEqual([
    'Nothing was collected for m.',
    'a and b: 7 points outside the window, or in its warm-up, took no part.',
    'Nothing was collected for n.',
  ]);
});

test('those of one metric and arm are named', () => {
  expect(warned(outside('a', 'x', 2))).toEqual([
    'a of x: 2 points outside the window, or in its warm-up, took no part.',
  ]);
});
