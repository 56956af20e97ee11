/** Cost against time, break-even and the cost of a month: what the report shows beside the verdicts. Pure. */
import { breakEvens, tabulateTradeOff } from '../compare/index.js';
import { type AlphaAtLook, confidenceFor, monthly } from '../decide/index.js';
import type { Judged } from './what-if.js';

/** Cost against time, and the cost of a month, as the report shows them. */
export function moneyOf({ evidence, complete, tradeOffs, comparisons }: Judged, atLook: AlphaAtLook) {
  const { experiment, tables } = evidence;
  const confidence = confidenceFor({ join: 'and', siblings: 1 }, experiment, atLook);
  const declared = experiment.decide.hourValue;
  return {
    tradeOffs: [...tradeOffs.values()].flatMap((live) =>
      'code' in live
        ? []
        : [tabulateTradeOff(live, declared?.currency === live.currency ? declared.value : null, confidence)],
    ),
    monthly: monthly(experiment, tables, comparisons, confidence),
    breakEvens: breakEvens(complete, confidence),
  };
}
