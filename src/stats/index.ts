export { betaCdf, betaQuantile, betaSurvival, betaSurvivalQuantile } from './beta.js';
export { binomialCdf, binomialSurvival } from './binomial.js';
export {
  chiSquaredCdf,
  chiSquaredQuantile,
  chiSquaredSurvival,
  chiSquaredSurvivalQuantile,
} from './chi-squared.js';
export type { Estimate, Interval, OneSided } from './estimate.js';
export { fCdf, fQuantile, fSurvival, fSurvivalQuantile } from './f.js';
export { gammaCdf, gammaQuantile, gammaSurvival, gammaSurvivalQuantile } from './gamma.js';
export { type LinearEstimates, type LinearInference, linearInference } from './linear-inference.js';
export { logGamma } from './log-gamma.js';
export { logRatioEstimate } from './log-inference.js';
export { logContributions } from './log-jackknife.js';
export { newcombe, wilsonReach } from './newcombe.js';
export {
  normalCdf,
  normalDensity,
  normalQuantile,
  normalSurvival,
  normalSurvivalQuantile,
} from './normal.js';
export { createRandom, type Random } from './random.js';
export { ratioContributions } from './ratio-contributions.js';
export { signFlip } from './sign-flip.js';
export { studentTCdf, studentTQuantile, studentTSurvival, studentTSurvivalQuantile } from './student-t.js';
export { sumSpread, varianceOfMean } from './sum-spread.js';
export {
  baselineComponent,
  jointComponent,
  satterthwaite,
  treatmentComponent,
  type VarianceComponent,
} from './variance-component.js';
