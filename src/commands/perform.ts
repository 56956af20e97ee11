/** The work of a firing: which run it belongs to, how much of it is done now, and the report where that is its end. */
import type { Report } from '../model/report.js';
import { looksOnWindow } from '../pipeline.js';
import type { Batch } from '../schedule/index.js';
import { findResumable } from '../store/index.js';
import type { Context } from './context.js';
import { executed, inFolder, type Progress, withLateBills } from './execution.js';
import type { Concluded } from './finish.js';
import type { Loaded } from './load.js';
import { discardNeverBegun } from './never-begun.js';
import { begin, goOn, REAL, reopen } from './open-run.js';
import { isHarmed } from './window-text.js';

export type Performed =
  | { readonly kind: 'over' }
  | { readonly kind: 'running'; readonly run: string; readonly what: string; readonly harmed: boolean }
  | { readonly kind: 'finished'; readonly run: string; readonly report: Report };

/** `pace` goes on with one run over many firings; `look` is a whole run each, or the rest of one that was cut off. */
export async function perform(
  loaded: Loaded,
  root: string,
  { work, firings }: Pick<Batch, 'work' | 'firings'>,
  context: Context,
): Promise<Performed> {
  const { experiment } = loaded;
  const { timetable } = experiment;
  const opened =
    timetable?.pace != null || looksOnWindow(experiment)
      ? await goOn(root, experiment, context)
      : (await findResumable(root, experiment.name)) !== null
        ? await reopen(root, experiment, context)
        : await begin(root, experiment, REAL, context);
  if ('over' in opened) {
    const late = await withLateBills(loaded, opened.over, root, context);
    return late === null ? { kind: 'over' } : finished(late.run, late, context);
  }
  // Of a run that goes on a few blocks at a time, a look between them does none, and shows no effect.
  const pace =
    work === 'pace'
      ? { firings, blocks: timetable?.blocks ?? 1 }
      : timetable?.pace != null
        ? { firings: [], blocks: 0 }
        : null;
  const run = opened.info.id;
  const working = inFolder(opened, context, async (): Promise<Performed> => {
    const done = await executed(loaded, opened, pace, root, context);
    return done.kind === 'finished'
      ? finished(run, done, context)
      : {
          kind: 'running',
          run,
          what: whatIsDone(done),
          harmed: isHarmed(done.window?.watched ?? done.watched),
        };
  });
  return working.catch(async (error: unknown) => {
    await discardNeverBegun(loaded, opened, error);
    throw error;
  });
}

/** Nobody looks at an exit code here: a form that is missing is said in the log. */
function finished(run: string, { report, problem }: Concluded, context: Context): Performed {
  if (problem !== null) context.log.warn(`${problem.message}. ${problem.hint}`);
  return { kind: 'finished', run, report };
}

/** A window says whether it was looked at, or only watched. */
const whatIsDone = ({ blocks, of, window, watched }: Progress): string => {
  if (window?.look != null) return `look ${window.look.index} of ${window.look.of}: ${window.look.sentence}`;
  const seen = window === undefined ? watched : window.watched;
  const harm = seen?.harm.filter(({ verdict }) => verdict === 'harm') ?? [];
  const broken = harm.map(({ claim }) => `; the guardrail “${claim.sentence}” is broken`).join('');
  return window === undefined
    ? `${blocks} of ${of} blocks are done${broken}`
    : `${window.kind}, ${blocks} of ${of} of the window${broken}`;
};
