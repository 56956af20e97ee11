/** Giving the tap back at the end of an execution, whatever ended it. */
import type { WatchRow } from '../../model/evidence.js';
import type { Experiment } from '../../model/experiment.js';
import type { TapContext } from '../../model/ports.js';
import { type HeldTap, runCommands } from '../../split/index.js';
import type { TurnTap } from '../turn-tap.js';
import { allToBaseline } from './setting.js';

const isTaken = (error: unknown): boolean => (error as { code?: string } | null)?.code === 'tap-taken';

/** null: it stands as before, or as somebody else wants it. */
export async function handBack(
  held: HeldTap,
  { io, experiment, folder }: Pick<TurnTap, 'io' | 'experiment' | 'folder'>,
  stop: WatchRow['stop'],
  failure: unknown,
): Promise<unknown> {
  if (isTaken(failure)) {
    io.log.warn(
      `the tap is left as somebody else set it; stacktrial revert ${folder.path} would undo that, too`,
    );
    return null;
  }
  if (failure !== null || stop !== null)
    io.log.info('giving the tap back … (a second Ctrl-C would leave it turned)');
  try {
    if (stop !== null) await held.retreat(experiment.treatments, allToBaseline(experiment));
  } catch (error) {
    io.log.warn(`the tap could not be turned back gently, it is restored at once: ${messageOf(error)}`);
  }
  try {
    await held.giveBack();
    return null;
  } catch (error) {
    return error;
  }
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export const shout = (error: unknown, folder: string): string =>
  `${messageOf(error)}\n  ${(error as { hint?: string | null }).hint ?? ''}\n  Give it back with: stacktrial revert ${folder}`;

/** Also after the state is restored: what `rollback:` lists. */
export function rollbackCommands(
  { rollback }: Pick<Experiment, 'rollback'>,
  context: TapContext,
  runId: string,
): Promise<void> {
  return rollback === undefined || rollback === 'none'
    ? Promise.resolve()
    : runCommands(rollback.commands, context, runId);
}
