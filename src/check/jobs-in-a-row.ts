/**
 * Were jobs that a router gave to two arms of the same kind, where it may have given one arm many in a row?
 *
 * Answers: p of `unlike` over jobs as independent draws; where that would fail, and sizes run on, the larger p of it and of the
 * correlation of arm and size as two series. Applies: jobs that arms name for themselves, each with its time.
 * Formula: r of arm (0, 1) and rank of the size; two series with autocorrelations ρ_a(k) and ρ_v(k) that have nothing to do with
 * each other have n_eff = n ÷ (1 + 2Σρ_a(k)·ρ_v(k)) independent pairs, summed while neighbouring terms are positive (Geyer);
 * t = r·√((n_eff − 2)/(1 − r²)) with n_eff − 2 degrees. Where each job is assigned by itself ρ_a is 0, and n_eff is n.
 * Measured, log-normal sizes with AR(1) 0.9, 1,000 runs: ten in a row to one arm by one coin, 200 jobs: jobs alone call 25 % of alike
 * arms unlike, this none; larger ones to one arm in nine of ten cases: 94.5 % found (test/check/covariate-balance.test.ts).
 * Sources: Bartlett 1935 (JRSS 98:536); Bayley and Hammersley 1946 (JRSS Supplement 8:184); Geyer 1992.
 */
import type { ArmColumn } from '../model/evidence.js';
import { type Reason, reason } from '../model/reason.js';
import { neighbours } from '../stats/neighbours.js';
import { studentTSurvival } from '../stats/student-t.js';
import { momentsOf } from './moments.js';
import { unlike } from './unlike.js';

interface Job {
  readonly arm: 0 | 1;
  readonly start: number;
  readonly value: number;
}

/** Null: fewer than `least` jobs of an arm. `limit`: a smaller p fails. A reason: jobs differ, which may be the hour. */
export function unlikeJobs(
  arms: readonly [ArmColumn, ArmColumn],
  valuesOf: (column: ArmColumn) => ArrayLike<number>,
  { least, limit }: { readonly least: number; readonly limit: number },
): number | Reason | null {
  const jobs = arms.flatMap((column, arm): Job[] =>
    Array.from(valuesOf(column), (value, i) => ({ arm: arm as 0 | 1, start: column.start[i], value })).filter(
      ({ value }) => Number.isFinite(value),
    ),
  );
  const of = (arm: 0 | 1) => jobs.filter((job) => job.arm === arm).map(({ value }) => value);
  const byJob = unlike(of(0), of(1), least);
  if (byJob === null || byJob >= limit) return byJob;
  const inTime = jobs.toSorted((a, b) => a.start - b.start);
  const sizes = centred(ranksOf(inTime));
  if (!neighbours(sizes).alike) return byJob;
  const { p, independent } = asSeries(centred(inTime.map(({ arm }) => arm)), sizes);
  return p < limit
    ? Math.max(byJob, p)
    : reason('covariate-jobs-in-a-row', { jobs: jobs.length, independent });
}

const centred = (values: readonly number[]): Float64Array => {
  const { mean } = momentsOf(values);
  return Float64Array.from(values, (value) => value - mean);
};

/** Ties in order of time. */
function ranksOf(jobs: readonly Job[]): number[] {
  const ranks = new Array<number>(jobs.length);
  const order = [...jobs.keys()].sort((i, j) => jobs[i].value - jobs[j].value || i - j);
  order.forEach((job, rank) => {
    ranks[job] = rank;
  });
  return ranks;
}

/** p, two-sided, that series which are both centred are not correlated, and how many independent pairs they hold. */
function asSeries(a: Float64Array, v: Float64Array): { readonly p: number; readonly independent: number } {
  const n = a.length;
  const lagged = (x: Float64Array, y: Float64Array, lag: number) => {
    let sum = 0;
    for (let t = lag; t < n; t++) sum += x[t] * y[t - lag];
    return sum;
  };
  const [ofA, ofV] = [lagged(a, a, 0), lagged(v, v, 0)];
  const both = (lag: number) => (lagged(a, a, lag) / ofA) * (lagged(v, v, lag) / ofV);
  let design = 1;
  for (let lag = 1; lag + 1 < n; lag += 2) {
    const pair = both(lag) + both(lag + 1);
    if (!(pair > 0)) break;
    design += 2 * pair;
  }
  const independent = n / design;
  const r = lagged(a, v, 0) / Math.sqrt(ofA * ofV);
  const df = independent - 2;
  if (!(df > 0)) return { p: 1, independent };
  const t = Math.abs(r) * Math.sqrt(df / Math.max(0, 1 - r * r));
  return { p: Math.min(1, 2 * studentTSurvival(t, df)), independent };
}
