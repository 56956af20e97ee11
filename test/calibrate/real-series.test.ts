/** On series that were really measured: how often a change is claimed where nothing was changed. */
import { expect, test } from 'vitest';
import { binomialSurvival } from '../../src/stats/binomial.ts';
import { createRandom } from '../../src/stats/random.ts';
import { hasRealData, type RealRow, realSeriesTable } from './real-series.ts';

const there = hasRealData();
if (!there) console.warn('SKIPPED: the real series of ../shared/data (nab-aws, omb-confluent) are not there');

/** False unless more claims than this share are implausible (99.9 %). */
const atMost = ({ claimed, runs }: RealRow, share: number): boolean =>
  binomialSurvival(Math.round(claimed * runs) - 1, runs, share) >= 0.0005;

test.skipIf(!there)('real series: few false claims where the plain test makes many', () => {
  const rows = realSeriesTable(20, createRandom(1, 'real-series'));
  if (process.env.CALIBRATE !== undefined) console.table(rows);
  const of = (start: string) => rows.filter(({ what }) => what.startsWith(start));
  // What randomisation and the gate promise.
  for (const row of of('random slots')) {
    expect(atMost(row, 0.05), `${row.what}: ${row.claimed}`).toBe(true);
    expect(row.answered, row.what).toBeGreaterThan(0.95);
  }
  const [run] = of('first against second half');
  expect(run.plain).toBeCloseTo(0.32, 2);
  expect(atMost(run, 0.05), `${run.what}: ${run.claimed}`).toBe(true);
  // Levels of real series move: before/after errs less than the plain test, not at 5 %, and so never adopts.
  const before = of('before/after');
  expect(before.map(({ plain }) => plain > 0.12)).toEqual([true, true, true]);
  for (const row of before) expect(row.claimed / row.plain, row.what).toBeLessThan(0.4);
  // A sawtooth of period 2 is an effect to whoever alternates strictly, whatever the test: arms change places at random.
  expect(of('strictly alternating')[0].claimed).toBeGreaterThan(0.1);
});
