import type { Method } from '../../model/ports.js';
import { pairedInference } from '../paired.js';

/** Companion of the stratified delta method. */
export const jackknife: Method = {
  title: 'Jackknife of a ratio, stratified by item',
  formula:
    'Each block is left out in turn, its weight going to the other repeats of its item; the spread of the estimates without it replaces the delta variance. Where both agree, no single block carries the result.',
  source: 'Jones 1974, Biometrika 61:343',
  minimumUnits: 5,
  compare: (samples, plan) =>
    pairedInference(samples, plan, { items: 'strata', ratio: 'jackknife', degrees: 'declared' }),
};
