/**
 * Was the split what was declared, as long as it was declared? Fatal: an arm that did not get its slots, or traffic where
 * it should have had none, is another treatment than the one that is judged.
 *
 * Slots that were lost (never applied, cut off, failed): any warns, more than 20 % fails, and so do slots that are lost
 * more often in one arm (Fisher's exact test, p < .01). What harm or a cap ended is not lost: it was not owed. Traffic that the split itself gave to an arm without a share in
 * the slot: more than 1 in 1,000 beyond chance fails (connections that outlive a change are few). Source: STATISTICS.md §8.
 */
import type { Evidence } from '../model/evidence.js';
import type { Check } from '../model/ports.js';
import { reason } from '../model/reason.js';
import { owedSlots, slotsOf } from '../model/slots.js';
import { isBeyondChance } from './beyond-chance.js';
import { parcels, trafficOf } from './exposure.js';
import { fisherExact } from './fisher-exact.js';
import { type Answer, answering, fail, pass, skip, warn } from './result.js';

const failAbove = 0.2;
const unequalBelow = 0.01;
const strayAbove = 0.001;

export const treatments: Check = {
  title: 'The split was the declared one',
  severity: 'fatal',
  run(evidence) {
    const need = reason('treatments-need', { failAbove, unequalBelow, strayAbove });
    return [answering('treatments', 'fatal', need)('experiment', look(evidence))];
  },
};

function look(evidence: Evidence): Answer {
  const { schedule, executed, experiment } = evidence;
  const slots = slotsOf(schedule, executed);
  if (slots === null || schedule?.slots === undefined) return skip(reason('treatments-no-slots'));
  if (executed === undefined && evidence.exposure === undefined)
    return skip(reason('treatments-not-recorded'));
  const owed = owedSlots(schedule, slots, evidence.watched);
  const lost = new Set(
    slots.lost.map(({ index }) => index).filter((index) => owed.some((slot) => slot.index === index)),
  );
  const arms = experiment.arms.map(({ name }) => name);
  const own = (arm: string) => owed.filter(({ shares }) => (shares[arm] ?? 0) > 0);
  const planned = arms.map((arm) => own(arm).length);
  const counts = arms.map((arm) => own(arm).filter(({ index }) => lost.has(index)).length);
  const whole = owed.every(({ shares }) => Object.values(shares).includes(1));
  const p = whole ? unequal(counts, planned) : null;
  const stray = strayed(evidence);
  const share = lost.size / Math.max(1, owed.length);
  const saw = reason('treatments-saw', {
    arms,
    counts,
    planned,
    slots: owed.length,
    lost: lost.size,
    share,
    p,
    stray: stray.count,
    total: stray.total,
    strayArm: stray.arm,
  });
  if (share > failAbove || (p !== null && p < unequalBelow)) return fail(saw);
  if (isBeyondChance(stray.parcels, stray.of, strayAbove)) return fail(saw);
  return lost.size > 0 || stray.count > 0 ? warn(saw) : pass(saw);
}

function unequal(counts: readonly number[], planned: readonly number[]): number {
  const cells = counts.map((events, i) => ({ events, size: planned[i] }));
  return Math.min(1, ...cells.slice(1).map((cell) => fisherExact(cell, cells[0])));
}

/** What the split gave to an arm that has no share in the slot. */
function strayed({ schedule, exposure }: Evidence) {
  const shares = new Map(schedule?.slots?.map((slot) => [slot.index, slot.shares]));
  const traffic = trafficOf(exposure).filter(({ slot }) => slot !== null && shares.has(slot));
  const stray = traffic.filter(({ slot, assigned }) => !((shares.get(slot ?? -1)?.[assigned] ?? 0) > 0));
  const count = (rows: typeof traffic) => rows.reduce((sum, row) => sum + row.count, 0);
  return {
    count: count(stray),
    total: count(traffic),
    arm: stray[0]?.assigned ?? null,
    parcels: parcels(stray, traffic),
    of: parcels(traffic, traffic),
  };
}
