/** What was run and what of it counts. */
import type { Report, TrialPoint } from '../../model/report.js';
import { count, plural, quantity, timestamp } from '../format.js';
import { titleOfId } from '../title.js';

export interface TrialsView {
  readonly summary: string;
  /** Outcomes per arm: first column the outcome, then a count per arm. */
  readonly columns: readonly string[];
  readonly outcomes: readonly (readonly string[])[];
  readonly exclusions: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const kinds: readonly { readonly name: string; readonly of: (trial: TrialPoint) => boolean }[] = [
  { name: 'analysed', of: (t) => t.block >= 0 && !t.superseded && !t.excluded },
  { name: 'failed', of: (t) => t.outcome !== 'ok' && t.block >= 0 && !t.superseded && !t.excluded },
  { name: 'excluded', of: (t) => t.excluded && !t.superseded },
  { name: 'superseded', of: (t) => t.superseded },
  { name: 'warm-up', of: (t) => t.block < 0 && !t.superseded },
];

const stateOf = (trial: TrialPoint): string => {
  const marks = [
    ...(trial.block < 0 ? ['warm-up'] : []),
    ...(trial.superseded ? ['superseded'] : []),
    ...(trial.excluded ? ['excluded'] : []),
  ];
  return [trial.outcome, ...marks].join(', ');
};

export const trialsView = ({ trials, exclusions, experiment }: Report): TrialsView => {
  const arms = experiment.arms.map(({ name }) => name);
  const outcomes = kinds.map(({ name, of }) => [
    name === 'failed' ? 'of these failed' : name,
    ...arms.map((arm) => count(trials.filter((trial) => trial.arm === arm && of(trial)).length)),
  ]);
  return {
    summary:
      trials.length === 0
        ? 'No trials were run by this experiment.'
        : `${plural(trials.length, 'trial')}, ${plural(exclusions.length, 'block')} excluded.`,
    columns: ['Trials', ...arms],
    outcomes: trials.length === 0 ? [] : outcomes,
    exclusions: exclusions.map(
      ({ block, rule, outcome, trial }) =>
        `Block ${count(block + 1)}: ${titleOfId(rule).toLowerCase()} (trial ${trial} ended as ${outcome}).`,
    ),
    rows: trials.map((trial) => [
      trial.id,
      trial.arm,
      trial.unit,
      timestamp(trial.start),
      trial.wallSeconds === null ? '–' : quantity(trial.wallSeconds, 's', 4),
      stateOf(trial),
    ]),
  };
};
