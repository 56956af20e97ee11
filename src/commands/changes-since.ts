/** What of an experiment has changed since a run was begun with it. */
import { changedKeys } from '../declare/index.js';
import type { Experiment } from '../model/experiment.js';
import type { StoredRun } from '../store/index.js';

/** When it is worked on and who is told may change while it runs; what is measured, and how it is decided, may not. */
const FREE = /^(notify|schedule(?!\.settle))(\.|$)/;

const isSame = (a: string | Uint8Array | undefined, b: string | Uint8Array): boolean =>
  a !== undefined && Buffer.from(a).equals(Buffer.from(b));

/** What differs from the experiment that a run was begun with, by key and by file. */
export const changesSince = (
  before: Pick<StoredRun, 'experimentText' | 'attachments'>,
  experiment: Experiment,
): readonly string[] => [
  ...changedKeys(before.experimentText, experiment.text).filter((key) => !FREE.test(key)),
  ...Object.entries(experiment.attachments)
    .filter(([name, content]) => !isSame(before.attachments[name], content))
    .map(([name]) => `the file ${name}`),
];
