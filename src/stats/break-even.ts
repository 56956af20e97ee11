/*
 * From which volume on is the other arm cheaper?
 *
 * Answers: the volumes at which the arms may cost the same, cut to what was measured. Applies: at least 3 volumes with at
 * least 3 runs each and arm, run in random order, costs along a line. Formula: D(v) = line of the treatment − line of
 * the baseline; the set {v : |D(v)| ≤ t·√(Var_t + Var_b)}, df by Satterthwaite at v, within the measured range. One piece
 * inside the range with opposite signs outside it is an interval; a piece that reaches one end of the range is a
 * half-line (the crossing may lie beyond); anything else shows no crossing. Where a line does not fit (F test, 5 %) or
 * the rate card has steps no line is drawn: what is known then is in `volume-differences.ts`.
 * Source: Fieller 1954; STATISTICS.md §7.
 */
import { type Reason, reason } from '../model/reason.js';
import { acceptedSegments, type Segment } from './accepted-set.js';
import { tailOutside } from './estimate.js';
import { isReason } from './sample-problem.js';
import { type Spread, studentTest } from './student-estimate.js';
import { satterthwaite } from './variance-component.js';
import {
  type Bracket,
  type Cheaper,
  type VolumeDifference,
  volumeDifferences,
} from './volume-differences.js';
import { type VolumeRuns, type WeightedLine, weightedLine } from './weighted-line.js';

export type BreakEven =
  | {
      /** `half-line`: null where the measured range ends before the crossing was passed. */
      readonly kind: 'interval' | 'half-line';
      readonly low: number | null;
      readonly high: number | null;
      /** Where the fitted lines cross, null outside the measured range. */
      readonly estimate: number | null;
      /** The cheaper arm below `low` (or, where that is null, the dearer one above `high`). */
      readonly cheaperBelow: Cheaper;
    }
  | { readonly kind: 'none'; readonly why: Reason }
  | {
      readonly kind: 'no-line';
      readonly why: Reason;
      readonly differences: readonly VolumeDifference[];
      readonly bracket: Bracket | null;
    };

const LACK_OF_FIT = 0.05;
const STEPS = 512;

/**
 * The volume at which two stacks cost the same.
 *
 * @param treatment @param baseline `volume` and `cost` of each run; at least 3 volumes with 3 runs each
 * @param confidence 0 … 1, of the set
 * @param stepped the rate card has steps, so a line is wrong whatever the fit says
 * @returns an interval, a half-line, 'none' with the reason, or the differences at each volume; or a Reason
 * @throws RangeError where there is not one cost per volume
 * @example
 * ```ts
 * const volume = Float64Array.of(1, 1, 1, 5, 5, 5, 10, 10, 10);
 * const jitter = [0, 0.1, -0.1, 0.1, -0.1, 0, -0.1, 0, 0.1];
 * const costs = (fixed: number, each: number) => ({ volume, cost: volume.map((v, i) => (fixed + each * v) * (1 + jitter[i] / 5)) });
 * const found = breakEven(costs(10, 1), costs(2, 3), 0.95);
 * if ('code' in found) throw new Error(found.code);
 * found.kind; // → "interval"
 * found.kind === 'interval' && found.estimate; // → 4
 * ```
 */
export function breakEven(
  treatment: VolumeRuns,
  baseline: VolumeRuns,
  confidence: number,
  stepped = false,
): BreakEven | Reason {
  const x = weightedLine(treatment);
  if (isReason(x)) return x;
  const y = weightedLine(baseline);
  if (isReason(y)) return y;
  const low = Math.max(x.volumes[0], y.volumes[0]);
  const high = Math.min(x.volumes[x.volumes.length - 1], y.volumes[y.volumes.length - 1]);
  if (!(low < high)) return reason('volumes-do-not-overlap', { low, high });
  const fits = Math.min(x.lackOfFit, y.lackOfFit);
  const why = stepped
    ? reason('break-even-stepped', {})
    : fits < LACK_OF_FIT
      ? reason('break-even-no-line', { p: fits })
      : null;
  if (why !== null) return { kind: 'no-line', why, ...volumeDifferences(treatment, baseline, confidence) };
  return crossing(x, y, low, high, confidence);
}

function crossing(
  x: WeightedLine,
  y: WeightedLine,
  low: number,
  high: number,
  confidence: number,
): BreakEven {
  const tail = tailOutside(confidence);
  const tested = (v: number) => studentTest(x.at(v) - y.at(v), spreadAt(x, y, v));
  const accepted = (v: number) => Math.min(tested(v).above, tested(v).below) > tail;
  const steep = x.slope - y.slope;
  const meeting = -(x.intercept - y.intercept) / steep;
  const estimate = meeting >= low && meeting <= high ? meeting : null;
  const grid = Array.from({ length: STEPS + 1 }, (_, k) => low + ((high - low) * k) / STEPS);
  grid[STEPS] = high;
  if (estimate !== null) grid.push(estimate);
  const segments = acceptedSegments(accepted, Float64Array.from(grid).sort());
  const cheaperAt = (v: number): Cheaper => (x.at(v) < y.at(v) ? 'treatment' : 'baseline');
  if (segments.length === 0) {
    return { kind: 'none', why: reason('break-even-cheaper-throughout', { arm: cheaperAt(low), low, high }) };
  }
  if (segments.length > 1) return { kind: 'none', why: reason('break-even-not-shown', { low, high }) };
  return oneSegment(segments[0], estimate, cheaperAt, low, high);
}

function oneSegment(
  segment: Segment,
  estimate: number | null,
  cheaperAt: (v: number) => Cheaper,
  low: number,
  high: number,
): BreakEven {
  const { startsBefore, endsAfter } = segment;
  if (startsBefore && endsAfter) return { kind: 'none', why: reason('break-even-not-shown', { low, high }) };
  const other = (arm: Cheaper): Cheaper => (arm === 'treatment' ? 'baseline' : 'treatment');
  if (!startsBefore && !endsAfter && cheaperAt(low) === cheaperAt(high)) {
    return { kind: 'none', why: reason('break-even-not-shown', { low, high }) };
  }
  return {
    kind: startsBefore || endsAfter ? 'half-line' : 'interval',
    low: startsBefore ? null : segment.low,
    high: endsAfter ? null : segment.high,
    estimate,
    cheaperBelow: startsBefore ? other(cheaperAt(high)) : cheaperAt(low),
  };
}

function spreadAt(x: WeightedLine, y: WeightedLine, v: number): Spread {
  const variances = [x.varianceAt(v), y.varianceAt(v)];
  return {
    standardError: Math.sqrt(variances[0] + variances[1]),
    df: satterthwaite(variances, [x.df, y.df], 'plain'),
  };
}
