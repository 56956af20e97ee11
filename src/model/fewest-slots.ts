/**
 * How many slots of each arm does a randomisation test need to reach a level?
 *
 * Of n + n slots in drawn order there are C(2n, n) schedules, and the drawn one is always among those that are counted:
 * no p is smaller than 1/C(2n, n). 4 + 4 have 70, enough for 0.025 and not for 0.005. Source: Fisher 1935.
 */

/** Below it nothing is answered, whatever the level (STATISTICS.md §2). */
export const FEWEST_SLOTS = 4;

/** Schedules that are drawn where there are too many to list them all; with the one that ran they are one more. */
export const DRAWN_SCHEDULES = 1999;

/** Is there any number of slots with which so small a p could be seen? @param level one-sided, above 0 */
export const isWithinSchedules = (level: number): boolean => level * (DRAWN_SCHEDULES + 1) >= 1 - 1e-9;

/** @param level one-sided, above 0 */
export function fewestSlots(level: number): number {
  let slots = FEWEST_SLOTS;
  while (schedulesOf(slots) * level < 1 - 1e-9) slots++;
  return slots;
}

/** C(2n, n): ways to draw as many slots of each of two arms. */
export function schedulesOf(slots: number): number {
  let ways = 1;
  for (let i = 1; i <= slots; i++) ways = (ways * (slots + i)) / i;
  return ways;
}
