/**
 * Series whose truth is known: mean 0, variance 1, and the true variance of the mean of T values.
 *
 * Used by the calibration and by tests. Each world draws only from the generator it is given.
 */
import type { Random } from '../../src/stats/random.ts';

export interface World {
  readonly name: string;
  /** T values with mean 0 and variance 1 in truth. */
  draw(count: number, random: Random): Float64Array;
  /** T·Var(mean of T values), from the autocorrelations: Σ_|k|<T (1 − |k|/T)·ρ_k. */
  inflation(count: number): number;
}

const inflationOf = (correlation: (lag: number) => number) => (count: number) => {
  let total = 1;
  for (let k = 1; k < count; k++) total += 2 * (1 - k / count) * correlation(k);
  return total;
};

function powerOf(base: number): (lag: number) => number {
  const known = [1];
  return (lag) => {
    while (known.length <= lag) known.push(known[known.length - 1] * base);
    return known[lag];
  };
}

function drawFirstOrder(rho: number, count: number, random: Random): Float64Array {
  const fresh = Math.sqrt(1 - rho * rho);
  const values = new Float64Array(count);
  let last = random.normal();
  for (let t = 0; t < count; t++) {
    values[t] = last;
    last = rho * last + fresh * random.normal();
  }
  return values;
}

/** Each value remembers the last: rho between −1 and 1. */
export const firstOrder = (rho: number): World => ({
  name: `AR(1) ${rho}`,
  draw: (count, random) => drawFirstOrder(rho, count, random),
  inflation: inflationOf(powerOf(rho)),
});

/** Slow drift hidden in noise: 0.36 of the variance is AR(1) 0.98, 0.64 is white. */
export const slowDriftAndNoise: World = {
  name: 'slow drift + noise',
  draw: (count, random) =>
    drawFirstOrder(0.98, count, random).map((slow) => 0.6 * slow + 0.8 * random.normal()),
  inflation: inflationOf((lag) => 0.36 * powerOf98(lag)),
};
const powerOf98 = powerOf(0.98);

/** A rhythm that loses its beat: AR(2) 1.6·x₁ − 0.8·x₂, a cycle of about 14 steps. */
export const cyclic: World = {
  name: 'cyclic AR(2)',
  draw(count, random) {
    const [a, b] = [1.6, -0.8];
    const variance = (1 - b) / ((1 + b) * ((1 - b) * (1 - b) - a * a));
    const scale = 1 / Math.sqrt(variance);
    const values = new Float64Array(count);
    let [last, before] = [0, 0];
    for (let t = -200; t < count; t++) {
      const next = a * last + b * before + scale * random.normal();
      [before, last] = [last, next];
      if (t >= 0) values[t] = next;
    }
    return values;
  },
  inflation: inflationOf(
    (() => {
      const known = [1, 1.6 / 1.8];
      return (lag: number) => {
        while (known.length <= lag) known.push(1.6 * known[known.length - 1] - 0.8 * known[known.length - 2]);
        return known[lag];
      };
    })(),
  ),
};

/** Long right tail with memory: the exponential of AR(1) rho, sigma 1, brought to mean 0 and variance 1. */
export const skewed = (rho: number): World => {
  const power = powerOf(rho);
  const mean = Math.exp(0.5);
  const sd = Math.sqrt((Math.E - 1) * Math.E);
  return {
    name: `lognormal AR(1) ${rho}`,
    draw: (count, random) => drawFirstOrder(rho, count, random).map((z) => (Math.exp(z) - mean) / sd),
    inflation: inflationOf((lag) => (Math.exp(power(lag)) - 1) / (Math.E - 1)),
  };
};
