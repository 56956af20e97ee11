import { KnownError } from '../errors.js';

const DISK_FULL = 'disk-full';

export const isDiskFull = (error: unknown): boolean =>
  ['ENOSPC', 'EDQUOT', DISK_FULL].includes((error as { code?: string } | null)?.code ?? '');

/** A full disk as a person should be told of it; any other error as it is. */
export const orDiskFull = (error: unknown, path: string): unknown =>
  isDiskFull(error)
    ? new KnownError(DISK_FULL, `No room is left to write ${path}.`, {
        hint: 'Make room. What was written before is kept: a run goes on with --resume, a report is made again by `stacktrial analyze`.',
        cause: error,
        exit: 69,
      })
    : error;
