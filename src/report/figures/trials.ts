/** Wall time of every trial, in the order in which they were run. */
import type { Report } from '../../model/report.js';
import type { Figure } from '../charts/table.js';
import { trialsChart } from '../charts/trials.js';
import type { ReportView } from '../view.js';

export const trialsInOrder = (report: Report, view: ReportView): Figure => ({
  title: 'Trials in order',
  caption:
    'A vertical line joins the trials of one block. Warm-up, excluded and repeated trials are kept and count for nothing.',
  ...trialsChart({
    id: 'trials',
    title: 'Wall time of every trial in the order of the blocks',
    description: view.trials.summary,
    arms: report.experiment.arms.map(({ name }) => ({ name, title: name })),
    trials: report.trials,
  }),
  table: { columns: ['Trial', 'Arm', 'Unit', 'Started', 'Wall time', 'Outcome'], rows: view.trials.rows },
});
