/** Another volume may change the decision: where the break-even says so, it stands among what would change it. */
import type { Decision } from '../model/decision.js';
import { reason } from '../model/reason.js';
import type { BreakEvenReport } from '../model/trade-off.js';

export function withBreakEven(decision: Decision, found: readonly BreakEvenReport[]): Decision {
  if (decision.outcome === 'invalid') return decision;
  const said = found.flatMap((one) => {
    const { cheaperBelow, treatment, baseline, low, high, bracket, volumeUnit, monthly } = one;
    if (cheaperBelow === null) return [];
    const values = {
      cheaper: cheaperBelow,
      other: cheaperBelow === treatment ? baseline : treatment,
      low: bracket?.low ?? low,
      high: bracket?.high ?? high,
      unit: volumeUnit,
      monthly,
    };
    return [reason(bracket === null ? 'change-volume' : 'change-volume-bracket', values)];
  });
  return { ...decision, wouldChange: [...decision.wouldChange, ...said] };
}
