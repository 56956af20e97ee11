export { batchLooks, firstBatchLength } from './batch-looks.js';
export { betaCdf, betaQuantile, betaSurvival, betaSurvivalQuantile } from './beta.js';
export { binomialCdf, binomialSurvival } from './binomial.js';
export { bucketNumbers } from './bucket-numbers.js';
export {
  chiSquaredCdf,
  chiSquaredQuantile,
  chiSquaredSurvival,
  chiSquaredSurvivalQuantile,
} from './chi-squared.js';
export { type EffectiveSampleSize, effectiveSampleSize } from './effective-sample-size.js';
export type { Estimate, Interval, OneSided } from './estimate.js';
export { exponentialEstimate } from './exponential-estimate.js';
export { fCdf, fQuantile, fSurvival, fSurvivalQuantile } from './f.js';
export { gammaCdf, gammaQuantile, gammaSurvival, gammaSurvivalQuantile } from './gamma.js';
export { criticalT, crossingProbability, groupSequential } from './group-sequential.js';
export { type LinearEstimates, type LinearInference, linearInference } from './linear-inference.js';
export { logGamma } from './log-gamma.js';
export { logRatioEstimate } from './log-inference.js';
export { logContributions } from './log-jackknife.js';
export { cosineCount, type LongRunVariance, longRunVariance } from './long-run-variance.js';
export { batchLength, batchMeans, mixtureReach, mixtureTest } from './mixture-sequence.js';
export { newcombe, wilsonReach } from './newcombe.js';
export {
  normalCdf,
  normalDensity,
  normalQuantile,
  normalSurvival,
  normalSurvivalQuantile,
} from './normal.js';
export { pairedSeries } from './paired-series.js';
export { compareQuantiles } from './quantile-comparison.js';
export { createRandom, type Random } from './random.js';
export { ratioContributions } from './ratio-contributions.js';
export { meanColumn, ratioColumn, type SeriesColumn } from './series-column.js';
export type { SeriesInference } from './series-inference.js';
export { seriesQuantile } from './series-quantile.js';
export { signFlip } from './sign-flip.js';
export { obrienFlemingSpending } from './spending.js';
export { studentTCdf, studentTQuantile, studentTSurvival, studentTSurvivalQuantile } from './student-t.js';
export { sumSpread, varianceOfMean } from './sum-spread.js';
export { unpairedSeries } from './unpaired-series.js';
export {
  baselineComponent,
  jointComponent,
  satterthwaite,
  treatmentComponent,
  type VarianceComponent,
} from './variance-component.js';
