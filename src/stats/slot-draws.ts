/*
 * Which schedules of slots could have been drawn?
 *
 * Answers: all schedules of two arms that a switchback's draw could have given, or more of them drawn alike. Applies:
 * the randomisation test of `switchback.ts`; slots that were lost are left out of every schedule, which is right where
 * losing a slot does not depend on whose it was.
 * Formula: slots are drawn in groups. A tuple holds each arm once: which of the two comes first is its turn. Of tuples in
 * one stratum a fixed number is turned: any choice of as many. A tuple without a stratum is turned by a fair coin. Slots
 * in a stratum without tuples: any choice of as many slots for the treatment. Slots of further arms stay where they are.
 * Source: restricted randomisation, Fisher 1935; conditional on slots of further arms, Rosenbaum 1984.
 */
import type { Random } from './random.js';
import type { AdmissibleSchedules } from './switchback.js';

export interface DrawnSlot {
  /** 1 treatment, 0 baseline; null: another arm. */
  readonly arm: 0 | 1 | null;
  readonly tuple: number | null;
  readonly stratum: number | null;
}

/** What is 1 in a group is chosen anew: an item is the slots [treated if 1, treated if 0]. */
interface Group {
  readonly items: readonly (readonly [number | null, number | null])[];
  /** How many items are 1; null: a fair coin for each. */
  readonly ones: number | null;
}

/**
 * The schedules that a switchback's draw could have given, for `switchback`.
 *
 * @param slots every slot that was drawn, in time order, with its tuple and stratum
 * @param kept positions in `slots` that have a value, in the order of the values; slots that were lost are left out
 * @param draws whole numbers and shuffles, as `createRandom` gives them
 * @param most more schedules than this (and the drawn one) are not listed, but drawn
 * @returns all schedules, or null in their place, and a way to draw one more; 1 treatment, 0 baseline
 * @throws RangeError never on data; from `draws` alone
 * @example
 * ```ts
 * const slots = [1, 0, 0, 1, 1, 0, 1, 0].map((arm) => ({ arm: arm as 0 | 1, tuple: null, stratum: 0 }));
 * const { all } = admissibleSlots(slots, [0, 1, 2, 3, 4, 5, 6, 7], createRandom(1), 9999);
 * [...(all ?? [])].length; // → 70
 * ```
 */
export function admissibleSlots(
  slots: readonly DrawnSlot[],
  kept: readonly number[],
  draws: Pick<Random, 'integer' | 'shuffle'>,
  most: number,
): AdmissibleSchedules {
  const groups = groupsOf(slots);
  const place = new Map(kept.map((slot, i) => [slot, i]));
  const write = (schedule: Uint8Array, group: Group, chosen: readonly boolean[]) => {
    group.items.forEach((item, i) => {
      const treated = place.get(item[chosen[i] ? 0 : 1] ?? -1);
      if (treated !== undefined) schedule[treated] = 1;
    });
  };
  const count = groups.reduce((product, group) => product * waysOf(group), 1);
  return {
    all: count > most + 1 ? null : listed(groups, kept.length, write),
    draw() {
      const schedule = new Uint8Array(kept.length);
      for (const group of groups) write(schedule, group, drawn(group, draws));
      return schedule;
    },
  };
}

function groupsOf(slots: readonly DrawnSlot[]): readonly Group[] {
  const tuples = new Map<number, number[]>();
  const single = new Map<number, number[]>();
  slots.forEach(({ arm, tuple, stratum }, slot) => {
    if (arm === null) return;
    const [group, name] = tuple === null ? [single, stratum ?? -1] : [tuples, tuple];
    const members = group.get(name);
    if (members === undefined) group.set(name, [slot]);
    else members.push(slot);
  });
  const byStratum = new Map<number, number[][]>();
  const coins: Group[] = [];
  for (const pair of tuples.values()) {
    const { stratum } = slots[pair[0]];
    if (stratum === null) coins.push({ items: [[pair[0], pair[1] ?? null]], ones: null });
    else byStratum.set(stratum, [...(byStratum.get(stratum) ?? []), pair]);
  }
  const ofPairs = [...byStratum.values()].map(
    (pairs): Group => ({
      items: pairs.map(([first, second]) => [first, second ?? null]),
      ones: pairs.filter(([first]) => slots[first].arm === 1).length,
    }),
  );
  const ofSlots = [...single.values()].map(
    (members): Group => ({
      items: members.map((slot) => [slot, null]),
      ones: members.filter((slot) => slots[slot].arm === 1).length,
    }),
  );
  return [...coins, ...ofPairs, ...ofSlots];
}

function waysOf({ items, ones }: Group): number {
  if (ones === null) return 2;
  let ways = 1;
  for (let i = 0; i < ones; i++) ways = (ways * (items.length - i)) / (i + 1);
  return Math.round(ways);
}

function drawn({ items, ones }: Group, draws: Pick<Random, 'integer' | 'shuffle'>): boolean[] {
  if (ones === null) return items.map(() => draws.integer(2) === 1);
  const order = Array.from(items.keys());
  draws.shuffle(order);
  const chosen = new Array<boolean>(items.length).fill(false);
  for (const i of order.slice(0, ones)) chosen[i] = true;
  return chosen;
}

function* listed(
  groups: readonly Group[],
  length: number,
  write: (schedule: Uint8Array, group: Group, chosen: readonly boolean[]) => void,
): Generator<Uint8Array> {
  const choices = groups.map(choicesOf);
  const at = groups.map(() => 0);
  for (;;) {
    const schedule = new Uint8Array(length);
    groups.forEach((group, g) => {
      write(schedule, group, choices[g][at[g]]);
    });
    yield schedule;
    let g = 0;
    while (g < at.length && ++at[g] === choices[g].length) at[g++] = 0;
    if (g === at.length) return;
  }
}

/** Every choice of `ones` items, or of any number where each is a coin. */
function choicesOf({ items, ones }: Group): readonly (readonly boolean[])[] {
  const found: boolean[][] = [];
  const extend = (chosen: boolean[], left: number | null): void => {
    const open = items.length - chosen.length;
    if (open === 0) {
      found.push(chosen);
      return;
    }
    if (left === null || left > 0) extend([...chosen, true], left === null ? null : left - 1);
    if (left === null || open > left) extend([...chosen, false], left);
  };
  extend([], ones);
  return found;
}
