/*
 * Every distribution function against 8,851 values computed with 60 digits (mpmath), tails down to 1e-300.
 * The values and the script that made them lie beside this file.
 */

import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { betaCdf, betaQuantile, betaSurvival, betaSurvivalQuantile } from '../../src/stats/beta.ts';
import {
  chiSquaredCdf,
  chiSquaredQuantile,
  chiSquaredSurvival,
  chiSquaredSurvivalQuantile,
} from '../../src/stats/chi-squared.ts';
import { fCdf, fQuantile, fSurvival, fSurvivalQuantile } from '../../src/stats/f.ts';
import { gammaCdf, gammaQuantile, gammaSurvival, gammaSurvivalQuantile } from '../../src/stats/gamma.ts';
import { normalCdf, normalQuantile, normalSurvival, normalSurvivalQuantile } from '../../src/stats/normal.ts';
import {
  studentTCdf,
  studentTQuantile,
  studentTSurvival,
  studentTSurvivalQuantile,
} from '../../src/stats/student-t.ts';

type Distribution = (x: number, first: number, second: number) => number;
type Row = [reference: string, x: number, first: number, second: number];

const reference: Record<string, Row[]> = JSON.parse(
  gunzipSync(readFileSync(new URL('distributions.reference.json.gz', import.meta.url))).toString(),
);

/** Each function with the group of the file that it must reproduce; `largest` was measured and rounded up. */
const owed: [name: string, group: string, answer: Distribution, largest: number][] = [
  ['normalCdf', 'normal.cdf', normalCdf, 1e-15],
  ['normalSurvival, mirrored', 'normal.cdf', (z) => normalSurvival(-z), 1e-15],
  ['normalQuantile', 'normal.quantile', normalQuantile, 1e-15],
  ['normalSurvivalQuantile, mirrored', 'normal.quantile', (p) => -normalSurvivalQuantile(p), 1e-15],
  ['studentTCdf below zero', 't.cdf', studentTCdf, 1e-12],
  ['studentTCdf above zero', 't.cdfpos', studentTCdf, 1e-14],
  ['studentTSurvival, mirrored', 't.cdf', (t, df) => studentTSurvival(-t, df), 1e-12],
  ['studentTQuantile', 't.quantile', studentTQuantile, 1e-12],
  ['studentTSurvivalQuantile, mirrored', 't.quantile', (p, df) => -studentTSurvivalQuantile(p, df), 1e-12],
  ['chiSquaredCdf', 'chisq.cdf', chiSquaredCdf, 1e-12],
  ['chiSquaredSurvival', 'chisq.sf', chiSquaredSurvival, 1e-12],
  ['chiSquaredQuantile', 'chisq.quantile', chiSquaredQuantile, 1e-13],
  ['chiSquaredSurvivalQuantile', 'chisq.isf', chiSquaredSurvivalQuantile, 1e-13],
  ['gammaCdf with scale 4', 'chisq.cdf', (x, df) => gammaCdf(2 * x, df / 2, 4), 1e-12],
  ['gammaSurvival with scale 4', 'chisq.sf', (x, df) => gammaSurvival(2 * x, df / 2, 4), 1e-12],
  ['gammaQuantile with scale 4', 'chisq.quantile', (p, df) => gammaQuantile(p, df / 2, 4) / 2, 1e-13],
  [
    'gammaSurvivalQuantile with scale 4',
    'chisq.isf',
    (p, df) => gammaSurvivalQuantile(p, df / 2, 4) / 2,
    1e-13,
  ],
  ['fCdf', 'f.cdf', fCdf, 1e-12],
  ['fSurvival', 'f.sf', fSurvival, 1e-12],
  ['fQuantile', 'f.quantile', fQuantile, 1e-13],
  ['fSurvivalQuantile', 'f.isf', fSurvivalQuantile, 1e-13],
  ['betaCdf', 'beta.cdf', betaCdf, 1e-12],
  ['betaSurvival', 'beta.sf', betaSurvival, 1e-12],
  ['betaQuantile', 'beta.quantile', betaQuantile, 1e-12],
];

describe('the distribution functions', () => {
  test('are held against all 8,851 reference values', () => {
    const groups = new Set(owed.map(([, group]) => group));
    expect([...groups].sort()).toEqual(Object.keys(reference).sort());
    expect(Object.values(reference).flat()).toHaveLength(8851);
  });

  test.each(owed)('%s agrees with every value of %s', (_name, group, answer, largest) => {
    let worst = { error: 0, args: [] as number[], computed: 0, expected: '' };
    for (const [expected, x, first, second] of reference[group]) {
      const computed = answer(x, first, second);
      const error = Math.abs(computed / Number(expected) - 1);
      if (!(error <= worst.error)) worst = { error, args: [x, first, second], computed, expected };
    }
    expect(largest).toBeLessThanOrEqual(1e-10);
    expect(worst.error, `worst case: ${JSON.stringify(worst)}`).toBeLessThan(largest);
  });

  test('betaSurvivalQuantile inverts betaSurvival at every beta value of the file', () => {
    for (const [expected, p, a, b] of reference['beta.quantile']) {
      // The upper quantile of the mirrored distribution is 1 - x: compared where that is not a rounding of 1.
      const x = Number(expected);
      if (x < 0.5) continue;
      const relative = Math.abs(betaSurvivalQuantile(p, b, a) / (1 - x) - 1);
      expect(relative, `${p}, ${a}, ${b}`).toBeLessThan(1e-12 + 2e-16 / (1 - x));
    }
  });

  // Run on Node 20, 22 and 24: one digest means the same bits on all of them. A change of a formula moves it.
  test('give the same bits on every version of Node', () => {
    const results = owed.flatMap(([, group, answer]) =>
      reference[group].map(([, x, first, second]) => answer(x, first, second)),
    );
    const digest = createHash('sha256')
      .update(Buffer.from(Float64Array.from(results).buffer))
      .digest('hex');
    expect(results).toHaveLength(11064);
    expect(digest).toBe('42b8688df092bb930a873f6be51d6dea222c8934191010e94a55cc1175ccf365');
  });
});
