/** Series with memory for tests of the compare stage. */
import type { Random } from '../../src/model/random.js';

/** Each value remembers `memory` of the last; mean 0, variance 1. */
export function drawFirstOrder(memory: number, count: number, random: Random): Float64Array {
  const fresh = Math.sqrt(1 - memory * memory);
  const values = new Float64Array(count);
  let last = random.normal();
  for (let t = 0; t < count; t++) {
    values[t] = last;
    last = memory * last + fresh * random.normal();
  }
  return values;
}
