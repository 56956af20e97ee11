/*
 * Several tests of the same thing, all of which must reject.
 *
 * Answers: with the largest of several p-values, what is the interval? Applies: tests of one linear hypothesis that
 * share the estimate and differ in how they measure its uncertainty.
 * Formula: p(r) = max p_i(r), on each side; {r : p(r) > α} is the union of the sets of the single tests. Each is an
 * interval around the common estimate, so the union reaches from the lowest end to the highest. The statistic is that of
 * the test that is least sure, whose t is nearest to 0.
 * Source: union–intersection of acceptance regions, Berger 1982 (Technometrics 24:295).
 */
import type { Estimate, Interval, OneSided } from './estimate.js';

export function widest(estimates: readonly Estimate[]): Estimate {
  const statistics = estimates.flatMap(({ statistic }) => (statistic === undefined ? [] : [statistic]));
  return {
    estimate: estimates[0].estimate,
    ...(statistics.length < estimates.length
      ? {}
      : { statistic: (threshold: number) => nearest(statistics, threshold) }),
    test(threshold) {
      const tests = estimates.map((one) => one.test(threshold));
      return { above: largest(tests, 'above'), below: largest(tests, 'below') };
    },
    interval(confidence): Interval {
      let low = Number.POSITIVE_INFINITY;
      let high = Number.NEGATIVE_INFINITY;
      for (const one of estimates) {
        const interval = one.interval(confidence);
        if (interval.kind === 'unbounded') return interval;
        low = Math.min(low, interval.low);
        high = Math.max(high, interval.high);
      }
      return { kind: 'interval', low, high };
    },
  };
}

const largest = (tests: readonly OneSided[], side: keyof OneSided): number =>
  tests.reduce((most, test) => Math.max(most, test[side]), 0);

type Statistic = NonNullable<Estimate['statistic']>;

const nearest = (all: readonly Statistic[], threshold: number): ReturnType<Statistic> =>
  all
    .map((statistic) => statistic(threshold))
    .reduce((least, one) => (Math.abs(one.t) < Math.abs(least.t) ? one : least));

/** An estimate about which nothing can be said: never rejected, without ends. */
export const unanswered = (estimate: number): Estimate => ({
  estimate,
  test: () => ({ above: 1, below: 1 }),
  interval: () => ({ kind: 'interval', low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY }),
});
