export { acceptedSegments } from './accepted-set.js';
export { batchLooks, firstBatchLength } from './batch-looks.js';
export { bcaOneSample, bcaPaired, bcaTwoSample } from './bca-bootstrap.js';
export { bcaOfMeans } from './bca-means.js';
export { betaCdf, betaQuantile, betaSurvival, betaSurvivalQuantile } from './beta.js';
export { binomialCdf, binomialSurvival } from './binomial.js';
export { blockRows } from './block-bootstrap.js';
export { politisWhite } from './block-length.js';
export { breakEven } from './break-even.js';
export { bucketNumbers } from './bucket-numbers.js';
export { type ChangePoint, changePoints, FEWEST_IN_SEGMENT } from './change-points.js';
export {
  chiSquaredCdf,
  chiSquaredQuantile,
  chiSquaredSurvival,
  chiSquaredSurvivalQuantile,
} from './chi-squared.js';
export { pairedCloud, unpairedCloud } from './cost-time-cloud.js';
export { cuped } from './cuped.js';
export { type EffectiveSampleSize, effectiveSampleSize } from './effective-sample-size.js';
export { equivalence } from './equivalence.js';
export type { Estimate, Interval, OneSided } from './estimate.js';
export { ewc, type SeriesMean } from './ewc.js';
export { exponentialEstimate } from './exponential-estimate.js';
export { fCdf, fQuantile, fSurvival, fSurvivalQuantile } from './f.js';
export { gammaCdf, gammaQuantile, gammaSurvival, gammaSurvivalQuantile } from './gamma.js';
export { criticalT, crossingProbability, groupSequential } from './group-sequential.js';
export { hodgesLehmann } from './hodges-lehmann.js';
export { hourPrice } from './hour-price.js';
export { type LinearEstimates, type LinearInference, linearInference } from './linear-inference.js';
export { logGamma } from './log-gamma.js';
export { logRatioEstimate } from './log-inference.js';
export { logContributions } from './log-jackknife.js';
export { cosineCount, type LongRunVariance, longRunVariance } from './long-run-variance.js';
export { mannWhitney, type RankTest } from './mann-whitney.js';
export { batchLength, batchMeans, mixtureReach, mixtureTest } from './mixture-sequence.js';
export { benjaminiHochberg, holm } from './multiplicity.js';
export { newcombe, wilsonReach } from './newcombe.js';
export { noncentralTCdf, noncentralTSurvival } from './noncentral-t.js';
export {
  normalCdf,
  normalDensity,
  normalQuantile,
  normalSurvival,
  normalSurvivalQuantile,
} from './normal.js';
export { comparePairedQuantiles } from './paired-quantiles.js';
export { pairedSeries } from './paired-series.js';
export {
  equivalencePower,
  looksInflation,
  oneSidedPower,
  stoppingShares,
  unitsForPower,
} from './power.js';
export { compareIndependentQuantiles } from './quantile-bootstrap.js';
export { compareQuantiles } from './quantile-comparison.js';
export { fewestForQuantile, quantileInterval } from './quantile-interval.js';
export { createRandom, type Random } from './random.js';
export { mannWhitneyScreen } from './rank-screen.js';
export { ratioContributions } from './ratio-contributions.js';
export { meanColumn, ratioColumn, type SeriesColumn } from './series-column.js';
export type { SeriesInference } from './series-inference.js';
export { seriesQuantile } from './series-quantile.js';
export { signFlip } from './sign-flip.js';
export { admissibleSlots, type DrawnSlot } from './slot-draws.js';
export { obrienFlemingSpending } from './spending.js';
export { studentTCdf, studentTQuantile, studentTSurvival, studentTSurvivalQuantile } from './student-t.js';
export { sumSpread, varianceOfMean } from './sum-spread.js';
export { type AdmissibleSchedules, switchback } from './switchback.js';
export { unpairedSeries } from './unpaired-series.js';
export {
  baselineComponent,
  jointComponent,
  satterthwaite,
  treatmentComponent,
  type VarianceComponent,
} from './variance-component.js';
export { weightedLine } from './weighted-line.js';
export { type Summary, welch, welchFromSummaries } from './welch.js';
