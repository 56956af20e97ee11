/**
 * Proportions of a ramp by key: each arm's combined proportion as so many independent attempts, for Newcombe's interval.
 *
 * The delta variance of an arm in which few keys failed, or none, knows nothing of those that could have: 20 attempts
 * without a failure would be as sure as 2,000.
 * Attempts of stage h (D_h of them) count with the weight W_h/D_h. Were all independent, they would be as many as
 * 1/Σ W_h²/D_h alike ones; if those of a key were all one, as 1/Σ_k t_k² with t_k the weight of key k. How far between
 * the two, ρ, is told by the variance over keys: the larger of both arms counts, and 1 where neither has an event.
 * One stage: the design effect 1 + ρ(Σm²/Σm − 1) of methods/newcombe.ts.
 * Source: Kish 1965; Korn and Graubard 1998.
 */
import { membersOf } from '../stats/strata.js';
import type { Stage } from './stages.js';

export interface StagedArm {
  readonly p: number;
  /** 1/n were all attempts independent, and were a key one attempt. */
  readonly apart: number;
  readonly together: number;
  /** Between the two, 0 … 1; null where nothing varies, or where each key is one attempt. */
  readonly alike: number | null;
  readonly keys: number;
}

export interface KeyedArm {
  readonly value: number;
  /** Of the combined proportion, over keys. */
  readonly variance: number;
  readonly keys: number;
}

/** `per`: attempts of each row. `item`: its key. */
export function stagedArm(
  stages: readonly Stage[],
  arm: 'treatment' | 'baseline',
  { per, item }: { readonly per: Float64Array; readonly item: readonly string[] },
  { value, variance, keys }: KeyedArm,
): StagedArm {
  const p = Math.min(1, Math.max(0, value));
  const apart = stages.reduce((sum, { weight, [arm]: own }) => sum + (weight * weight) / own.work, 0);
  const rows = stages.flatMap(({ weight, [arm]: own }) =>
    own.rows.map((row) => ({ key: item[row], weight: (weight * per[row]) / own.work })),
  );
  const groups = membersOf(
    rows.map(({ key }) => key),
    rows.length,
  );
  const together = groups.reduce((sum, members) => {
    const t = members.reduce((all, i) => all + rows[i].weight, 0);
    return sum + t * t;
  }, 0);
  const binomial = p * (1 - p);
  const room = together - apart;
  const isVaried = binomial > 0 && room > 1e-12 * together;
  const alike = isVaried ? Math.min(1, (variance / binomial - apart) / room) : null;
  return { p, apart, together, alike, keys };
}

/** Independent attempts of each arm, and the intraclass correlation that both are given. */
export function independentAttempts(x: StagedArm, y: StagedArm) {
  const known = [x.alike, y.alike].filter((rho) => rho !== null);
  const rho = known.length === 0 ? 1 : Math.max(0, ...known);
  const n = ({ apart, together }: StagedArm) => 1 / (apart + rho * Math.max(0, together - apart));
  return { rho, isKnown: known.length > 0, x: { p: x.p, n: n(x) }, y: { p: y.p, n: n(y) } };
}
