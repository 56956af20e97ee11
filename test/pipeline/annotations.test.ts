/** What Grafana is told of slots and stages. */
import { expect, test } from 'vitest';
import type { ExecutedSlot, Schedule, Slot } from '../../src/model/evidence.js';
import { annotationsOf } from '../../src/pipeline/notify/annotations.js';

const slot = (index: number, stage: number | null, spark: number): Slot => ({
  index,
  startMs: 1_000 * index,
  endMs: 1_000 * (index + 1),
  shares: { faas: 1 - spark, spark },
  burnInMs: 0,
  burnOutMs: 0,
  stage,
});
const schedule = (slots: readonly Slot[]): Schedule => ({
  algorithm: 'stacktrial-1',
  design: 'switchback',
  seed: 1,
  blocks: 0,
  units: [],
  trials: [],
  refused: [],
  slots,
});

test('planned slots whose time is over, with the shares that they gave', () => {
  const planned = schedule([slot(0, null, 1), slot(1, 0, 0.1), slot(2, null, 0)]);
  expect(annotationsOf(null, planned, [], 2_000)).toEqual([
    { key: 'slot 0', time: 0, timeEnd: 1_000, tags: ['slot'], text: 'slot 1: spark 100%' },
    { key: 'slot 1', time: 1_000, timeEnd: 2_000, tags: ['stage'], text: 'stage 1: faas 90%, spark 10%' },
  ]);
});

test('where a tap was turned, when it was turned; what never was is not marked', () => {
  const planned = schedule([slot(0, null, 1), slot(1, null, 0), slot(2, null, 1)]);
  const executed: readonly ExecutedSlot[] = [
    { index: 0, attempt: 0, appliedAt: 40, endedAt: 1_020, outcome: 'ok' },
    { index: 1, attempt: 0, appliedAt: null, endedAt: null, outcome: 'failed' },
  ];
  expect(annotationsOf(null, planned, executed, 9_000)).toEqual([
    { key: 'slot 0', time: 40, timeEnd: 1_020, tags: ['slot'], text: 'slot 1: spark 100%' },
  ]);
});
