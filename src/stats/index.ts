export { betaCdf, betaQuantile, betaSurvival, betaSurvivalQuantile } from './beta.js';
export { binomialCdf, binomialSurvival } from './binomial.js';
export {
  chiSquaredCdf,
  chiSquaredQuantile,
  chiSquaredSurvival,
  chiSquaredSurvivalQuantile,
} from './chi-squared.js';
export { fCdf, fQuantile, fSurvival, fSurvivalQuantile } from './f.js';
export { gammaCdf, gammaQuantile, gammaSurvival, gammaSurvivalQuantile } from './gamma.js';
export { logGamma } from './log-gamma.js';
export {
  normalCdf,
  normalDensity,
  normalQuantile,
  normalSurvival,
  normalSurvivalQuantile,
} from './normal.js';
export { createRandom, type Random } from './random.js';
export { studentTCdf, studentTQuantile, studentTSurvival, studentTSurvivalQuantile } from './student-t.js';
