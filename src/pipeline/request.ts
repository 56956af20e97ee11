/** What running an experiment takes, and what it says when it stops. */
import type { RunInfo } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import type { Io, Plugins } from '../model/ports.js';
import type { RunFolder } from '../store/index.js';
import type { Watched, WindowState } from './on-window.js';
import type { Pace } from './pace.js';

export interface RunRequest {
  readonly declared: Experiment;
  readonly run: RunInfo;
  readonly folder: RunFolder;
  readonly plugins: Plugins;
  readonly io: Io;
  /** Do only so many blocks now. Absent: all of them. */
  readonly pace?: Pace | null;
  /** Folder of this machine's leases of taps; needed where one is turned. */
  readonly leases?: string;
}

/** What a run is after one execution of it. */
export type RunState =
  | { readonly finished: true }
  | {
      readonly finished: false;
      /** On a window: buckets (or hours) of it that lie behind. */
      readonly blocks: number;
      readonly of: number;
      /** Set where the experiment looks at a window that is not over. */
      readonly window?: WindowState;
      /** Set between blocks: what may be seen without looking. */
      readonly watched?: Watched;
    };
