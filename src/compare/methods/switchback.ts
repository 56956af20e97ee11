import type { Inference } from '../../model/effect.js';
import { DRAWN_SCHEDULES } from '../../model/fewest-slots.js';
import type { Method } from '../../model/ports.js';
import { type Reason, reason } from '../../model/reason.js';
import { exponentialEstimate } from '../../stats/exponential-estimate.js';
import { admissibleSlots, type DrawnSlot } from '../../stats/slot-draws.js';
import { type Switchback, switchback as test } from '../../stats/switchback.js';
import { type SlotValues, slotValues } from '../slots.js';

export const switchback: Method = {
  title: 'Randomisation test over the schedules of slots that could have been drawn',
  formula:
    'One value a slot, burn-in and burn-out dropped; a ratio of sums keeps both its parts. T = (x̄ − r·ȳ)/√(s²ₓ/nₓ + r²·s²ᵧ/nᵧ) of the schedule that was run is held against T of every other schedule that the same draw could have given, under the hypothesis that the treatment changes a slot by the factor r (by d, for differences): p is the share of schedules that are as extreme. The interval is every r (every d) that is not rejected. Slots may follow a trend, a rhythm or each other: that is the same under every schedule.',
  source:
    'Fisher 1935; Bojinov, Simchi-Levi and Zhao 2023, Management Science 69:3759; studentised: Wu and Ding 2021; inversion: Garthwaite 1996',
  minimumUnits: 4,
  compare(samples, plan, random) {
    const x = slotValues(samples.treatment, plan);
    if ('code' in x) return x;
    const y = slotValues(samples.baseline, plan);
    if ('code' in y) return y;
    const { draws } = plan;
    if (draws === undefined) return reason('switchback-without-draws');
    const slots = draws.map(({ arm, tuple, stratum }): DrawnSlot => {
      const own = arm === samples.treatment.arm ? 1 : arm === samples.baseline.arm ? 0 : null;
      return { arm: own, tuple, stratum };
    });
    const joined = together(x, y);
    const answer = (values: Float64Array, per: Float64Array | null): Switchback | Reason =>
      test(
        values,
        joined.assignment,
        admissibleSlots(slots, joined.slot, random, DRAWN_SCHEDULES),
        DRAWN_SCHEDULES,
        per,
      );
    if (plan.estimand === 'typical') return typical(answer, joined);
    const found = answer(joined.value, joined.per);
    return 'code' in found ? found : inferenceOf(found, joined);
  },
};

interface Joined {
  readonly slot: readonly number[];
  readonly value: Float64Array;
  readonly per: Float64Array | null;
  readonly assignment: Uint8Array;
}

function together(x: SlotValues, y: SlotValues): Joined {
  const rows = [
    ...Array.from(x.slot, (slot, i) => ({ slot, arm: 1, value: x.value[i], per: x.per?.[i] ?? 1 })),
    ...Array.from(y.slot, (slot, i) => ({ slot, arm: 0, value: y.value[i], per: y.per?.[i] ?? 1 })),
  ].sort((a, b) => a.slot - b.slot);
  return {
    slot: rows.map(({ slot }) => slot),
    value: Float64Array.from(rows, ({ value }) => value),
    per: x.per === null ? null : Float64Array.from(rows, ({ per }) => per),
    assignment: Uint8Array.from(rows, ({ arm }) => arm),
  };
}

function inferenceOf(found: Switchback, { assignment }: Joined): Inference {
  const treated = assignment.reduce((sum, arm) => sum + arm, 0);
  return {
    ratio: found.ratio,
    difference: found.difference,
    treatmentValue: found.treatmentValue,
    baselineValue: found.baselineValue,
    standardError: found.standardError,
    df: Number.POSITIVE_INFINITY,
    smallestP: found.smallestP,
    details: {
      'treatment slots': treated,
      'baseline slots': assignment.length - treated,
      schedules: found.schedules,
      'schedules are': found.exact ? 'all there are' : 'drawn',
    },
    warnings: [],
  };
}

/** The ratio of geometric means is tested on logarithms; the difference on the slots' own geometric means. */
function typical(
  answer: (values: Float64Array, per: null) => Switchback | Reason,
  joined: Joined,
): Inference | Reason {
  const onLogs = answer(joined.value, null);
  if ('code' in onLogs) return onLogs;
  const own = answer(joined.value.map(Math.exp), null);
  if ('code' in own) return own;
  return { ...inferenceOf(own, joined), ratio: exponentialEstimate(onLogs.difference) };
}
