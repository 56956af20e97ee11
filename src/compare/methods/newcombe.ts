import type { Inference } from '../../model/effect.js';
import type { Method } from '../../model/ports.js';
import { reason } from '../../model/reason.js';
import { preciseSum } from '../../stats/double-double.js';
import { newcombe } from '../../stats/newcombe.js';
import { square, sumOver } from '../../stats/variance-component.js';
import { bothArms, ratioOf } from '../by-key.js';
import { withFailuresInKeys } from '../failures-in-keys.js';
import { unvaried, worthOfUnvaried } from '../keys-without-failure.js';
import type { Measured } from '../measures.js';

/**
 * By key: proportions. Measured over 5–40 keys an arm, 0.2–20 % events, intraclass correlation 0 and 0.05: each
 * arm's own design effect with the normal distribution claims up to 14 % at 5 % (10 keys); the larger intraclass
 * correlation of both arms with Student t claims at most 3.1 %.
 */
export const newcombeByKey: Method = {
  title: 'Newcombe interval on attempts ÷ design effect',
  formula:
    'Attempts of each arm are divided by their design effect 1 + ρ(Σm²/Σm − 1): ρ, how alike attempts of one key are, is the larger of both arms’ estimates from the delta variance over keys, never below 0; without any event it is 1. Wilson intervals on what is left are combined by Newcombe’s method 10, with Student t of nₓ + nᵧ − 2 keys in place of the normal distribution (which stays where each key is one attempt). Keys that trials worked on one after the other must hold on clusters of failures in time as well, as interleaved blocks do; without any failure their number is divided by 20. Keys that a source or a tap names must hold on 240 pieces of the run with equal traffic as well: rare failures on their clusters, frequent ones as pairs of pieces, and as a series where neighbours are alike; without any failure the run is worth 12 attempts.',
  source:
    'Newcombe 1998, Statistics in Medicine 17:873; Donner and Zou 2012; design effect: Kish 1965; Korn and Graubard 1998',
  minimumUnits: 5,
  compare(samples, plan) {
    const arms = bothArms(samples, plan);
    if ('code' in arms) return arms;
    const x = clustered(arms[0]);
    const y = clustered(arms[1]);
    if (x === null) return reason('denominator-not-positive', { arm: samples.treatment.arm });
    if (y === null) return reason('denominator-not-positive', { arm: samples.baseline.arm });
    const have = Math.min(x.keys, y.keys);
    // One key has no spread: nothing says how alike its attempts are.
    if (have < 2) return reason('constant-data', { n: have });
    const single = x.size === 1 && y.size === 1;
    const known = [x.alike, y.alike].filter((rho) => rho !== null);
    const rho = known.length === 0 ? 1 : Math.max(0, ...known);
    const df = single ? Number.POSITIVE_INFINITY : x.keys + y.keys - 2;
    const without = x.p === y.p && (x.p === 0 || x.p === 1);
    const effective = ({ p, attempts, size }: Clustered) => {
      const n = attempts / (1 + rho * (size - 1));
      return { p, n: without ? worthOfUnvaried(samples, n, plan) : n };
    };
    const found: Inference = {
      ...newcombe(effective(x), effective(y), df),
      treatmentValue: x.p * plan.times,
      baselineValue: y.p * plan.times,
      df,
      details: {
        'treatment keys': x.keys,
        'baseline keys': y.keys,
        'intraclass correlation': single ? 0 : rho,
        'treatment design effect': 1 + rho * (x.size - 1),
        'baseline design effect': 1 + rho * (y.size - 1),
      },
      warnings: without || (known.length === 0 && !single) ? [unvaried(samples, x, y, plan)] : [],
    };
    return withFailuresInKeys(found, samples, plan);
  },
};

interface Clustered {
  readonly p: number;
  readonly attempts: number;
  readonly keys: number;
  /** Σm²/Σm: attempts of the key that a random attempt belongs to. */
  readonly size: number;
  /** Intraclass correlation; null where there are no events, or nothing but events. */
  readonly alike: number | null;
}

function clustered(rows: Measured): Clustered | null {
  const estimate = ratioOf(rows, 1, 'delta');
  if (estimate === null || rows.per === null) return null;
  const attempts = preciseSum(rows.per).high;
  const p = estimate.value.high;
  const size = sumOver(rows.per, square) / attempts;
  const binomial = (p * (1 - p)) / attempts;
  const alike =
    binomial > 0 && size > 1 ? Math.min(1, (estimate.variance / binomial - 1) / (size - 1)) : null;
  return { p, attempts, keys: estimate.n, size, alike };
}
