/** A run that was refused before it did anything leaves no folder: an empty one would look like a run cut off. */
import { rm, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { KnownError } from '../errors.js';
import { isSeal } from '../store/index.js';
import type { Loaded } from './load.js';
import type { Opened } from './open-run.js';

export async function discardNeverBegun(loaded: Loaded, opened: Opened, error: unknown): Promise<void> {
  if (!(await neverBegan(loaded, opened, error))) return;
  const { path } = opened.folder;
  await rm(path, { recursive: true });
  // Also the experiment's folder, where nothing else is in it.
  await rmdir(dirname(path)).catch(() => undefined);
}

const TAP_REFUSED = ['tap-held', 'tap-held-elsewhere', 'tap-left', 'lease-unreadable'];

/** Its workload holds nothing to run, and no command was run to make it; or somebody else holds the tap. */
async function neverBegan(
  { experiment }: Loaded,
  { folder, info }: Opened,
  error: unknown,
): Promise<boolean> {
  if (!(error instanceof KnownError) || info.resumed > 0) return false;
  if (TAP_REFUSED.includes(error.code)) return (await folder.journaled()).every(isSeal);
  return (
    ['no-units', 'never-answers'].includes(error.code) &&
    experiment.workload?.prepare === null &&
    (await folder.loadSchedule()) === null
  );
}
