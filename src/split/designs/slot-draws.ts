/**
 * Which arm gets which slot of a switchback?
 *
 * Slots at the same time of day on consecutive days form a tuple that holds every arm once, and within such days half
 * of the tuples are turned: hours of the day and weekdays are balanced exactly. Slots of a day or more meet their
 * weekday a week later; windows of less than two days pair slots that follow each other. A draw is only balanced as
 * far as enough other schedules remain possible, because the randomisation test counts them: with fewer than 400 it
 * could never reject at 99 %, and all slots are drawn together instead, as many of each arm.
 * Source: Bojinov, Simchi-Levi and Zhao 2023 (randomised slots); balance: restricted randomisation, Fisher 1935.
 */
import type { SlotDraw } from '../../model/evidence.js';
import type { ArmName } from '../../model/experiment.js';
import type { Random } from '../../model/random.js';

const DAY_MS = 864e5;
/** Other schedules that must remain possible for two arms. */
const ENOUGH = 400;

/** Indices of the slots of each tuple, by stratum; what is in no tuple is drawn together. */
interface Grouping {
  readonly strata: readonly (readonly (readonly number[])[])[];
  /** true: half of a stratum's tuples are turned (two arms). */
  readonly halved: boolean;
  readonly rest: readonly number[];
}

/** What a draw of slots leaves to the randomisation test of two arms. */
export interface DrawnFreely {
  /** Schedules that could be drawn. */
  readonly schedules: number;
  /** Degrees of freedom of the t that it is like: tuples or slots, less what is balanced. */
  readonly freedom: number;
}

/** Told without drawing, for `plan`. */
export function freedomOf(arms: number, count: number, slotMs: number | null): DrawnFreely {
  const found = groupings(arms, count, slotMs).find((one) => schedulesOf(one, arms) >= ENOUGH);
  const { strata, halved, rest } = found ?? { strata: [], halved: false, rest: range(count) };
  const alone = Math.floor((2 * rest.length) / arms);
  const ofTuples = strata.reduce((sum, tuples) => sum + tuples.length - (halved ? 1 : 0), 0);
  return {
    schedules: schedulesOf({ strata, halved, rest }, arms),
    freedom: Math.max(0, ofTuples + Math.max(0, alone - 1) - 1),
  };
}

/** `slotMs` null: slots are passes of a workload, and the clock says nothing. */
export function drawSlots(
  arms: readonly ArmName[],
  count: number,
  slotMs: number | null,
  random: Random,
): readonly SlotDraw[] {
  const found = groupings(arms.length, count, slotMs).find((one) => schedulesOf(one, arms.length) >= ENOUGH);
  const draws: SlotDraw[] = [];
  if (found !== undefined) drawTuples(arms, found, random, draws);
  const rest = found?.rest ?? range(count);
  const stratum = found?.strata.length ?? 0;
  const order = rest.map((_, i) => arms[i % arms.length]);
  random.shuffle(order);
  rest.forEach((slot, i) => {
    draws[slot] = { arm: order[i], tuple: null, stratum };
  });
  return draws;
}

function drawTuples(
  arms: readonly ArmName[],
  { strata, halved }: Grouping,
  random: Random,
  draws: SlotDraw[],
): void {
  let tuple = 0;
  strata.forEach((tuples, stratum) => {
    // Of an odd number of tuples, a fair coin says which order comes once more.
    const extra = random.integer(2);
    const turned = tuples.map((_, i) => (i + extra) % 2 === 1);
    random.shuffle(turned);
    tuples.forEach((slots, i) => {
      const order = [...arms];
      if (!halved) random.shuffle(order);
      else if (turned[i]) order.reverse();
      slots.forEach((slot, k) => {
        draws[slot] = { arm: order[k], tuple, stratum: halved ? stratum : null };
      });
      tuple++;
    });
  });
}

/** From the most to the least balanced. */
function groupings(arms: number, count: number, slotMs: number | null): readonly Grouping[] {
  const halved = arms === 2;
  const found: Grouping[] = [];
  const add = (strata: readonly (readonly (readonly number[])[])[], covered: number) => {
    if (strata.length > 0) found.push({ strata, halved, rest: range(count).slice(covered) });
  };
  const perDay = slotMs === null ? Number.NaN : DAY_MS / slotMs;
  if (slotMs !== null && slotMs < DAY_MS && Number.isInteger(perDay)) {
    const rounds = Math.floor(count / (perDay * arms));
    add(spans(rounds, perDay, arms), rounds * perDay * arms);
  }
  if (slotMs !== null && slotMs >= DAY_MS && Number.isInteger((7 * DAY_MS) / slotMs)) {
    const perWeek = (7 * DAY_MS) / slotMs;
    const rounds = Math.floor(count / (perWeek * arms));
    const strata = spans(rounds, perWeek, arms);
    if (rounds > 0) found.push({ strata, halved: false, rest: range(count).slice(rounds * perWeek * arms) });
  }
  const tuples = Math.floor(count / arms);
  add([range(tuples).map((t) => range(arms).map((k) => t * arms + k))], tuples * arms);
  return found;
}

/** Rounds of `arms` spans of `length` slots; a tuple is the slots at one place of every span of its round. */
const spans = (rounds: number, length: number, arms: number): readonly (readonly (readonly number[])[])[] =>
  range(rounds).map((round) =>
    range(length).map((place) => range(arms).map((k) => (round * arms + k) * length + place)),
  );

/** How many schedules of two of the arms there are, all others staying as they are. */
function schedulesOf({ strata, halved, rest }: Grouping, arms: number): number {
  const ofTuples = strata.reduce(
    (product, tuples) => product * (halved ? choose(tuples.length) : 2 ** tuples.length),
    1,
  );
  return ofTuples * choose(Math.floor((2 * rest.length) / arms));
}

/** Ways to choose half of n. */
function choose(n: number): number {
  let ways = 1;
  for (let i = 0; i < Math.floor(n / 2); i++) ways = (ways * (n - i)) / (i + 1);
  return ways;
}

const range = (n: number): number[] => Array.from({ length: n }, (_, i) => i);
