/*
 * The regularised incomplete gamma function, both tails at once.
 *
 * Answers: the share of a gamma distribution with this shape (and scale 1) below x, and the share above.
 * Applies: gamma and chi-squared probabilities; counts that arrive at random.
 * Formula: weight = x^shape * exp(-x) / Gamma(shape), written as its peak times exp(-shape * gap), so that it
 * stays exact for shapes in the millions. Below the mean, lower tail = weight / shape *
 * (1 + x/(shape+1) + x^2/((shape+1)(shape+2)) + ...); above it, upper tail = weight * a continued fraction.
 * Source: DLMF 8.7.1 (series), 8.9.2 (fraction, every second convergent), evaluated by Lentz's method.
 * Math.log and Math.exp are V8's ports of fdlibm: the same bits on Node 20, 22 and 24.
 */

import { stirlingRemainder } from './log-gamma.js';
import { logGap } from './log-gap.js';
import type { Tails } from './tails.js';

const SMALLEST = 1e-300;
const MOST_TERMS = 1_000_000;
const SETTLED = 3e-16;
const TWO_PI = 6.283185307179586;

function series(x: number, shape: number): number {
  let term = 1;
  let sum = 1;
  for (let n = 1; n < MOST_TERMS; n += 1) {
    term *= x / (shape + n);
    sum += term;
    if (!(term > 1e-17 * sum)) return sum;
  }
  return Number.NaN;
}

function fraction(x: number, shape: number): number {
  let bottom = x + 1 - shape;
  let c = 1 / SMALLEST;
  let d = 1 / (Math.abs(bottom) < SMALLEST ? SMALLEST : bottom);
  let value = d;
  for (let n = 1; n < MOST_TERMS; n += 1) {
    const top = n * (shape - n);
    bottom += 2;
    d = top * d + bottom;
    d = 1 / (Math.abs(d) < SMALLEST ? SMALLEST : d);
    c = bottom + top / c;
    if (Math.abs(c) < SMALLEST) c = SMALLEST;
    const change = d * c;
    value *= change;
    if (!(Math.abs(change - 1) > SETTLED)) return value;
  }
  return Number.NaN;
}

/**
 * Both tails at x >= 0 for a finite shape > 0. The logarithm of a tail has an error below 1e-15 times the
 * largest of 10, its size, and the square root of the shape. NaN where the series does not settle: shapes
 * beyond 1e10.
 */
export function incompleteGamma(x: number, shape: number): Tails {
  const peak = -stirlingRemainder(shape) - 0.5 * Math.log(TWO_PI / shape);
  const logWeight = peak - shape * logGap((x - shape) / shape, x / shape);
  return x < shape + 1
    ? { side: 'lower', logWeight, ratio: series(x, shape) / shape }
    : { side: 'upper', logWeight, ratio: fraction(x, shape) };
}
