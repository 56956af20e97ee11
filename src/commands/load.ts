/** Reads an experiment file as every command does it. */
import { readFile } from 'node:fs/promises';
import { dirname, relative, resolve } from 'node:path';
import { declare, refuseAddresses, refuseQueries } from '../declare/index.js';
import { KnownError } from '../errors.js';
import { realIo } from '../io.js';
import type { Experiment } from '../model/experiment.js';
import type { Io } from '../model/ports.js';
import { withHiddenLog } from '../pipeline/hidden.js';
import { unaskable } from '../pipeline.js';
import { plugins } from '../plugins.js';
import type { Context } from './context.js';
import { leasesFolder } from './leases.js';

export interface Loaded {
  readonly experiment: Experiment;
  readonly io: Io;
  /** Folder of this machine's leases of taps. */
  readonly leases: string;
}

const readable = async (path: string, shown: string): Promise<Uint8Array> => {
  try {
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why =
      code === 'ENOENT'
        ? 'there is no such file'
        : code === 'EISDIR'
          ? 'it is a folder'
          : `it cannot be read (${code})`;
    throw new KnownError('file', `${shown}: ${why}`, {
      hint: 'Name an experiment file; `stacktrial init` writes one.',
      cause,
    });
  }
};

export async function loadExperiment(file: string, context: Context): Promise<Loaded> {
  const path = resolve(context.workingFolder, file);
  const shown = relative(context.workingFolder, path) || file;
  const io = realIo(dirname(path), context);
  const input = { text: await readable(path, shown), file: shown };
  const experiment = await declare(input, plugins, io.read);
  refuseAddresses(input);
  refuseQueries(input, unaskable(experiment, plugins));
  return { experiment, io: withHiddenLog(experiment, io), leases: leasesFolder(context) };
}
