/** What the driver measured, the stack answered, or was known of the unit: one observation per block and arm. */
import { z } from 'zod';
import type { Observation, Trial } from '../../model/evidence.js';
import type { Fold } from '../../model/experiment.js';
import type { Query, Source, SourceContext, Want } from '../../model/ports.js';
import { blockId, countingTrials } from '../attempts.js';
import { parsePath } from '../json-path.js';
import { type TrialValue, trialValue } from './trial-value.js';

const options = z.strictObject({});

const query = z
  .strictObject({
    field: z.enum(['wallSeconds', 'cpuSeconds', 'peakMemoryBytes']).optional().meta({
      description: 'What the driver measured.',
    }),
    stdout: z
      .string()
      .refine((text) => parsePath(text) !== null, 'is not a path such as $.records, $.counts[0] or $["a b"]')
      .optional()
      .meta({ description: 'Path of a number in the JSON that the stack answered, e.g. $.records.' }),
    covariate: z.string().optional().meta({
      description: 'What was known of the unit before any arm saw it: bytes, records, …',
    }),
    whenFailed: z.union([z.number(), z.string()]).optional().meta({
      description:
        'Value of a trial that failed on the arm’s account: a number, the name of a covariate of the unit, or timeout.',
    }),
  })
  .refine(
    (given) => [given.field, given.stdout, given.covariate].filter((part) => part !== undefined).length === 1,
    'needs exactly one of field, stdout, covariate',
  );

export type TrialsQuery = z.infer<typeof query>;

const textOf = ({ field, stdout, covariate, whenFailed }: TrialsQuery, arm: string, fold: string): string =>
  `trials ${JSON.stringify({ arm, field, stdout, covariate, whenFailed, fold })}`;

const observation = (metric: string, trial: Trial, { value, censored }: TrialValue): Observation => ({
  metric,
  arm: trial.arm,
  unit: blockId(trial.block),
  start: trial.start,
  end: trial.end,
  value,
  n: 1,
  estimated: false,
  labels: {
    trial: trial.id,
    item: trial.unit,
    order: String(trial.order),
    repeat: String(trial.repeat),
    attempt: String(trial.attempt),
    ...(trial.outcome === 'ok' ? {} : { failed: trial.outcome }),
    ...(censored ? { censored: 'timeout' } : {}),
  },
});

/** What this source answers for an arm, purely: the trials that count, in the order given. */
export const trialObservations = (
  metric: string,
  arm: string,
  asked: TrialsQuery,
  fold: Fold,
  all: readonly Trial[],
): readonly Observation[] => {
  const counting = countingTrials(all);
  const mine = counting.filter((trial) => trial.arm === arm);
  const value = trialValue(asked, fold, mine, counting);
  return mine.map((trial) => observation(metric, trial, value(trial)));
};

export const trials: Source<z.infer<typeof options>, TrialsQuery> = {
  title: 'Trials of this run: time, memory, and what the stacks answered',
  options,
  query,
  ask: (_options, want: Want): readonly Query[] => {
    const asked = query.parse(want.query);
    return want.arms.map((arm) => ({
      want: { ...want, arms: [arm] },
      text: textOf(asked, arm.name, want.fold.kind),
      request: { arm: arm.name, query: asked },
    }));
  },
  async preflight(given, asked, io) {
    const { metric } = asked.want;
    const arm = asked.want.arms[0].name;
    const starts: number[] = [];
    for await (const { start } of trials.fetch(given, asked, io)) starts.push(start);
    return [
      {
        metric,
        arm,
        points: starts.length,
        fromMs: starts.reduce<number | null>((low, at) => (low === null || at < low ? at : low), null),
        toMs: starts.reduce<number | null>((high, at) => (high === null || at > high ? at : high), null),
        problem: null,
      },
    ];
  },
  async *fetch(_options, asked: Query, io: SourceContext) {
    const { metric, fold, arms } = asked.want;
    yield* trialObservations(metric, arms[0].name, asked.request.query as TrialsQuery, fold, io.trials);
  },
};
