/** Small pictures for the checks that are easier to see than to read: shares, gaps, memory. */
import type { CheckResult } from '../../model/decision.js';
import type { Report } from '../../model/report.js';
import { barChart } from '../charts/bars.js';
import { gapsChart } from '../charts/gaps.js';
import { memoryChart } from '../charts/memory.js';
import { count, duration, number, plural } from '../format.js';
import { armIndex } from './arms.js';
import { metricOf } from './held.js';

const numbers = (value: unknown): readonly number[] | null =>
  Array.isArray(value) && value.every((x) => typeof x === 'number') ? value : null;
const texts = (value: unknown): readonly string[] | null =>
  Array.isArray(value) && value.every((x) => typeof x === 'string') ? value : null;

/** What came to each arm, against what it should have been. */
const shares = ({ saw }: CheckResult, id: string, report: Report): string | null => {
  const arms = texts(saw.values.arms);
  const counts = numbers(saw.values.counts);
  if (arms === null || counts === null || counts.length !== arms.length) return null;
  const total = counts.reduce((sum, n) => sum + n, 0);
  const declared = numbers(saw.values.shares);
  const sum = (declared ?? []).reduce((all, share) => all + share, 0);
  const expected =
    numbers(saw.values.planned) ??
    (declared === null || sum <= 0 ? null : declared.map((s) => (s / sum) * total));
  return barChart({
    id,
    title: 'What came to each arm',
    description: arms.map((arm, i) => `${arm} ${count(counts[i])}`).join(', '),
    arms: [{ index: 0, title: '' }],
    rows: arms.map((arm, i) => ({
      name: arm,
      index: armIndex(report, arm),
      bars: [
        {
          value: counts[i],
          text: expected === null ? count(counts[i]) : `${count(counts[i])} of ${number(expected[i])}`,
          ...(expected === null ? {} : { expected: expected[i] }),
        },
      ],
    })),
  }).narrow;
};

const gaps = ({ scope }: CheckResult, id: string, report: Report): string | null => {
  const series = metricOf(report, scope)?.series;
  if (series === undefined || series.gaps.length === 0) return null;
  const { arms } = report.experiment;
  const own = (arm: string) => series.gaps.filter((gap) => gap.arm === arm);
  return gapsChart({
    id,
    title: 'Where values are missing',
    description: arms
      .map(({ name }) => {
        const missing = own(name).reduce((sum, { startMs, endMs }) => sum + endMs - startMs, 0);
        return `${name}: ${plural(own(name).length, 'gap')}, ${duration(missing)}`;
      })
      .join('; '),
    fromMs: series.fromMs,
    toMs: series.toMs,
    arms: arms.map(({ name }, index) => ({ index, title: name, gaps: own(name) })),
  });
};

const memory = ({ scope }: CheckResult, id: string, report: Report): string | null => {
  const metric = metricOf(report, scope);
  const found = metric?.series?.memory[0];
  if (metric === undefined || found === undefined) return null;
  return memoryChart({
    id,
    title: `How long ${metric.title} remembers itself`,
    description: `Autocorrelation of the difference in buckets of ${duration(metric.series?.bucketMs)}: ${found.lags
      .slice(1, 4)
      .map((value) => number(value, 2))
      .join(', ')} at 1, 2, 3 buckets; white noise stays in the shaded band`,
    index: armIndex(report, found.treatment),
    buckets: found.buckets,
    lags: found.lags,
  });
};

const pictures: Readonly<Record<string, (result: CheckResult, id: string, report: Report) => string | null>> =
  {
    'sample-ratio': shares,
    coverage: gaps,
    'effective-n': memory,
  };

/** Null where a sentence says all. */
export const checkPicture = (result: CheckResult, id: string, report: Report): string | null =>
  Object.hasOwn(pictures, result.check) ? pictures[result.check](result, id, report) : null;
