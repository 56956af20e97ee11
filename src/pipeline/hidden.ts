/**
 * What leaves a run in words: log, errors, notices, journal. Anybody's text may be in it — what a command of the user
 * printed, what a proxy answered — and with it the value of a secret that was meant for somebody else.
 */
import { guardedError, guardedLog } from '../collect/http/guarded.js';
import { Secrets } from '../collect/http/secrets.js';
import { FileProblems } from '../errors.js';
import type { Experiment } from '../model/experiment.js';
import type { Io, Journal } from '../model/ports.js';

/** All that the file names, as the environment has them now. */
const secretsOf = ({ secrets: named }: Pick<Experiment, 'secrets'>, io: Pick<Io, 'env'>): Secrets => {
  const secrets = new Secrets();
  for (const secret of named) secrets.remember(io.env(secret) ?? '', secret.toString());
  return secrets;
};

/** The same io, whose log shows no secret of the experiment. */
export const withHiddenLog = (experiment: Pick<Experiment, 'secrets'>, io: Io): Io => ({
  ...io,
  log: guardedLog(io.log, secretsOf(experiment, io)),
});

/** The error as it may be told, with its kind, hint and exit code. */
export const hiddenError = (
  experiment: Pick<Experiment, 'secrets'>,
  io: Pick<Io, 'env' | 'signal'>,
  error: unknown,
): unknown =>
  // Its text is the file's, which names secrets and holds none.
  error instanceof FileProblems
    ? error
    : guardedError(error, { secrets: secretsOf(experiment, io), signal: io.signal });

/** @throws what `work` throws, without secrets */
export async function hidingErrors<T>(
  experiment: Pick<Experiment, 'secrets'>,
  io: Pick<Io, 'env' | 'signal'>,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw hiddenError(experiment, io, error);
  }
}

/** How a tap stood before is kept as it is: it has to be put back exactly. */
const EXACT = 'tap-saved';

export function hiddenJournal(
  experiment: Pick<Experiment, 'secrets'>,
  io: Pick<Io, 'env'>,
  journal: Journal,
): Journal {
  const secrets = secretsOf(experiment, io);
  const shown = (_: string, value: unknown): unknown =>
    typeof value === 'string' ? secrets.text(value) : value;
  return {
    append: (step, values) =>
      journal.append(
        step,
        step === EXACT ? values : (JSON.parse(JSON.stringify(values, shown)) as typeof values),
      ),
  };
}
