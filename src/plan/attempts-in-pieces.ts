/**
 * What one arm's pieces of the run allow its proportion to be known by, of keys that a source or a tap names: independent
 * attempts in a run so many times as long, and the degrees of freedom of that. As the verdict counts (decide/one-in-course.ts).
 */
import type { Course } from '../model/evidence.js';
import { rareEvents, worthWithoutOutage } from '../stats/event-clusters.js';
import { neighbours } from '../stats/neighbours.js';
import { ratioColumn } from '../stats/series-column.js';
import { ENOUGH_CLUSTERS } from './failures-by-key.js';

export interface Attempts {
  readonly n: number;
  readonly df: number;
}

export function attemptsInPieces(
  { value, per, spanMs }: Course,
  outageMs: number | undefined,
): (times: number) => Attempts {
  const endless = Number.POSITIVE_INFINITY;
  const unseen = (times: number): Attempts => ({
    n: worthWithoutOutage(value.length, spanMs * times, outageMs),
    df: endless,
  });
  const series = ratioColumn(value, per);
  if (series === null) return unseen;
  const p = series.value.high;
  if (p === 0 || p === 1) return unseen;
  const rare = rareEvents([{ events: value, attempts: per }], 'taken out');
  if (rare === null) {
    const pieces = piecesWorth(p, series.deviation);
    return (times) => ({ n: pieces * times, df: endless });
  }
  const { clusters, arms } = rare;
  return (times) => {
    const counted = { n: arms[0].n * times, df: Math.max(1, clusters * times - 1) };
    const few = unseen(times);
    return clusters * times < ENOUGH_CLUSTERS && few.n < counted.n ? few : counted;
  };
}

/** Attempts one by one that would scatter as the pieces do. */
function piecesWorth(p: number, deviation: Float64Array): number {
  const n = deviation.length;
  const { alike, correlation } = neighbours(deviation);
  const tau = alike ? (1 + correlation) / (1 - correlation) : 1;
  const variance = deviation.reduce((sum, d) => sum + d * d, 0) / (n * (n - 1));
  return (p * (1 - p)) / (variance * tau);
}
