/**
 * Units are put into the slot, stage or deployment that they fell into; what fell into none takes no part. A slot of
 * which more than a fifth of the buckets is missing is left out whole: the rest could be the part that came through.
 */
import type { ArmName } from '../../model/experiment.js';
import type { Material } from './material.js';
import type { UnitValue } from './units.js';

/** Part of a slot's buckets that may be missing (the bound of coverage, STATISTICS §3). */
const MOST_MISSING = 0.2;

export function inSlots(
  material: Material,
  arm: ArmName,
  units: ReadonlyMap<string, UnitValue>,
  widthMs: number | null,
): ReadonlyMap<string, UnitValue> {
  const { slotOf } = material;
  // Deployments that a label names are units themselves.
  if (slotOf === undefined) return units;
  const placed = new Map<string, UnitValue>();
  const complete = new Map<number, number>();
  for (const [name, unit] of units) {
    const slot = slotOf(arm, name, unit.start, widthMs ?? 0);
    if (slot === null) continue;
    placed.set(name, { ...unit, slot });
    if (unit.value !== null) complete.set(slot, (complete.get(slot) ?? 0) + 1);
  }
  if (widthMs === null) return placed;
  const enough = (slot: number) =>
    (complete.get(slot) ?? 0) >= (1 - MOST_MISSING) * material.bucketsIn(slot, widthMs);
  return new Map(
    [...placed].map(([name, unit]) => [name, enough(unit.slot as number) ? unit : { ...unit, value: null }]),
  );
}
