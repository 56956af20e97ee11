/**
 * Had somebody seen results before the decision was declared, in a way that nobody paid for? A warning: a level of 5 %
 * holds for one analysis, or for looks that were declared; whoever repeats an experiment until it says what is hoped for
 * errs oftener (two runs of equal stacks: 9.8 %, five: 22.6 %).
 *
 * Told from what was recorded when the run began (evidence/earlier.json) and how it ended:
 * - earlier runs that were measured and not adopted, when nothing declares that it is repeated (`schedule.look`);
 * - earlier runs that were looked at, or begun and left, and are not in this evidence;
 * - a window whose end was moved, or another declaration for a window, after it had been analysed;
 * - an analysis before the end of its window, where no look was declared; a split that was ended by hand;
 * - `analyze --with`: declared after the evidence was seen.
 * Runs that were invalid or not measured showed nothing; declared looks, monitoring, and a resumed run are no peeking.
 * Source: STATISTICS.md §6 and §8; Armitage, McPherson and Rowe 1969 (repeated significance tests).
 */
import type { EarlierRun } from '../model/earlier-run.js';
import type { Evidence } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { type Answer, answering, pass, skip, warn } from './result.js';

export const peeking: Check = {
  title: 'Nobody had looked before, other than was declared',
  severity: 'warning',
  run(evidence, look) {
    const answer = look.postHoc === true ? warn(reason('peeking-post-hoc')) : seen(evidence);
    return [answering('peeking', 'warning', reason('peeking-need'))('experiment', answer)];
  },
};

function seen(evidence: Evidence): Answer {
  const { run, earlier, experiment } = evidence;
  if (run.mode !== 'real') return skip(reason('peeking-rehearsal'));
  const endedAt = beforeItsEnd(evidence);
  const left = endedByHand(evidence);
  const known = earlier ?? [];
  const values = {
    ...lookedAt(known, experiment),
    windowEndsAt: endedAt === null ? null : (experiment.window?.toMs ?? null),
    endedAt,
    slotsLeft: left,
    slots: evidence.schedule?.slots?.length ?? 0,
    runs: known.length,
  };
  const { repeated, unfinished, moved, redeclared } = values;
  const found = repeated.length + unfinished.length + moved.length + redeclared.length;
  if (found > 0 || endedAt !== null || left > 0) return warn(reason('peeking-saw', values));
  if (earlier === undefined) return skip(reason('peeking-not-recorded'));
  return pass(
    reason('peeking-none', { runs: known.length, declared: known.length > 0 && isRepeated(experiment) }),
  );
}

/** Runs of which something was known, by what makes this one another attempt. */
function lookedAt(earlier: readonly EarlierRun[], experiment: Experiment) {
  const ids = (runs: readonly EarlierRun[]) => runs.map(({ id }) => id);
  const known = earlier.filter(({ decided, looks }) => looks > 0 || isMeasured(decided));
  const onSameWindow = known.filter(
    ({ changed }) => readsWindow(experiment) && !changed.includes('window.from'),
  );
  const moved = onSameWindow.filter(({ changed }) => changed.includes('window.to'));
  const redeclared = onSameWindow.filter(
    ({ changed }) => !changed.includes('window.to') && changed.some(decides),
  );
  const unfinished = earlier.filter(
    ({ finishedAt, looks, done, changed }) =>
      finishedAt === null && (looks > 0 || (done > 0 && changed.length === 0)),
  );
  const told = new Set([...moved, ...redeclared, ...unfinished]);
  const repeated = earlier.filter(
    (one) => !told.has(one) && one.finishedAt !== null && isMeasured(one.decided) && one.decided !== 'adopt',
  );
  // The same window under the same declaration gives the same answer: asking again is no second chance.
  const again = repeated.filter(({ changed }) => !readsWindow(experiment) || changed.includes('window.from'));
  return {
    repeated: isRepeated(experiment) ? [] : ids(again),
    outcomes: isRepeated(experiment) ? [] : again.map(({ decided }) => String(decided)),
    unfinished: ids(unfinished),
    moved: ids(moved),
    redeclared: ids(redeclared),
    changed: [...new Set(redeclared.flatMap(({ changed }) => changed.filter(decides)))],
  };
}

const isMeasured = (decided: EarlierRun['decided']): boolean =>
  decided !== null && decided !== 'invalid' && decided !== 'unmeasured';

/** Names, titles and looks of the report decide nothing. */
const decides = (key: string): boolean => !/^(experiment|question|owner|report)(\.|$)|\.title$/u.test(key);

/** What is measured comes from elsewhere, at the times of a declared window. */
const readsWindow = ({ driver, window }: Experiment): boolean => driver === null && window !== null;

/** Does the timetable say that the whole experiment is done again and again? On a window, and block by block, it is one run. */
const isRepeated = ({ timetable, design, driver, window }: Experiment): boolean =>
  timetable?.look != null && timetable.pace === null && !looksOnWindow({ design, driver, window });

const looksOnWindow = ({
  design,
  driver,
  window,
}: Pick<Experiment, 'design' | 'driver' | 'window'>): boolean =>
  driver === null && window !== null && (design.kind === 'mirrored' || design.kind === 'observed');

/** UTC ms of an analysis before the end of the window; null: there was none, or it was a declared look. */
function beforeItsEnd({ run, experiment }: Evidence): number | null {
  const { window } = experiment;
  if (!readsWindow(experiment) || window === null || looksOnWindow(experiment)) return null;
  return run.finishedAt !== null && run.finishedAt < window.toMs ? run.finishedAt : null;
}

/** Slots at the end that were not held, when no rule had ended them. */
function endedByHand({ schedule, executed, watched = [] }: Evidence): number {
  if (schedule?.slots === undefined || executed === undefined) return 0;
  if (watched.some(({ stop }) => stop !== null)) return 0;
  const last = new Map(executed.map((row) => [row.index, row]));
  const held = schedule.slots.map(({ index }) => last.get(index)?.outcome === 'ok');
  return held.length - 1 - held.lastIndexOf(true);
}
