import { expect, test } from 'vitest';
import { binomialCdf, binomialSurvival } from '../../src/stats/binomial.js';
import { neighbours } from '../../src/stats/neighbours.js';
import { createRandom } from '../../src/stats/random.js';

test('the correlation with the next is Σd·d₊₁ ÷ Σd² (by hand), and nothing that does not vary is alike', () => {
  // −1·−1 + −1·1 + 1·1 = 1, of 4.
  expect(neighbours(Float64Array.of(-1, -1, 1, 1))).toEqual({ correlation: 0.25, alike: false });
  expect(neighbours(new Float64Array(20))).toEqual({ correlation: 0, alike: false });
  const halves = Float64Array.from({ length: 40 }, (_, i) => (i < 20 ? 1 : -1));
  expect(neighbours(halves)).toEqual({ correlation: 37 / 40, alike: true });
});

test('independent values are called alike in about one of twenty', () => {
  const random = createRandom(3, 'neighbours');
  const runs = 2000;
  let alike = 0;
  for (let k = 0; k < runs; k++)
    if (neighbours(Float64Array.from({ length: 60 }, () => random.normal())).alike) alike++;
  expect(binomialSurvival(alike - 1, runs, 0.06)).toBeGreaterThan(0.0005);
  expect(binomialCdf(alike, runs, 0.035)).toBeGreaterThan(0.0005);
});
