/** Which experiments there are to work on, as their files are now. */
import { tapOf } from '../../pipeline.js';
import { plugins } from '../../plugins.js';
import type { Context } from '../context.js';
import { experimentFiles } from '../experiment-files.js';
import { loadExperiment } from '../load.js';
import type { Scheduled } from './resident.js';
import type { Unreadable } from './unreadable.js';

/** Files as they are now. A folder that is away for a moment (a network, a new version of it) comes back. */
export function reader(
  given: readonly string[],
  context: Context,
  unreadable: Unreadable,
): () => Promise<readonly Scheduled[]> {
  return async () => {
    const all: Scheduled[] = [];
    const files = await experimentFiles(given, context).catch((error: unknown) => {
      unreadable.say('files', given.join(' '), error);
      return null;
    });
    if (files === null) return [];
    unreadable.gone('files');
    for (const file of files) {
      try {
        const { experiment } = await loadExperiment(file, context);
        unreadable.gone(file);
        const { name, timetable } = experiment;
        if (timetable === undefined) continue;
        all.push({ file, experiment: name, timetable, apart: tapOf(experiment, plugins) !== null });
      } catch (error) {
        unreadable.say(file, file, error);
      }
    }
    return all;
  };
}
