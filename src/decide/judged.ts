/** What verdicts and decisions need of the experiment: little enough to travel in a report page. */
import type { ArmName, Design, Metric } from '../model/experiment.js';

export type JudgedMetric = Pick<Metric, 'name' | 'unit' | 'better' | 'margin' | 'exact'>;

export interface Judged {
  readonly baseline: ArmName;
  readonly treatments: readonly ArmName[];
  readonly design: Pick<Design, 'kind' | 'concurrent'>;
  readonly metrics: readonly JudgedMetric[];
}
