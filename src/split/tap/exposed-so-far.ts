/**
 * How long arms other than the baseline have had traffic, by the journal of a run: also while nobody was there, because a
 * run that was killed leaves the tap turned until it is given back. Pure.
 */
import type { ArmName } from '../../model/experiment.js';

type Row = Readonly<Record<string, unknown>>;

/** Milliseconds. Rows of what was begun count as done: the tap may have moved. */
export function exposedSoFar(journal: readonly Row[], treatments: readonly ArmName[], nowMs: number): number {
  let since: number | null = null;
  let sum = 0;
  for (const { step, at, shares } of journal) {
    if (step !== 'tap-turning' && step !== 'tap-restored') continue;
    if (since !== null) sum += Number(at) - since;
    const given = (shares ?? {}) as Readonly<Record<ArmName, number>>;
    since = step === 'tap-turning' && treatments.some((arm) => (given[arm] ?? 0) > 0) ? Number(at) : null;
  }
  return since === null ? sum : sum + Math.max(0, nowMs - since);
}
