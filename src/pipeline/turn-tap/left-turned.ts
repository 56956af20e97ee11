/** A tap that an earlier execution of this run has left turned: whether it is this one, and what is said where it is not. */
import { KnownError } from '../../errors.js';
import type { Experiment } from '../../model/experiment.js';
import type { OpenChange } from '../../split/index.js';

/** Nobody waits for a tap that this run itself has left turned: that is told as what it is. */
export const orLeftOpen = (error: unknown, folder: string): unknown =>
  error instanceof KnownError && error.code === 'tap-held'
    ? new KnownError('tap-left-open', `This run was cut off and has left its tap turned. ${error.message}`, {
        hint: `Look who turns it now; when that has ended, give it back: stacktrial revert ${folder}`,
        cause: error,
        exit: 69,
      })
    : error;

/** What an earlier execution turned is what the experiment names now. */
export const isSameTap = ({ resource, means }: OpenChange, named: string, { driver }: Experiment): boolean =>
  resource === named && (means === null || JSON.stringify(means.driver) === JSON.stringify(driver));

export const elsewhere = (turned: string, folder: string): KnownError =>
  new KnownError(
    'tap-elsewhere',
    `This run has turned ${turned}, and not with what the experiment says now.`,
    {
      hint: `Give it back first, with what it was turned with: stacktrial revert ${folder}`,
      exit: 69,
    },
  );
