/*
 * The schedules that a design could have drawn.
 *
 * Answers: for each schedule a sign per block, −1 where the arms are swapped against what was run. Applies: the
 * randomisation test of blocks (`sign-flip.ts`). Formula: with orders balanced by design, orders are permuted among the blocks in which the two arms stood in the same pair of
 * places (with a third arm elsewhere, other blocks would move it too), and all of them may be turned round, because the
 * design treats arms alike. Without orders each block is turned by a fair coin. All are listed where they are few.
 * Source: restricted randomisation, Fisher 1935 §21; Edgington and Onghena, Randomization Tests, ch. 5.
 */
import type { Blocks, Draws } from './sign-flip.js';
import { membersOf } from './strata.js';

/** Blocks whose orders may change places: those in which the two arms stood in the same pair of places. */
function kindsOf(places: NonNullable<Blocks['places']>): readonly number[][] {
  const kind = Array.from(places.treatment, (a, i) => {
    const b = places.baseline[i];
    return `${Math.min(a, b)} ${Math.max(a, b)}`;
  });
  return membersOf(kind, kind.length);
}

/** `count` schedules, one behind the other: sign i of schedule k at k·n + i. */
export function drawnSchedules(
  { places, treatment }: Blocks,
  z: Float64Array | null,
  draws: Draws,
  count: number,
): Int8Array {
  const n = treatment.length;
  const signs = new Int8Array(count * n);
  if (places === null || z === null) {
    for (let i = 0; i < signs.length; i++) signs[i] = draws.integer(2) === 0 ? 1 : -1;
    return signs;
  }
  const kinds = kindsOf(places).map((blocks) => Int32Array.from(blocks));
  const order = Int8Array.from(z, Math.sign);
  const shuffled = new Int8Array(n);
  for (let from = 0; from < signs.length; from += n) {
    const turn = draws.integer(2) === 0 ? 1 : -1;
    for (const blocks of kinds) {
      for (let k = 0; k < blocks.length; k++) shuffled[k] = order[blocks[k]];
      for (let last = blocks.length - 1; last > 0; last--) {
        const chosen = draws.integer(last + 1);
        const kept = shuffled[last];
        shuffled[last] = shuffled[chosen];
        shuffled[chosen] = kept;
      }
      for (let k = 0; k < blocks.length; k++) {
        const i = blocks[k];
        signs[from + i] = turn * shuffled[k] * order[i];
      }
    }
  }
  return signs;
}

/** Every schedule, laid out as those drawn, or null where there are more than `most`. */
export function enumeratedSchedules(blocks: Blocks, z: Float64Array | null, most: number): Int8Array | null {
  const n = blocks.treatment.length;
  const all = listed(blocks, z, most);
  if (all === null) return null;
  const signs = new Int8Array(all.length * n);
  all.forEach((schedule, k) => {
    signs.set(schedule, k * n);
  });
  return signs;
}

function listed({ places, treatment }: Blocks, z: Float64Array | null, most: number): Int8Array[] | null {
  const n = treatment.length;
  if (places === null || z === null) {
    if (2 ** n > most) return null;
    return Array.from({ length: 2 ** n }, (_, code) =>
      Int8Array.from({ length: n }, (_, i) => ((code >> i) & 1 ? -1 : 1)),
    );
  }
  let schedules: Int8Array[] = [new Int8Array(n)];
  let mirrored = false;
  for (const blocks of kindsOf(places)) {
    const first = blocks.filter((i) => z[i] > 0).length;
    if (first * 2 !== blocks.length) mirrored = true;
    const choices = combinations(blocks.length, first, most);
    if (choices === null || choices.length * schedules.length > most) return null;
    schedules = schedules.flatMap((schedule) =>
      choices.map((chosen) => {
        const next = schedule.slice();
        blocks.forEach((i, k) => {
          next[i] = (chosen[k] ? 1 : -1) * Math.sign(z[i]);
        });
        return next;
      }),
    );
  }
  // Where counts are unequal, turning all orders round gives schedules that are not yet in the list.
  if (mirrored) schedules = schedules.flatMap((schedule) => [schedule, schedule.map((s) => -s)]);
  return schedules.length > most ? null : schedules;
}

/** All ways to choose k of n, or null where there are more than `most`. */
function combinations(n: number, k: number, most: number): boolean[][] | null {
  let count = 1;
  for (let i = 0; i < k; i++) count = (count * (n - i)) / (i + 1);
  if (count > most) return null;
  const found: boolean[][] = [];
  const extend = (chosen: boolean[], left: number): void => {
    const open = n - chosen.length;
    if (open === 0) found.push(chosen);
    if (left > 0) extend([...chosen, true], left - 1);
    if (open > left) extend([...chosen, false], left);
  };
  extend([], k);
  return found;
}
