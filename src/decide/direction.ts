/**
 * The effect held against the smallest change that matters (the metric's margin m), beside any claim:
 * better or worse when the interval lies beyond the band of m on that side, equivalent when it lies inside,
 * unclear otherwise. Without a margin the band is the single point "no difference", so that better and worse
 * can be said and "equivalent" never is. STATISTICS.md §4.
 */
import type { Direction } from '../model/decision.js';
import type { Inference } from '../model/effect.js';
import type { Amount, Better } from '../model/experiment.js';
import { axisFor, band, isSilent, pAbove, pBelow } from './axis.js';

/** `alpha` two-sided. Null where the metric declares no better direction and no margin could say more. */
export function directionOf(
  inference: Pick<Inference, 'ratio' | 'difference'>,
  better: Better | null,
  margin: Amount | null,
  alpha: number,
): Direction | null {
  const half = alpha / 2;
  const m = margin !== null && margin.value > 0 ? margin : null;
  // Without a margin, on the axis of the printed p: the ratio where it says something, else the difference.
  const axis = axisFor(m?.kind ?? (isSilent(inference) ? 'absolute' : 'relative'), inference, better);
  if (axis === null) return better === null ? null : 'unclear';
  if (m === null) {
    if (better === null) return null;
    if (pAbove(axis, 0) < half) return 'better';
    return pBelow(axis, 0) < half ? 'worse' : 'unclear';
  }
  const edges = band(axis, m.value);
  if (edges === null) return better === null ? null : 'unclear';
  if (pAbove(axis, edges.low) < half && pBelow(axis, edges.high) < half) return 'equivalent';
  if (better === null) return null;
  if (pAbove(axis, edges.high) <= half) return 'better';
  return pBelow(axis, edges.low) <= half ? 'worse' : 'unclear';
}
