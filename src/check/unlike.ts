/**
 * Do two arms differ in what they worked on? The smaller p, two-sided, of Wilcoxon's rank sum with ties (normal: a shift
 * anywhere) and of Welch's t on the values (the load: a few huge jobs carry it and barely move the ranks).
 * Sources: Wilcoxon 1945; Lehmann, Nonparametrics, 1975 (ties); Welch 1947.
 */
import { normalSurvival } from '../stats/normal.js';
import { studentTSurvival } from '../stats/student-t.js';
import { momentsOf } from './moments.js';

/** `least`: units of each arm below which there is no answer: null. p in 0 … 1; finite values. */
export const unlike = (x: readonly number[], y: readonly number[], least: number): number | null =>
  Math.min(x.length, y.length) < least ? null : Math.min(rankSum(x, y), welch(x, y));

function rankSum(x: readonly number[], y: readonly number[]): number {
  const n = x.length + y.length;
  const all = [
    ...x.map((value) => ({ value, own: true })),
    ...y.map((value) => ({ value, own: false })),
  ].toSorted((a, b) => a.value - b.value);
  let ranks = 0;
  let ties = 0;
  for (let i = 0; i < n; ) {
    let j = i;
    while (j < n && all[j].value === all[i].value) j += 1;
    const tied = j - i;
    ties += tied * (tied * tied - 1);
    for (let k = i; k < j; k += 1) if (all[k].own) ranks += (i + j + 1) / 2;
    i = j;
  }
  const variance = ((x.length * y.length) / 12) * (n + 1 - ties / (n * (n - 1)));
  if (!(variance > 0)) return 1;
  const z = (ranks - (x.length * (n + 1)) / 2) / Math.sqrt(variance);
  return Math.min(1, 2 * normalSurvival(Math.abs(z)));
}

function welch(x: readonly number[], y: readonly number[]): number {
  const [mx, my] = [momentsOf(x), momentsOf(y)];
  const [vx, vy] = [mx.variance / mx.n, my.variance / my.n];
  const error = Math.sqrt(vx + vy);
  if (!(error > 0)) return mx.mean === my.mean ? 1 : 0;
  const df = ((vx + vy) * (vx + vy)) / ((vx * vx) / (mx.n - 1) + (vy * vy) / (my.n - 1));
  return Math.min(1, 2 * studentTSurvival(Math.abs((mx.mean - my.mean) / error), df));
}
