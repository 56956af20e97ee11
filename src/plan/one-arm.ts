/**
 * The room between an arm's own value and the limit that a guardrail sets it, as evidence knows it.
 *
 * Linearised as in the verdict on such claims: contributions of units to the value, their spread within items of a fixed
 * workload, over items of a sample, over units otherwise. Proportions: the score test at the limit on attempts ÷ design
 * effect, or on units where nothing failed (Wilson 1927): n blocks, or keys of trials, are then worth n/20, as in the
 * verdict (an outage that was not seen could have lasted). Keys that a source or a tap names: as their pieces allow. A total is held against the limit at the pilot's own size.
 * Slots of a switchback follow each other in time: one arm alone is a series of them, whatever its estimand.
 */
import type { ArmColumn } from '../model/evidence.js';
import type { Claim, Metric } from '../model/experiment.js';
import { LONGEST_OUTAGE } from '../stats/event-clusters.js';
import { membersOf, pick } from '../stats/strata.js';
import { varianceOfMean } from '../stats/sum-spread.js';
import { type Attempts, attemptsInPieces } from './attempts-in-pieces.js';
import { type Grain, hasOwnUnits } from './grain.js';
import type { Precision } from './precision.js';

export interface Room {
  /** Positive: the arm keeps its limit. */
  readonly room: number;
  readonly precision: Precision;
}

/** Null where the values allow no such test (no repeats, no scatter, nothing to divide by, a quantile). */
export function roomOf(column: ArmColumn, claim: Claim, metric: Metric, grain: Grain): Room | null {
  const { estimand } = claim;
  if (estimand !== 'total' && estimand !== 'mean' && estimand !== 'proportion') return null;
  const { per, n } = column;
  const isSum = per === null && estimand === 'total';
  const denominator = per !== null ? total(per) : isSum ? 1 : n;
  if (!(denominator > 0) || (estimand === 'proportion' && per === null)) return null;
  const times = metric.input.kind === 'ratio' && estimand !== 'proportion' ? metric.input.times : 1;
  const value = total(column.value) / denominator;
  const influence = column.value.map((v, i) => (isSum ? v : v - value * (per?.[i] ?? 1)) / denominator);
  const spread = spreadOf(influence, unitsOf(column, grain), grain);
  if (spread === null) return null;
  const limit = claim.amount.value;
  const attempts =
    estimand === 'proportion' ? attemptsOf(value, denominator, spread, { column, grain, metric }) : null;
  const errorOf = (growth: number): { readonly error: number; readonly df: number } => {
    if (attempts === null)
      return { error: (times * Math.sqrt(spread.variance)) / Math.sqrt(growth), df: spread.df * growth };
    const { n: effective, df } = attempts(growth);
    return { error: Math.sqrt((limit * (1 - limit)) / effective), df };
  };
  if (!(errorOf(1).error > 0)) return null;
  return {
    room: (claim.bound === 'below' ? 1 : -1) * (limit - times * value),
    precision: {
      tau: null,
      spread: () => null,
      at(units, threshold, truth) {
        const { error, df } = errorOf(unitsOfArm(units, grain) / spread.n);
        return { distance: (truth - threshold) / error, df };
      },
    },
  };
}

/** by-key: an arm has only its share of all keys. */
const unitsOfArm = (units: number, grain: Grain): number =>
  hasOwnUnits(grain) ? units * grain.shares.treatment : units;

interface Spread {
  readonly variance: number;
  readonly df: number;
  readonly n: number;
}

/** What a row belongs to: the slot or the run that it fell into, the item, or the key. */
const unitsOf = ({ slot, unit, item }: ArmColumn, grain: Grain): readonly string[] => {
  if (grain.unit !== 'slots' && grain.unit !== 'runs') return item;
  return slot === undefined ? unit : Array.from(slot, String);
};

function spreadOf(influence: Float64Array, item: readonly string[], grain: Grain): Spread | null {
  const n = influence.length;
  const ofSum = (values: Float64Array) => values.length * values.length * varianceOfMean(values);
  if (grain.unit === 'items' || hasOwnUnits(grain)) {
    const sums = Float64Array.from(membersOf(item, n), (rows) => total(pick(influence, rows)));
    return sums.length < 2 ? null : { variance: ofSum(sums), df: sums.length - 1, n: sums.length };
  }
  if (grain.items === null) return n < 2 ? null : { variance: ofSum(influence), df: n - 1, n };
  const strata = membersOf(item, n).map((rows) => pick(influence, rows));
  if (strata.some(({ length }) => length < 2)) return null;
  const parts = strata.map((rows) => ({ variance: ofSum(rows), df: rows.length - 1 }));
  const variance = parts.reduce((sum, part) => sum + part.variance, 0);
  const penalty = parts.reduce((sum, part) => sum + (part.variance * part.variance) / part.df, 0);
  return penalty > 0 ? { variance, df: (variance * variance) / penalty, n } : { variance, df: n, n };
}

/** Units that an outage could last of which none was seen: where they are run one after the other. */
const lastingOf = (column: ArmColumn, { unit, paired }: Grain): number =>
  paired || (unit === 'keys' && isOfTrials(column)) ? LONGEST_OUTAGE : 1;

const isOfTrials = ({ order }: ArmColumn): boolean => order.every(Number.isFinite);

/** Independent attempts of so many times as many units: as units scatter, and as pieces of the run do where keys fall into them. */
function attemptsOf(
  p: number,
  attempts: number,
  { variance, n }: Spread,
  { column, grain, metric }: { column: ArmColumn; grain: Grain; metric: Metric },
): (growth: number) => Attempts {
  const binomial = (p * (1 - p)) / attempts;
  const own = binomial > 0 ? attempts / Math.max(1, variance / binomial) : n / lastingOf(column, grain);
  const { course } = column;
  const named = grain.unit === 'keys' && !isOfTrials(column);
  const pieces = course === undefined || !named ? null : attemptsInPieces(course, metric.outageMs);
  return (growth) => {
    const ofUnits = { n: own * growth, df: Number.POSITIVE_INFINITY };
    const inPieces = pieces?.(growth) ?? ofUnits;
    return inPieces.n < ofUnits.n ? inPieces : ofUnits;
  };
}

const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
