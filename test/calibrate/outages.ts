/**
 * Failures that last: a share of all attempts fails, in outages of so many units one after the other.
 */
import type { Random } from '../../src/stats/random.ts';

export interface Outages {
  /** Units that an outage lasts; 0: failures come one by one, each attempt by itself. */
  readonly lasting: number;
  /** Share of a unit's attempts that fail in an outage, half to one and a half times as many (1: all). */
  readonly severity: number;
}

/** Failed attempts of each unit, `rate` of all of them in truth. */
export function failures(
  count: number,
  attempts: number,
  rate: number,
  { lasting, severity }: Outages,
  random: Random,
): number[] {
  if (lasting === 0) return Array.from({ length: count }, () => binomial(attempts, rate, random));
  const share = rate / severity;
  const begins = share / (lasting * (1 - share) + share);
  let left = random.uniform() < share ? 1 + random.integer(lasting) : 0;
  return Array.from({ length: count }, () => {
    if (left === 0 && random.uniform() < begins) left = lasting;
    if (left === 0) return 0;
    left -= 1;
    const some = severity >= 1 ? 1 : severity * (0.5 + random.uniform());
    return Math.min(attempts, Math.round(attempts * some));
  });
}

/** Successes of so many attempts, by the gaps between them. */
export function binomial(attempts: number, p: number, random: Random): number {
  if (!(p > 0)) return 0;
  const scale = Math.log1p(-p);
  let count = -1;
  for (let at = 0; at <= attempts; count++) at += Math.floor(Math.log(1 - random.uniform()) / scale) + 1;
  return count;
}
