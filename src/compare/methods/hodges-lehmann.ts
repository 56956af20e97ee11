import type { ComparePlan, Inference } from '../../model/effect.js';
import type { ArmColumn } from '../../model/evidence.js';
import type { Method } from '../../model/ports.js';
import type { Reason } from '../../model/reason.js';
import { exponentialEstimate } from '../../stats/exponential-estimate.js';
import { hodgesLehmann as shift } from '../../stats/hodges-lehmann.js';
import { mannWhitney } from '../../stats/mann-whitney.js';
import { normalSurvivalQuantile } from '../../stats/normal.js';
import { keys } from '../by-key.js';
import { relativeLogs } from '../logs.js';

/** By key: by how much is one arm's distribution shifted against the other's? Never for costs. */
export const hodgesLehmann: Method = {
  title: 'Hodges–Lehmann shift with the Mann–Whitney test',
  formula:
    'The median of all differences between keys of the treatment and of the baseline; of logarithms for the ratio. The interval is every shift that the rank sum test does not reject, exact for small samples; ties count against rejection. It is about the place of a distribution, not about totals: a few huge units do not move it.',
  source:
    'Hodges and Lehmann 1963, Annals of Mathematical Statistics 34:598; Mann and Whitney 1947; Lehmann, Nonparametrics, 1975',
  minimumUnits: 5,
  compare(samples, plan): Inference | Reason {
    const x = valuesOf(samples.treatment, plan);
    if ('code' in x) return x;
    const y = valuesOf(samples.baseline, plan);
    if ('code' in y) return y;
    const found = shift(x, y);
    if ('code' in found) return found;
    const ranks = mannWhitney(x, y);
    const least = [x, y].reduce((low, values) => values.reduce((a, b) => Math.min(a, b), low), Infinity);
    const onLogs = least > 0 ? shift(relativeLogs(x, least), relativeLogs(y, least)) : null;
    const { difference } = found;
    const around = difference.interval(0.95);
    const width = around.kind === 'interval' ? around.high - around.low : Number.POSITIVE_INFINITY;
    return {
      ratio: onLogs === null || 'code' in onLogs ? null : exponentialEstimate(onLogs.difference),
      difference,
      treatmentValue: median(x),
      baselineValue: median(y),
      standardError: width / 2 / normalSurvivalQuantile(0.025),
      df: Number.POSITIVE_INFINITY,
      details: {
        'treatment keys': x.length,
        'baseline keys': y.length,
        ...('code' in ranks
          ? {}
          : { 'probability that a key of the treatment is larger': ranks.superiority }),
        test: found.exact ? 'exact' : 'normal approximation',
      },
      warnings: [],
    };
  },
};

function valuesOf(column: ArmColumn, plan: ComparePlan): Float64Array | Reason {
  const rows = keys(column, { ...plan, estimand: 'mean' });
  return 'code' in rows ? rows : rows.value;
}

function median(values: Float64Array): number {
  const sorted = values.slice().sort();
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
