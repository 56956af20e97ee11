import type { ComparePlan, Inference, Samples } from '../../model/effect.js';
import type { Method } from '../../model/ports.js';
import type { Reason } from '../../model/reason.js';
import { withFailuresInBlocks } from '../failures-in-blocks.js';
import { itemsWithRepeats } from '../items.js';
import { type PairedOptions, pairedInference } from '../paired.js';

const without =
  ' A proportion must hold as well when failures last: with events in at most a quarter of the blocks, on their clusters in time (Newcombe, attempts ÷ ΣS²/ΣS, t(C − 1), failures that both arms share in a block taken out of the difference); with more, where neighbouring blocks are alike, as a series of paired units. One without events in either arm: Newcombe on blocks ÷ 20; one that is the same in both arms in every block: Newcombe as by key.';

/** Interleaved blocks without a declared workload: ratios of sums and proportions. */
export const pairedRatio: Method = {
  title: 'Paired jackknife of ratios',
  formula: `R = ΣM/ΣD per arm. Each block contributes what R loses without it, both arms together, so that what they share cancels; order effect, test and interval as in the paired t test. Degrees of freedom are 3/Σs² − 2, s the shares of the blocks in the sum of squares, at most n − 2: fewer where a few blocks hold most of the denominator.${without}`,
  source: 'Efron and Stein 1981, Annals of Statistics 9:586; Satterthwaite 1946; Fieller 1954',
  minimumUnits: 5,
  compare: (samples, plan) =>
    withFailures(samples, plan, { items: 'ignored', ratio: 'jackknife', degrees: 'measured' }),
};

/** Fixed workload: denominators are alike within an item, where all variation is. */
export const pairedRatioStratified: Method = {
  title: 'Paired delta method stratified by item',
  formula: `R = ΣM/ΣD per arm. Each block contributes (M − R·D)/ΣD, both arms together, so that what they share cancels. Variance within items, Satterthwaite degrees of freedom, order effect: as in the stratified paired t test.${without}`,
  source: 'Cochran 1977, §5 and §6; Deng, Knoblich and Lu 2018, KDD; Satterthwaite 1946; Fieller 1954',
  minimumUnits: 5,
  compare: (samples, plan) =>
    withFailures(samples, plan, { items: 'strata', ratio: 'delta', degrees: 'declared' }),
};

function withFailures(samples: Samples, plan: ComparePlan, options: PairedOptions): Inference | Reason {
  const repeated = options.items === 'strata' ? itemsWithRepeats(samples) : { samples };
  if ('code' in repeated) return repeated;
  const found = pairedInference(samples, plan, options);
  return 'code' in found ? found : withFailuresInBlocks(found, repeated.samples, plan);
}
