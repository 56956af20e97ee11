/** Of one key nothing says how alike its attempts are: no interval, and no NaN that looks like one. */
import { expect, test } from 'vitest';
import { methods } from '../../src/compare/index.js';
import { createRandom } from '../../src/stats/random.js';
import { column, keySamples, plan } from './samples.js';

const ofOne = (events: number) => column('arm', [events], { per: [100] });

test.each([
  ['failures of one item that were the same on both arms', 3, 3],
  ['failures of one key in each arm', 3, 9],
])('%s have no interval', (_, x, y) => {
  const asked = plan({ estimand: 'proportion', proportion: true });
  const found = methods.newcombe.compare(keySamples(ofOne(x), ofOne(y)), asked, createRandom(1));
  expect(found).toEqual({ code: 'constant-data', values: { n: 1 } });
});
