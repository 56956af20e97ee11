/** Units in time order → batches that are nearly independent, the same ones whenever it is asked. */
import { armRows } from '../../model/arm-rows.js';
import type { ArmColumn, MetricTable } from '../../model/evidence.js';
import type { Claim, Design, Metric } from '../../model/experiment.js';
import { type Reason, reason } from '../../model/reason.js';
import { batchLengthOfPrefix } from '../../stats/batch-prefix.js';
import { batchMeans } from '../../stats/mixture-sequence.js';
import { isQuantile } from '../unit-values.js';

export interface Batched {
  readonly batches: number;
  /** One value a batch: a mean, a ratio of sums, or the share of units beyond the limit. */
  readonly treatment: Float64Array;
  /** Zeros where the claim limits one arm. */
  readonly baseline: Float64Array;
}

/** Rows of one arm in time order: Σvalue ÷ Σper over a batch is what is compared. */
interface Rows {
  readonly value: Float64Array;
  readonly per: Float64Array;
}

const FEWEST_UNITS = 3;
/** Prefixes on which the memory is measured: 15 units, then half as much again. */
const FIRST_PREFIX = 15;

export function batchedArms(
  claim: Claim,
  table: MetricTable,
  metric: Metric,
  design: Pick<Design, 'shares'>,
): Batched | Reason {
  const x = table.arms.get(claim.treatment);
  const y = claim.reference === null ? null : table.arms.get(claim.reference);
  for (const [arm, column] of [
    [claim.treatment, x],
    [claim.reference ?? claim.treatment, y],
  ] as const)
    if (column !== null && (column === undefined || column.n === 0))
      return reason('claim-no-data', { metric: claim.metric, arm });
  if (x === undefined || y === undefined) return reason('claim-no-data', { metric: claim.metric, arm: '' });
  if (y !== null && isQuantile(claim.estimand))
    return reason('harm-no-quantiles', { estimand: claim.estimand });
  if (y !== null && (claim.estimand === 'typical' || claim.estimand === 'location'))
    return reason('harm-no-typical', {});
  const units = y === null ? alone(x) : sameUnits(x, y);
  return units === null
    ? apart(rowsOf(x, claim, metric), rowsOf(y as ArmColumn, claim, metric), claim, design)
    : together(rowsOf(units[0], claim, metric), units[1] === null ? null : rowsOf(units[1], claim, metric));
}

function together(x: Rows, y: Rows | null): Batched | Reason {
  const length = memoryOf([x, ...(y === null ? [] : [y])], y !== null);
  if (typeof length !== 'number') return length;
  const treatment = ratios(x, length);
  const baseline = y === null ? new Float64Array(treatment.length) : ratios(y, length);
  return complete(treatment, baseline);
}

/** Sized by the declared shares, so that both arms' batches last about equally long. */
function apart(x: Rows, y: Rows, { treatment, reference }: Claim, { shares }: Pick<Design, 'shares'>) {
  const lengths = [memoryOf([x], false), memoryOf([y], false)];
  const refused = lengths.find((length) => typeof length !== 'number');
  if (refused !== undefined) return refused as Reason;
  const length = Math.max(...(lengths as number[]));
  const own = [shares[treatment] ?? 0.5, shares[reference as string] ?? 0.5];
  const least = Math.min(...own);
  const [long, wide] = own.map((share) => Math.max(length, Math.round((length * share) / least)));
  return complete(ratios(x, long), ratios(y, wide));
}

function complete(treatment: Float64Array, baseline: Float64Array): Batched {
  const batches = Math.min(treatment.length, baseline.length);
  return { batches, treatment: treatment.slice(0, batches), baseline: baseline.slice(0, batches) };
}

/** Σvalue ÷ Σper of whole batches; a batch without a denominator is left out in no arm: it counts 0. */
function ratios({ value, per }: Rows, length: number): Float64Array {
  const above = batchMeans(value, length);
  const below = batchMeans(per, length);
  return above.map((sum, k) => (below[k] > 0 ? sum / below[k] : 0));
}

/** Units a batch needs; a Reason while no prefix holds 15 independent values. */
function memoryOf(arms: readonly Rows[], paired: boolean): number | Reason {
  const [x, y] = arms;
  const n = x.value.length;
  const unit = ({ value, per }: Rows) => value.map((v, i) => (per[i] > 0 ? v / per[i] : 0));
  const [u, v] = [unit(x), paired ? unit(y) : new Float64Array(n)];
  const gap = u.map((value, i) => value - v[i]);
  if (gap.every((value) => value === gap[0])) return n < FIRST_PREFIX ? early(n) : FEWEST_UNITS;
  const still = gap.findIndex((value) => value !== gap[0]);
  if (still >= FIRST_PREFIX) return FEWEST_UNITS;
  const length = batchLengthOfPrefix(gap, new Float64Array(n));
  return typeof length === 'number' ? Math.max(FEWEST_UNITS, length) : length;
}

const early = (have: number) => reason('harm-too-few-units', { have, need: FIRST_PREFIX });

/** A limit on a quantile is a limit on the share of units beyond it. */
function rowsOf({ value, per, n }: ArmColumn, claim: Claim, { input }: Metric): Rows {
  const ones = () => new Float64Array(n).fill(1);
  const times = input.kind === 'ratio' ? input.times : 1;
  if (!isQuantile(claim.estimand)) return { value: value.map((v) => v * times), per: per ?? ones() };
  const beyond = (i: number) => {
    const own = per === null ? value[i] : (times * value[i]) / per[i];
    return (claim.bound === 'below') === own > claim.amount.value ? 1 : 0;
  };
  return { value: Float64Array.from({ length: n }, (_, i) => beyond(i)), per: ones() };
}

type Units = readonly [ArmColumn, ArmColumn | null];

const alone = (x: ArmColumn): Units => [armRows(x, inOrder(x, finite(x))), null];

/** Units that both arms have, in the order in which both were done; null where arms have units of their own. */
function sameUnits(x: ArmColumn, y: ArmColumn): Units | null {
  const rowOf = new Map(y.unit.map((unit, j) => [unit, j]));
  const mine = finite(x).filter((i) => rowOf.has(x.unit[i]));
  if (mine.length === 0) return null;
  const whole = mine.filter((i) => isComplete(y, rowOf.get(x.unit[i]) as number));
  const rows = inOrder(x, whole);
  return [
    armRows(x, rows),
    armRows(
      y,
      rows.map((i) => rowOf.get(x.unit[i]) as number),
    ),
  ];
}

const isComplete = ({ value, per }: ArmColumn, i: number) =>
  Number.isFinite(value[i]) && (per === null || Number.isFinite(per[i]));
const finite = (column: ArmColumn) => [...column.unit.keys()].filter((i) => isComplete(column, i));
const inOrder = ({ start }: ArmColumn, rows: readonly number[]) =>
  [...rows].sort((i, j) => start[i] - start[j] || i - j);
