/**
 * The ledger of firings of one experiment: reports/<experiment>/firings.ndjson. A row before work begins and one after,
 * so that a process that was killed in between is seen. It says what was done when, never what was found: looks are in
 * the evidence of their run.
 */
import type { Timetable } from '../model/timetable.js';
import type { Firing, Work } from './firings.js';

/** How the work of a firing ended. The last two were not to be: their firings are still to be accounted for. */
export type Ended = 'done' | 'nothing-due' | 'failed' | 'busy' | 'interrupted';

export type LedgerRow =
  /** From here on firings count: the timetable was seen for the first time, changed, or was no longer disabled. */
  | { readonly step: 'enrolled'; readonly at: number; readonly timetable: string }
  | { readonly step: 'disabled'; readonly at: number }
  | {
      readonly step: 'started';
      readonly at: number;
      readonly work: Work;
      readonly firings: readonly number[];
    }
  | {
      readonly step: 'ended';
      readonly at: number;
      readonly work: Work;
      readonly firings: readonly number[];
      readonly ended: Ended;
      /** As `run` ends: 0, 10, 11 … */
      readonly exit: number;
      readonly run: string | null;
      readonly why: string | null;
    }
  | {
      readonly step: 'skipped';
      readonly at: number;
      readonly work: Work;
      readonly firings: readonly number[];
    };

/** What makes a firing of then another one now: expressions and zone. */
export const timetableText = ({ look, pace, timezone }: Timetable): string =>
  JSON.stringify({ look, pace, timezone });

export interface Account {
  /** UTC ms of the last firing that is accounted for, by work; where none is, when the timetable was enrolled. */
  readonly until: Readonly<Record<Work, number>>;
  /** Firings whose work was begun and did not end: a kill, a stop. */
  readonly begun: ReadonlyMap<string, Firing>;
}

const settles = (ended: Ended): boolean => ended !== 'busy' && ended !== 'interrupted';

export const firingId = (work: Work, at: number): string => `${work} ${at}`;

/** null: this timetable is not enrolled. */
export function accountOf(rows: readonly LedgerRow[], timetable: Timetable): Account | null {
  const from = rows.findLastIndex((row) => row.step === 'enrolled' || row.step === 'disabled');
  const enrolled = rows[from];
  if (enrolled?.step !== 'enrolled' || enrolled.timetable !== timetableText(timetable)) return null;
  const until = { look: enrolled.at, pace: enrolled.at };
  const begun = new Map<string, Firing>();
  for (const row of rows.slice(from)) {
    if (row.step === 'enrolled' || row.step === 'disabled') continue;
    const { work, firings } = row;
    if (row.step === 'started') for (const at of firings) begun.set(firingId(work, at), { work, at });
    if (row.step === 'started' || (row.step === 'ended' && !settles(row.ended))) continue;
    for (const at of firings) begun.delete(firingId(work, at));
    until[row.work] = Math.max(until[row.work], ...row.firings);
  }
  return { until, begun };
}
