import type { ExecutedSlot } from './evidence.js';

/** The slot whose split was on at that time; null: none was, or it was lost just then. */
export function slotAt(at: number, executed: readonly ExecutedSlot[]): number | null {
  for (const { index, appliedAt, endedAt, gaps = [] } of executed) {
    if (appliedAt === null || at < appliedAt || (endedAt !== null && at >= endedAt)) continue;
    return gaps.some(({ fromMs, toMs }) => at >= fromMs && at < toMs) ? null : index;
  }
  return null;
}
