/**
 * The compare stage: every treatment against the baseline on every metric that has a better direction (and whatever
 * pair, metric or quantile a claim names), by the method that choose.ts names.
 * The registry: a new method is one file in methods/, one line here, and a line in choose.ts that names it.
 */
import type { Method, Registry } from '../model/ports.js';
import { batchLooks } from './methods/batch-looks.js';
import { cuped } from './methods/cuped.js';
import { delta } from './methods/delta.js';
import { hodgesLehmann } from './methods/hodges-lehmann.js';
import { jackknife } from './methods/jackknife.js';
import { keyQuantile } from './methods/key-quantile.js';
import { newcombeByKey } from './methods/newcombe.js';
import { pairedItems } from './methods/paired-items.js';
import { pairedQuantile } from './methods/paired-quantile.js';
import { pairedRatio, pairedRatioStratified } from './methods/paired-ratio.js';
import { pairedSeries } from './methods/paired-series.js';
import { pairedSeriesRatio } from './methods/paired-series-ratio.js';
import { pairedT } from './methods/paired-t.js';
import { pairedTStratified } from './methods/paired-t-stratified.js';
import { rampKeys } from './methods/ramp-keys.js';
import { rampSeries } from './methods/ramp-series.js';
import { runs } from './methods/runs.js';
import { seriesQuantile } from './methods/series-quantile.js';
import { seriesTypical } from './methods/series-typical.js';
import { signFlipTest } from './methods/sign-flip.js';
import { switchback } from './methods/switchback.js';
import { typical } from './methods/typical.js';
import { unpairedSeries } from './methods/unpaired-series.js';
import { welch } from './methods/welch.js';
import { welchRatio } from './methods/welch-ratio.js';

export { breakEvens } from './break-even.js';
export { chooseMethod } from './choose.js';
export { type Compared, type CompareOptions, compare } from './compare.js';
export { methodNotes } from './notes.js';
export { running } from './running.js';
export { tabulateTradeOff } from './trade-off/tabulate.js';
export { tradeOffs } from './trade-off.js';

export const methods: Registry<Method> = {
  'paired-t': pairedT,
  'paired-t-stratified': pairedTStratified,
  'paired-ratio': pairedRatio,
  'paired-ratio-stratified': pairedRatioStratified,
  'paired-items': pairedItems,
  welch,
  'welch-ratio': welchRatio,
  cuped,
  'hodges-lehmann': hodgesLehmann,
  newcombe: newcombeByKey,
  'paired-series': pairedSeries,
  'paired-series-ratio': pairedSeriesRatio,
  'batch-looks': batchLooks,
  'unpaired-series': unpairedSeries,
  'series-typical': seriesTypical,
  'series-quantile': seriesQuantile,
  'paired-quantile': pairedQuantile,
  'key-quantile': keyQuantile,
  switchback,
  'ramp-keys': rampKeys,
  'ramp-series': rampSeries,
  runs,
  typical,
  'sign-flip': signFlipTest,
  jackknife,
  delta,
};
