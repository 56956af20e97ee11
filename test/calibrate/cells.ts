/** Every cell that `npm run calibrate` simulates. A new one is one entry in the file of its subject. */
import { blockCells, brokenCell } from './blocks.ts';
import { burstsCells } from './burst-cells.ts';
import type { Cell } from './cell.ts';
import { intervalCells } from './intervals.ts';
import { keyLifeCells } from './key-life-cells.ts';
import { keyCells } from './keys.ts';
import { looksCells } from './looks.ts';
import { moneyCells } from './money.ts';
import { seriesCells } from './series.ts';
import { quantileCells } from './series-quantiles.ts';
import { slotCells } from './slots.ts';
import { stallCells } from './stalls.ts';
import { unitPowerCells } from './unit-power.ts';
import { windowLooksCells } from './window-looks.ts';
import { workloadCells } from './workloads.ts';

export const cells: readonly Cell[] = [
  ...keyCells,
  ...blockCells,
  ...workloadCells,
  ...seriesCells,
  ...looksCells,
  ...moneyCells,
  ...windowLooksCells,
  ...intervalCells,
  ...quantileCells,
  ...slotCells,
  ...burstsCells,
  ...keyLifeCells,
  ...stallCells,
  ...unitPowerCells,
];

export { createRandom } from '../../src/stats/random.ts';
export { hasRealData, realSeriesTable } from './real-series.ts';
export { everyCell, linesOf, realTable, summary } from './table.ts';
/** Must fail; only simulated when asked for, to show that the calibration can. */
export { brokenCell };
