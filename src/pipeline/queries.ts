/** What would be asked of which source, as text: pure, for `validate` and `--dry-run`. */
import { questions } from '../collect/index.js';
import type { ArmName, Experiment, MetricName } from '../model/experiment.js';
import type { Plugins } from '../model/ports.js';
import { sentence } from '../report/index.js';

export interface PlannedQuery {
  readonly metric: MetricName;
  readonly arms: readonly ArmName[];
  readonly source: string;
  readonly text: string;
}

export const plannedQueries = (
  experiment: Experiment,
  plugins: Pick<Plugins, 'sources'>,
): readonly PlannedQuery[] =>
  questions(experiment, plugins.sources).flatMap(({ metric, arms, problem, queries, source }) =>
    problem !== null
      ? [
          {
            metric: metric.name,
            arms: arms.map(({ name }) => name),
            source,
            text: `cannot be asked: ${sentence(problem)}`,
          },
        ]
      : queries.map((query) => ({
          metric: metric.name,
          arms: query.want.arms.map(({ name }) => name),
          source,
          text: query.text,
        })),
  );

export interface Unaskable {
  readonly metric: MetricName;
  readonly message: string;
}

/** Questions that their source cannot be asked as they stand: what is measured would be nothing, whenever it is run. */
export const unaskable = (experiment: Experiment, plugins: Pick<Plugins, 'sources'>): readonly Unaskable[] =>
  questions(experiment, plugins.sources).flatMap(({ metric, problem }) =>
    problem === null ? [] : [{ metric: metric.name, message: sentence(problem) }],
  );
