/** The work of a firing: which run it belongs to, how much of it is done now, and the report where that is its end. */
import type { Report } from '../model/report.js';
import { looksOnWindow, type RunState } from '../pipeline.js';
import type { Batch } from '../schedule/index.js';
import { findResumable } from '../store/index.js';
import type { Context } from './context.js';
import { executed, inFolder } from './execution.js';
import type { Loaded } from './load.js';
import { begin, goOn, REAL, reopen } from './open-run.js';

export type Performed =
  | { readonly kind: 'over' }
  | { readonly kind: 'running'; readonly run: string; readonly what: string }
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
    work === 'pace' || looksOnWindow(experiment)
      ? await goOn(root, experiment, context)
      : (await findResumable(root, experiment.name)) !== null
        ? await reopen(root, experiment, context)
        : await begin(root, experiment, REAL, context);
  if ('over' in opened) return { kind: 'over' };
  const pace = work === 'pace' ? { firings, blocks: timetable?.blocks ?? 1 } : null;
  const run = opened.info.id;
  return inFolder(opened, context, async (): Promise<Performed> => {
    const done = await executed(loaded, opened, pace, root, context);
    return done.kind === 'finished'
      ? { kind: 'finished', run, report: done.report }
      : { kind: 'running', run, what: whatIsDone(done) };
  });
}

/** A window says whether it was looked at, or only watched. */
const whatIsDone = ({
  blocks,
  of,
  window,
}: Omit<Extract<RunState, { finished: false }>, 'finished'>): string => {
  if (window === undefined) return `${blocks} of ${of} blocks are done`;
  if (window.look !== null) return `look ${window.look.index} of ${window.look.of}: ${window.look.sentence}`;
  const harm = window.watched?.harm.filter(({ verdict }) => verdict === 'harm') ?? [];
  const broken = harm.map(({ claim }) => `; the guardrail “${claim.sentence}” is broken`).join('');
  return `${window.kind}, ${blocks} of ${of} of the window${broken}`;
};
