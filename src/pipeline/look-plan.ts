/**
 * After which block does each declared look come? Told from experiment and schedule alone, and refused before the first
 * trial where a look could never answer.
 *
 * A fixed workload is looked at after whole passes, two at least: its items are strata that need repeats, and a look in
 * the middle of a pass would weigh some of them more than the workload does.
 */
import { boundaries } from '../decide/index.js';
import { KnownError } from '../errors.js';
import type { Schedule } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import { DRAWN_SCHEDULES, fewestSlots, isWithinSchedules } from '../model/fewest-slots.js';

/** Fewer units in an arm give no verdict (STATISTICS.md §6). */
const FEWEST_UNITS = 5;
const FEWEST_PASSES = 2;

export interface PlannedLook {
  /** From 1. */
  readonly index: number;
  readonly of: number;
  readonly plannedFraction: number;
  /** It comes when so many blocks are done. */
  readonly blocks: number;
}

/** In order; the last comes after all blocks. */
export function lookPlan(experiment: Experiment, schedule: Schedule): readonly PlannedLook[] {
  const fractions = experiment.decide.looks ?? [1];
  const pass = experiment.workload?.kind === 'fixed' ? passOf(schedule) : 1;
  return fractions.map((plannedFraction, i) => ({
    index: i + 1,
    of: fractions.length,
    plannedFraction,
    blocks:
      i === fractions.length - 1
        ? schedule.blocks
        : Math.min(schedule.blocks, pass * Math.ceil((plannedFraction * schedule.blocks) / pass - 1e-9)),
  }));
}

/** @throws KnownError where the first look has too few units, or two looks fall on the same block */
export function checkLooks(experiment: Experiment, schedule: Schedule): void {
  const looks = lookPlan(experiment, schedule);
  if (looks.length < 2) return;
  const [first] = looks;
  const arms = experiment.arms.map(({ name }) => ({
    name,
    units: unitsBefore(schedule, name, first.blocks),
  }));
  const fewest = arms.reduce((least, arm) => (arm.units < least.units ? arm : least));
  const level = schedule.design === 'switchback' ? levelOf(experiment, first) : null;
  if (level !== null && !isWithinSchedules(level))
    throw refused(
      `the look at ${percent(first.plannedFraction)} asks for a p below ${Number(level.toPrecision(2))}, and a switchback counts p over at most ${DRAWN_SCHEDULES + 1} schedules`,
      'Put the first look later: from about half of the slots on it can be answered.',
    );
  const [what, need] = level === null ? ['unit', FEWEST_UNITS] : ['slot', fewestSlots(level)];
  if (fewest.units < need)
    throw refused(
      `the look at ${percent(first.plannedFraction)} comes after ${fewest.units} ${fewest.units === 1 ? what : `${what}s`} of ${fewest.name}: ${need} in each arm are the least that can give a verdict`,
      `Put the first look later, or plan more ${what}s.`,
    );
  if (experiment.workload?.kind === 'fixed' && first.blocks < FEWEST_PASSES * passOf(schedule))
    throw refused(
      `the look at ${percent(first.plannedFraction)} comes after one pass over a fixed workload, which needs each unit ${FEWEST_PASSES} times on each arm`,
      `Put the first look at ${percent(Math.ceil((100 * FEWEST_PASSES * passOf(schedule)) / schedule.blocks) / 100)} or later, or raise repeats.`,
    );
  const same = looks.find((look, i) => i > 0 && look.blocks <= looks[i - 1].blocks);
  if (same !== undefined)
    throw refused(
      `the looks at ${percent(looks[same.index - 2].plannedFraction)} and ${percent(same.plannedFraction)} both come after ${same.blocks} of ${schedule.blocks} blocks`,
      experiment.workload?.kind === 'fixed'
        ? `A fixed workload is looked at after whole passes of ${passOf(schedule)} blocks: leave a look out, or raise repeats.`
        : 'Leave a look out, or plan more blocks.',
    );
}

/** At the level of an early look, one-sided, there must be schedules enough for so small a p. */
function levelOf({ decide, treatments }: Experiment, { plannedFraction }: PlannedLook): number {
  const alpha = (1 - decide.confidence) / Math.max(1, treatments.length);
  const [boundary] = boundaries(alpha, { times: [plannedFraction], last: false });
  return boundary.alpha / 2;
}

const refused = (message: string, hint: string) => new KnownError('look-too-early', message, { hint });

const percent = (fraction: number): string => `${Number((fraction * 100).toPrecision(6))}%`;

/** Blocks in which each unit that takes part is run once; a slot of a switchback is such a pass itself. */
const passOf = (schedule: Schedule): number =>
  schedule.design === 'switchback'
    ? 1
    : Math.max(1, new Set(schedule.trials.filter(({ block }) => block >= 0).map(({ unit }) => unit)).size);

/** By key an arm's units are its keys, however often they are run; in slots, its slots; in blocks, its trials. */
function unitsBefore(schedule: Schedule, arm: string, blocks: number): number {
  const own = schedule.trials.filter(
    (trial) => trial.arm === arm && trial.block >= 0 && trial.block < blocks,
  );
  if (schedule.design === 'switchback') return new Set(own.map(({ block }) => block)).size;
  return schedule.design === 'by-key' ? new Set(own.map(({ unit }) => unit)).size : own.length;
}
