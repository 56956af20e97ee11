/** What would be asked of which source, as text: pure, for `validate` and `--dry-run`. */
import { questions } from '../collect/index.js';
import type { ArmName, Experiment, MetricName } from '../model/experiment.js';
import type { Plugins } from '../model/ports.js';

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
  questions(experiment, plugins.sources).flatMap(({ metric, queries, source }) =>
    queries.map((query) => ({
      metric: metric.name,
      arms: query.want.arms.map(({ name }) => name),
      source,
      text: query.text,
    })),
  );
