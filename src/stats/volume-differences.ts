/*
 * What two stacks cost at each volume, where no line goes through their costs.
 *
 * Answers: the difference of costs at every measured volume, and between which of them the cheaper arm changes. Applies:
 * costs with steps, or of whatever shape, with runs of the same volumes on both arms. Formula: Welch's difference of mean
 * costs volume by volume; the bracket lies between neighbouring volumes, of those whose differences are certain at α/2,
 * that have opposite signs.
 * Source: Welch 1947 (Biometrika 34:28); STATISTICS.md §7.
 */
import { preciseQuotient, preciseSum } from './double-double.js';
import { type Estimate, tailOutside } from './estimate.js';
import { linearInference } from './linear-inference.js';
import { varianceOfMean } from './sum-spread.js';
import { baselineComponent, treatmentComponent } from './variance-component.js';
import { runsByVolume, type VolumeRuns } from './weighted-line.js';

export type Cheaper = 'treatment' | 'baseline';

export interface VolumeDifference {
  readonly volume: number;
  /** Cost of the treatment − cost of the baseline; null where the runs of this volume do not vary. */
  readonly difference: Estimate | null;
}

/** Neighbouring volumes between which the sign turns for certain. There is none where it does not, or more than once. */
export interface Bracket {
  readonly low: number;
  readonly high: number;
  readonly cheaperBelow: Cheaper;
}

/** `treatment`, `baseline`: runs of each volume; volumes that only one arm has are left out. */
export function volumeDifferences(
  treatment: VolumeRuns,
  baseline: VolumeRuns,
  confidence: number,
): { readonly differences: readonly VolumeDifference[]; readonly bracket: Bracket | null } {
  const ofBaseline = costsByVolume(baseline);
  const differences: VolumeDifference[] = [];
  for (const [volume, costs] of costsByVolume(treatment)) {
    const others = ofBaseline.get(volume);
    if (others !== undefined) differences.push({ volume, difference: welchDifference(costs, others) });
  }
  const tail = tailOutside(confidence);
  const cheaper = differences.map(({ difference }): Cheaper | null => {
    const p = difference?.test(0);
    if (p === undefined) return null;
    return p.below <= tail ? 'treatment' : p.above <= tail ? 'baseline' : null;
  });
  const certain = differences.flatMap(({ volume }, k) => {
    const arm = cheaper[k];
    return arm === null ? [] : [{ volume, arm }];
  });
  const turns = certain.flatMap(({ volume, arm }, k) =>
    k > 0 && certain[k - 1].arm !== arm
      ? [{ low: certain[k - 1].volume, high: volume, cheaperBelow: certain[k - 1].arm }]
      : [],
  );
  return { differences, bracket: turns.length === 1 ? turns[0] : null };
}

function costsByVolume({ volume, cost }: VolumeRuns): Map<number, Float64Array> {
  const groups = runsByVolume(volume);
  return new Map(groups.map((rows) => [volume[rows[0]], Float64Array.from(rows, (row) => cost[row])]));
}

function welchDifference(x: Float64Array, y: Float64Array): Estimate | null {
  const mean = (values: Float64Array) => preciseQuotient(preciseSum(values), { high: values.length, low: 0 });
  const found = linearInference({
    treatment: mean(x),
    baseline: mean(y),
    components: [
      treatmentComponent(varianceOfMean(x), x.length - 1),
      baselineComponent(varianceOfMean(y), y.length - 1),
    ],
    satterthwaite: 'plain',
  });
  return found === null ? null : found.difference;
}
