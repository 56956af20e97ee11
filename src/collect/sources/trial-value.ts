/**
 * The value of one trial. A failed trial that counts against its arm keeps a value wherever one can be defended,
 * because leaving it out would make the arm that fails look faster (the long, hard units are those that fail):
 * wall time becomes the longest timeout that any arm of the run was given, or what the slowest arm needed for the unit,
 * or what was measured, whichever is longest, and is marked as censored: no arm gains by failing under a short limit;
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

/** What a failed trial is held against: the whole run, both arms. */
interface Limits {
  /** Seconds; null where no trial has a limit. */
  readonly longest: number | null;
  /** Slowest trial that went well, by unit, seconds. */
  readonly slowest: ReadonlyMap<string, number>;
}

const limitsOf = (all: readonly Trial[]): Limits => {
  const slowest = new Map<string, number>();
  let longest: number | null = null;
  for (const { measured, outcome, unit } of all) {
    const { timeoutSeconds = null, wallSeconds = null } = measured;
    if (timeoutSeconds !== null) longest = Math.max(longest ?? 0, timeoutSeconds);
    if (outcome === 'ok' && wallSeconds !== null)
      slowest.set(unit, Math.max(slowest.get(unit) ?? 0, wallSeconds));
  }
  return { longest, slowest };
};

/** The trial did not finish its work in the time that was measured. */
const timeout = (trial: Trial, { longest, slowest }: Limits): TrialValue => {
  if (longest === null)
    throw new SourceProblem(reason('trials-no-timeout', { trial: trial.id, outcome: trial.outcome }));
  return {
    value: Math.max(trial.measured.wallSeconds ?? 0, longest, slowest.get(trial.unit) ?? 0),
    censored: true,
  };
};

const whenFailed = (query: TrialsQuery, fold: Fold, trial: Trial, limits: Limits): TrialValue => {
  const declared = query.whenFailed;
  if (typeof declared === 'number') return known(declared);
  if (declared !== undefined && declared !== 'timeout') return known(covariate(trial, declared));
  if (declared === 'timeout' || query.field === 'wallSeconds') return timeout(trial, limits);
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

/** An arm of which nothing ever worked has no time and no cost: nothing about it was measured. */
const refuseOnlyFailures = (trials: readonly Trial[]): void => {
  const failed = trials.filter(({ outcome }) => COUNTS_AGAINST_ARM.has(outcome));
  if (failed.length === 0 || trials.some(({ outcome }) => outcome === 'ok')) return;
  throw new SourceProblem(
    reason('trials-none-worked', {
      arm: failed[0].arm,
      trials: failed.length,
      outcome: failed[0].outcome,
      problem: failed[0].problem ?? null,
    }),
  );
};

/** How the value of each of these trials (of one arm) is found; `all` are the trials of every arm. */
export const trialValue = (
  query: TrialsQuery,
  fold: Fold,
  trials: readonly Trial[],
  all: readonly Trial[],
): ((trial: Trial) => TrialValue) => {
  // Where the file says what a failure is worth, even an arm that only fails has a value: all its records failed.
  if (query.covariate === undefined && query.whenFailed === undefined) refuseOnlyFailures(trials);
  if (query.stdout !== undefined) refuseUnknownPath(query.stdout, trials);
  const limits = limitsOf(all);
  return (trial) => {
    if (COUNTS_AGAINST_ARM.has(trial.outcome)) return whenFailed(query, fold, trial, limits);
    // harness, environment, aborted: the block is excluded whole, so there is nothing to value.
    if (trial.outcome !== 'ok') return known(null);
    if (query.field !== undefined) return known(trial.measured[query.field] ?? null);
    if (query.covariate !== undefined) return known(covariate(trial, query.covariate));
    return known(answered(trial, query.stdout as string));
  };
};
