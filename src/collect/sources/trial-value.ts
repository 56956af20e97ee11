/**
 * The value of one trial. A failed trial that counts against its arm keeps a value wherever one can be defended,
 * because leaving it out would make the arm that fails look faster (the long, hard units are those that fail):
 * wall time becomes the declared timeout, or what was measured where that is longer, and is marked as censored;
 * CPU time and memory stay as measured; what the stack should have answered is 0 where answers are added up.
 */
import type { Trial } from '../../model/evidence.js';
import type { Fold } from '../../model/experiment.js';
import { reason } from '../../model/reason.js';
import { parsePath, readPath } from '../json-path.js';
import { nearestFirst } from '../nearest.js';
import { SourceProblem } from '../source-problem.js';
import type { TrialsQuery } from './trials.js';

export interface TrialValue {
  readonly value: number | null;
  /** true: the true value is at least this. */
  readonly censored: boolean;
}

const COUNTS_AGAINST_ARM: ReadonlySet<Trial['outcome']> = new Set([
  'sut-error',
  'sut-timeout',
  'sut-oom',
  'launch',
]);

const known = (value: number | null): TrialValue => ({ value, censored: false });

const covariate = (trial: Trial, name: string): number => {
  if (Object.hasOwn(trial.covariates, name)) return trial.covariates[name];
  throw new SourceProblem(
    reason('trials-no-covariate', {
      covariate: name,
      unit: trial.unit,
      exist: nearestFirst(name, Object.keys(trial.covariates)),
    }),
  );
};

/** At least the declared limit: the trial did not finish its work in the time that was measured. */
const timeout = (trial: Trial): TrialValue => {
  const limit = trial.measured.timeoutSeconds ?? null;
  if (limit === null)
    throw new SourceProblem(reason('trials-no-timeout', { trial: trial.id, outcome: trial.outcome }));
  return { value: Math.max(trial.measured.wallSeconds ?? 0, limit), censored: true };
};

const whenFailed = (query: TrialsQuery, fold: Fold, trial: Trial): TrialValue => {
  const declared = query.whenFailed;
  if (typeof declared === 'number') return known(declared);
  if (declared !== undefined && declared !== 'timeout') return known(covariate(trial, declared));
  if (declared === 'timeout' || query.field === 'wallSeconds') return timeout(trial);
  if (query.field !== undefined) return known(trial.measured[query.field] ?? null);
  if (query.covariate !== undefined) return known(covariate(trial, query.covariate));
  return known(fold.kind === 'sum' ? 0 : null);
};

/** A number of the stack's answer; null where the answer has none there. */
const answered = (trial: Trial, path: string): number | null => {
  const found = readPath(trial.answer, parsePath(path) ?? []);
  if (found === undefined || found === null) return null;
  if (typeof found === 'number') return found;
  const seen = JSON.stringify(found);
  throw new SourceProblem(
    reason('trials-answer-not-number', { trial: trial.id, path, found: seen.slice(0, 80) }),
  );
};

/** A path that leads nowhere in any answer is a mistake in the file, not missing data. */
const refuseUnknownPath = (path: string, trials: readonly Trial[]): void => {
  const answers = trials.filter(({ outcome }) => outcome === 'ok');
  if (answers.length === 0) return;
  if (answers.some(({ answer }) => readPath(answer, parsePath(path) ?? []) !== undefined)) return;
  const names = new Set(answers.flatMap(({ answer }) => Object.keys(answer ?? {})));
  throw new SourceProblem(
    reason('trials-no-answer', {
      path,
      trials: answers.length,
      exist: nearestFirst(path.replace(/^\$\.?/u, ''), names),
    }),
  );
};

/** How the value of each of these trials (of one arm) is found. */
export const trialValue = (
  query: TrialsQuery,
  fold: Fold,
  trials: readonly Trial[],
): ((trial: Trial) => TrialValue) => {
  if (query.stdout !== undefined) refuseUnknownPath(query.stdout, trials);
  return (trial) => {
    if (COUNTS_AGAINST_ARM.has(trial.outcome)) return whenFailed(query, fold, trial);
    // harness, environment, aborted: the block is excluded whole, so there is nothing to value.
    if (trial.outcome !== 'ok') return known(null);
    if (query.field !== undefined) return known(trial.measured[query.field] ?? null);
    if (query.covariate !== undefined) return known(covariate(trial, query.covariate));
    return known(answered(trial, query.stdout as string));
  };
};
