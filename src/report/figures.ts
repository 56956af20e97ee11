/** The pictures of one report, each with the numbers behind it, in the order in which they are looked at. */
import type { Report } from '../model/report.js';
import type { Figure } from './charts/table.js';
import { breakEvenFigures } from './figures/break-even.js';
import { claimPictures } from './figures/claims.js';
import { forest } from './figures/forest.js';
import { pairFigures } from './figures/pairs.js';
import { runningFigures } from './figures/running.js';
import { serviceFigures } from './figures/services.js';
import { tradeOffFigures } from './figures/trade-off.js';
import { trialsInOrder } from './figures/trials.js';
import { distributions, overTime } from './figures/values.js';
import { watchFigure } from './figures/watch.js';
import type { ReportView } from './view.js';

export interface Figures {
  /** By claim id; claims without an effect have none. */
  readonly claims: ReadonlyMap<string, string>;
  readonly forest: Figure | null;
  /** Where live traffic was divided and watched. */
  readonly watch: Figure | null;
  readonly overTime: readonly Figure[];
  readonly distributions: readonly Figure[];
  readonly pairs: readonly Figure[];
  readonly running: readonly Figure[];
  readonly money: readonly Figure[];
}

export const figuresOf = (report: Report, view: ReportView): Figures => ({
  claims: claimPictures(report),
  forest: forest(report, view),
  watch: watchFigure(report),
  overTime: report.trials.length > 0 ? [trialsInOrder(report, view)] : overTime(report),
  distributions: distributions(report),
  pairs: pairFigures(report),
  running: runningFigures(report),
  money: [...tradeOffFigures(report), ...breakEvenFigures(report), ...serviceFigures(report)],
});
