/** The pictures of one report, each with the numbers behind it. */
import type { Report } from '../model/report.js';
import type { Figure } from './charts/table.js';
import { claimPictures } from './figures/claims.js';
import { forest } from './figures/forest.js';
import { trialsInOrder } from './figures/trials.js';
import { distributions, overTime } from './figures/values.js';
import type { ReportView } from './view.js';

export interface Figures {
  /** By claim id; claims without an effect have none. */
  readonly claims: ReadonlyMap<string, string>;
  readonly forest: Figure | null;
  readonly overTime: readonly Figure[];
  readonly distributions: readonly Figure[];
}

export const figuresOf = (report: Report, view: ReportView): Figures => ({
  claims: claimPictures(report),
  forest: forest(report, view),
  overTime: report.trials.length > 0 ? [trialsInOrder(report, view)] : overTime(report),
  distributions: distributions(report),
});
