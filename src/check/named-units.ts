/** Which observations are of a unit that was assigned: a key, a batch. Time buckets and shared costs are on every arm. */
import type { Observation } from '../model/evidence.js';

/** What sources call an interval of time of which they give the total. */
const bucketName = /^\d{4}-\d\d-\d\dT[\d:.]+Z$/u;

export const isOfNamedUnit = ({ unit, start, end, labels }: Observation): boolean =>
  unit !== '' && !(end > start && bucketName.test(unit)) && !Object.hasOwn(labels, 'shared');
