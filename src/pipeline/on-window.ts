/**
 * One call of `run` on a window that fills by itself: it takes the look that is due, or reports what may be seen without
 * looking. What it collects while the window is open is replaced by the next call; the looks that were taken stay.
 */
import { endsHere } from '../decide/index.js';
import type { CheckResult, Harm } from '../model/decision.js';
import type { Look } from '../model/evidence.js';
import type { ArmName, MetricName } from '../model/experiment.js';
import type { Reason } from '../model/reason.js';
import { headline } from '../report/index.js';
import { writeForms } from './forms.js';
import { type Looking, readLooks } from './looks.js';
import type { RawEvidence } from './recorded.js';
import type { RunState } from './request.js';
import { tooFewUnits } from './units-at-look.js';
import { dueOnWindow, type WindowLook, windowLooks } from './window-looks.js';

/** No effect, no interval: seeing it costs the decision nothing. */
export interface Watched {
  readonly coverage: readonly {
    readonly metric: MetricName;
    readonly arm: ArmName;
    readonly seen: number;
    readonly expected: number;
    readonly unmeasured: Reason | null;
  }[];
  readonly checks: readonly CheckResult[];
  /** One for each guardrail. */
  readonly harm: readonly Harm[];
}

export interface WindowState {
  /** `waiting`: nothing of the window is there yet. */
  readonly kind: 'looked' | 'monitoring' | 'waiting';
  /** UTC ms, of the next look. */
  readonly nextLookAt: number;
  /** The look that was taken, as a sentence; null where none was. */
  readonly look: { readonly index: number; readonly of: number; readonly sentence: string } | null;
  readonly watched: Watched | null;
  /** A look was due and not taken, because it could give no verdict; its α is kept. Absent: none was. */
  readonly notLooked?: Reason;
}

interface OnWindow extends Looking {
  /** Pure. */
  monitor(raw: RawEvidence, untilMs: number): Watched;
}

/** Null: nothing is left to do, the evidence can be finished. */
export async function workOnWindow(working: OnWindow): Promise<RunState | null> {
  const { experiment, folder, io } = working;
  const taken = readLooks(await folder.loadLooks());
  const unfinished = await cutOffLook(taken, working);
  if (unfinished !== undefined) return unfinished;
  const due = dueOnWindow(experiment, taken, io.now());
  if (due.kind === 'over') return null;
  if (due.kind === 'look') return takeLook(due.look, due.passedOver, taken, working);
  if (due.kind === 'monitor') return watchUntil(due.untilMs, due.next, taken, working);
  return {
    finished: false,
    ...progressAt(working, 0),
    window: { kind: 'waiting', look: null, watched: null, nextLookAt: due.next.dueAt },
  };
}

/** Collects, and says what may be seen without looking. `notLooked`: why the look that was due is not taken. */
async function watchUntil(
  untilMs: number,
  next: Pick<WindowLook, 'dueAt'>,
  taken: readonly Look[],
  working: OnWindow,
  notLooked: Reason | null = null,
): Promise<RunState> {
  const { folder, io, run } = working;
  if (notLooked === null) await working.collect([], untilMs);
  const collected = await folder.loadCollected();
  const watched = working.monitor({ run, schedule: null, trials: [], looks: taken, collected }, untilMs);
  const nextLookAt = next.dueAt;
  const why = notLooked === null ? {} : { notLooked };
  await folder.saveReport(
    'monitoring.json',
    `${JSON.stringify({ at: io.now(), untilMs, nextLookAt, ...why, ...watched }, null, 2)}\n`,
  );
  return {
    finished: false,
    ...progressAt(working, untilMs),
    window: { kind: 'monitoring', look: null, watched, nextLookAt, ...why },
  };
}

async function takeLook(
  due: WindowLook,
  passedOver: readonly WindowLook[],
  taken: readonly Look[],
  working: OnWindow,
): Promise<RunState | null> {
  const { experiment, folder, io, run } = working;
  for (const look of passedOver)
    io.log.warn(
      `look ${look.index} of ${look.of} was due and nobody was there: its α is kept for later looks`,
    );
  await working.collect([], due.untilMs);
  if (due.index < due.of && due.anytime !== true) {
    const raw = { run, schedule: null, trials: [], looks: taken, collected: await folder.loadCollected() };
    const few = tooFewUnits(experiment, raw, due);
    if (few !== null) return watchUntil(due.untilMs, windowLooks(experiment)[due.index], taken, working, few);
  }
  const { dueAt: _, ...recorded } = due;
  const looks = [...taken, { ...recorded, blocks: due.units, at: io.now() }];
  await folder.saveLooks(looks);
  return due.index === due.of ? null : judged(looks, working);
}

/** A look that was recorded and not judged, because the call was cut off, is judged on the evidence that it has. */
async function cutOffLook(taken: readonly Look[], working: OnWindow): Promise<RunState | null | undefined> {
  const newest = taken.at(-1);
  if (newest === undefined || newest.index === newest.of) return undefined;
  const row = (await working.folder.journaled()).findLast(
    ({ step, index }) => step === 'looked' && index === newest.index,
  );
  if (row === undefined) return judged(taken, working);
  return row.ends === true ? null : undefined;
}

/** Analyses the newest look; null where the experiment ends at it. */
async function judged(looks: readonly Look[], working: OnWindow): Promise<RunState | null> {
  const { experiment, folder, io, run, plugins } = working;
  const due = looks[looks.length - 1];
  const collected = await folder.loadCollected();
  const report = working.analyse({ run, schedule: null, trials: [], looks, collected });
  const ends = endsHere(report.decision, report.claims, experiment.baseline);
  const { label, sentence } = headline(report);
  await writeForms(
    report,
    { saveReport: (name, content) => folder.saveReport(`look-${due.index}.${name}`, content) },
    plugins,
    experiment.houseStyle,
  );
  await folder.journal.append('looked', { index: due.index, ends });
  io.log.info(`look ${due.index} of ${due.of}: ${label.toLowerCase()}; ${ends ? 'ending here' : 'going on'}`);
  if (ends) return null;
  // At any time: the next one is whenever somebody calls.
  const next = due.anytime === true ? { dueAt: io.now() } : windowLooks(experiment)[due.index];
  return {
    finished: false,
    ...progressAt(working, due.untilMs ?? 0),
    window: {
      kind: 'looked',
      nextLookAt: next.dueAt,
      look: { index: due.index, of: due.of, sentence },
      watched: null,
    },
  };
}

/** How much of the window lies behind, in the unit of the looks. */
function progressAt({ experiment }: OnWindow, untilMs: number): { blocks: number; of: number } {
  const last = windowLooks(experiment).at(-1);
  const { window } = experiment;
  if (last === undefined || window === null) return { blocks: 0, of: 0 };
  const first = window.fromMs + window.warmupMs;
  const share = Math.max(0, Math.min(1, (untilMs - first) / (window.toMs - first)));
  return { blocks: Math.floor(share * last.maximum + 1e-9), of: last.maximum };
}
