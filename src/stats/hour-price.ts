/*
 * What an hour saved costs, and what it is worth.
 *
 * Answers: the price of an hour saved, ΔC/H with ΔC the extra cost and H the hours saved of the treatment on the same
 * work, as the set of prices that fit the data; and the net benefit λ·H − ΔC where an hour is worth λ. Applies: "faster
 * but dearer" (and "cheaper but slower": then it is the money saved per hour lost, the same quotient).
 * Formula: both are the linear form ΔC − λ·H with the joint variance of costs and hours of the same units: the price set
 * is Fieller's {λ : |ΔC − λH| ≤ t·SE(λ)}, cut to prices of 0 and above; the net benefit's test at 0 is the test of the
 * price at λ, so "the price is certainly below λ" and "the net benefit is certainly above 0" are one sentence.
 * Source: Willan and O'Brien 1996 (Health Economics 5:297); Fieller 1954; STATISTICS.md §7.
 */
import { type Reason, reason } from '../model/reason.js';
import { acceptedSegments, type Segment } from './accepted-set.js';
import { type Precise, preciseScale } from './double-double.js';
import { type Estimate, type OneSided, tailOutside } from './estimate.js';
import { type LinearEstimates, linearInference } from './linear-inference.js';
import { studentTest } from './student-estimate.js';
import { satterthwaite, type VarianceComponent } from './variance-component.js';

/** Extra cost and hours saved, with the parts of Var(ΔC − λ·H) (`jointComponent` of cost and hours residuals). */
export interface CostAndHours {
  readonly extraCost: Precise;
  readonly hoursSaved: Precise;
  readonly components: readonly VarianceComponent[];
}

export interface HourPrice {
  /** ΔC/H: meaningful where both have the same sign, else one arm is better in both; null where H is 0. */
  readonly estimate: number | null;
  /** Prices ≥ 0 that are not rejected: no piece, one, or two; `endsAfter`: without an upper end. */
  set(confidence: number): readonly Segment[];
  /** λ·H − ΔC in money, positive where the treatment pays; null where it does not vary. */
  netBenefit(hourValue: number): Estimate | null;
}

/**
 * The price of an hour saved: extra cost ÷ hours saved, with the set of prices that are not rejected.
 *
 * @param estimates extra cost (money) and hours saved (h) as `{ high, low }` double-doubles, with the parts of
 *   Var(ΔC − λ·H) (`jointComponent` of cost and hours residuals)
 * @returns estimate, Fieller set, net benefit at an hour's value; or a Reason; never throws on data
 * @example
 * ```ts
 * const cost = Float64Array.of(1, -2, 0.5, 1.5, -1);
 * const hours = Float64Array.of(0.2, 0.1, -0.3, 0.1, -0.1);
 * const exact = (high: number) => ({ high, low: 0 });
 * const found = hourPrice({ extraCost: exact(40), hoursSaved: exact(2), components: [jointComponent(cost, hours, 0.25, 4)] });
 * if ('code' in found) throw new Error(found.code);
 * found.estimate; // → 20
 * found.netBenefit(30)?.estimate; // → 20
 * ```
 */
export function hourPrice(estimates: CostAndHours): HourPrice | Reason {
  const { extraCost, hoursSaved, components } = estimates;
  const test = (price: number): OneSided => {
    const variances = components.map((component) => component.at(price));
    const degrees = components.map((component) => component.df(price));
    const standardError = Math.sqrt(variances.reduce((sum, v) => sum + v, 0));
    const df = satterthwaite(variances, degrees, 'plain');
    return studentTest(extraCost.high - price * hoursSaved.high, { standardError, df });
  };
  const varies = (price: number) => components.some((component) => component.at(price) > 0);
  if (!varies(0) && !components.some((component) => component.baseline > 0))
    return reason('constant-data', { n: 1 });
  const estimate = hoursSaved.high === 0 ? null : extraCost.high / hoursSaved.high;
  return {
    estimate,
    set: (confidence) =>
      pricesNotRejected(
        (price) => (varies(price) ? test(price) : null),
        {
          extraCost: extraCost.high,
          hoursSaved: hoursSaved.high,
          costScale: Math.sqrt(components.reduce((sum, c) => sum + c.at(0), 0)),
          hoursScale: Math.sqrt(components.reduce((sum, c) => sum + c.baseline, 0)),
        },
        confidence,
      ),
    netBenefit: (hourValue) => netBenefit(estimates, hourValue),
  };
}

export interface PriceScale {
  readonly extraCost: number;
  readonly hoursSaved: number;
  /** Standard errors of the two. */
  readonly costScale: number;
  readonly hoursScale: number;
}

/**
 * Prices of an hour ≥ 0 that a test does not reject, whatever test of "extra cost = price × hours saved" it is, in
 * whatever design. `test` null: nothing varies at that price, so only the price that fits exactly is left.
 * `step`: quotient of neighbouring prices that are asked; larger where a test costs much.
 */
export function pricesNotRejected(
  test: (price: number) => OneSided | null,
  scale: PriceScale,
  confidence: number,
  step = 1.08,
): readonly Segment[] {
  const tail = tailOutside(confidence);
  const accepted = (price: number) => {
    const p = test(price);
    return p === null ? scale.extraCost === price * scale.hoursSaved : Math.min(p.above, p.below) > tail;
  };
  return acceptedSegments(accepted, prices(scale, step));
}

/** 0, then prices from far below to far above the scale of the data, and the estimate. */
function prices({ extraCost, hoursSaved, costScale, hoursScale }: PriceScale, step: number): Float64Array {
  const scale = (Math.abs(extraCost) + costScale) / (Math.abs(hoursSaved) + hoursScale);
  const estimate = hoursSaved === 0 ? 0 : extraCost / hoursSaved;
  const grid = [0];
  if (scale > 0) for (let price = scale * 2 ** -30; price < scale * 2 ** 40; price *= step) grid.push(price);
  if (estimate > 0) grid.push(estimate);
  return Float64Array.from(grid).sort();
}

function netBenefit(estimates: CostAndHours, hourValue: number): Estimate | null {
  const { extraCost, hoursSaved, components } = estimates;
  const form: LinearEstimates = {
    treatment: preciseScale(hoursSaved, hourValue),
    baseline: extraCost,
    components: components.map((component) => ({
      df: () => component.df(hourValue),
      at: () => component.at(hourValue),
      covariance: () => 0,
      baseline: component.at(0),
    })),
    satterthwaite: 'plain',
  };
  const found = linearInference(form);
  return found === null ? null : found.difference;
}
