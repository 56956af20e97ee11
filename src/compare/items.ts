/** What the items of a workload ask of a method: repeats within each, and none that decides alone. */
import type { Samples } from '../model/effect.js';
import { type Reason, reason } from '../model/reason.js';
import { membersOf } from '../stats/strata.js';
import type { Measured } from './measures.js';
import { choose } from './samples.js';

/** STATISTICS.md §1, sample workloads. */
const dominantShare = 0.25;
const fewItems = 30;

/** Fixed workload: items with at least two complete blocks; others are left out and said. */
export function itemsWithRepeats(
  samples: Samples,
): { samples: Samples; warnings: readonly Reason[] } | Reason {
  const { item, n } = samples.treatment;
  const groups = membersOf(item, n);
  const kept = groups.filter((rows) => rows.length >= 2);
  if (kept.length === 0) return reason('items-without-repeats', { items: groups.length });
  if (kept.length === groups.length) return { samples, warnings: [] };
  const rows = kept.flat().sort((a, b) => a - b);
  return {
    samples: {
      ...samples,
      treatment: choose(samples.treatment, rows),
      baseline: choose(samples.baseline, rows),
    },
    warnings: [reason('items-left-out', { items: groups.length - kept.length, of: groups.length })],
  };
}

/** Sample workload: too few items to stand for others, or one that holds much of the denominator. */
export function dominance(rows: readonly Measured[], item: readonly string[]): Reason[] {
  const names = [...new Set(item)];
  const warnings: Reason[] = [];
  if (names.length < fewItems) warnings.push(reason('few-items', { items: names.length, wanted: fewItems }));
  let largest = { share: 0, index: -1 };
  for (const { value, per } of rows) {
    const held = (per ?? value).map(Math.abs);
    const total = held.reduce((sum, part) => sum + part, 0);
    held.forEach((part, index) => {
      if (part / total > largest.share) largest = { share: part / total, index };
    });
  }
  if (largest.share > dominantShare) {
    warnings.push(reason('one-item-dominates', { item: names[largest.index], share: largest.share }));
  }
  return warnings;
}
