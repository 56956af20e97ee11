/**
 * Designs whose split changes in time: the slots of a switchback, the stages of a ramp, the deployments of `runs`.
 * What could never answer is refused here, with what would (STATISTICS §2).
 */
import type { ArmName, Design, Stage, Switching } from '../../model/experiment.js';
import { DRAWN_SCHEDULES, fewestSlots, isWithinSchedules } from '../../model/fewest-slots.js';
import type { Problems } from '../problems.js';
import { child, items, type Located } from '../read/located.js';
import type { FileParts } from '../shape/file.js';
import { durationText } from './duration.js';

type DesignParts = Partial<NonNullable<FileParts['design']>>;

/** Runs of each arm that a t interval needs. */
const FEWEST_RUNS = 5;

/** Slots of each arm that a randomisation test needs at the level of a claim (§5: divided by the treatments). */
export const slotsAtLevel = (confidence: number, arms: number): number =>
  fewestSlots((1 - confidence) / 2 / Math.max(1, arms - 1));

export function readSlots(
  at: Located | null,
  parts: DesignParts,
  arms: readonly ArmName[],
  confidence: number,
  problems: Problems,
): Pick<Design, 'switching' | 'stages' | 'burnInMs' | 'periods'> {
  if (parts.kind === 'switchback') {
    const each = slotsAtLevel(confidence, arms.length);
    const kind = child(at, 'kind');
    if (kind !== null && !isWithinSchedules((1 - confidence) / 2 / Math.max(1, arms.length - 1)))
      problems.atValue(
        kind,
        `a switchback of ${arms.length} arms can never answer at ${Number((confidence * 100).toPrecision(6))}% confidence: its p is counted over at most ${DRAWN_SCHEDULES + 1} schedules`,
        'Ask for less confidence, or compare fewer arms.',
      );
    return { switching: readSwitching(at, parts, { arms: arms.length, each }, problems) };
  }
  if (parts.kind === 'ramp')
    return { stages: readStages(at, parts, problems), burnInMs: parts['burn-in'] ?? 0 };
  if (parts.kind === 'runs') return readPeriods(at, parts, arms, problems);
  return {};
}

function readSwitching(
  at: Located | null,
  parts: DesignParts,
  { arms, each }: { readonly arms: number; readonly each: number },
  problems: Problems,
): Switching {
  const { slot: slotMs = null, slots = null, 'burn-in': burnInMs = 0, 'burn-out': burnOutMs = 0 } = parts;
  const slotAt = child(at, 'slot');
  if (slotAt !== null && slotMs === 0)
    problems.atValue(slotAt, 'a slot of no length holds nothing', 'Write slot: 2h.');
  const burnAt = child(at, 'burn-in') ?? child(at, 'burn-out');
  if (slotMs !== null && slotMs > 0 && burnAt !== null && burnInMs + burnOutMs >= slotMs)
    problems.atValue(
      burnAt,
      `burn-in and burn-out leave nothing of a slot of ${durationText(slotMs)}`,
      'Make the slots longer: a few times what is left out.',
    );
  const fewest = each * arms;
  const slotsAt = child(at, 'slots');
  if (slotsAt !== null && slots !== null && slots < fewest)
    problems.atValue(
      slotsAt,
      `${slots} ${slots === 1 ? 'slot' : 'slots'} can never answer: ${each} of each arm are needed, ${fewest} together`,
      `Write at least ${fewest}; 20 or more see small differences.`,
    );
  else if (slotsAt !== null && slots !== null && slots % arms !== 0)
    problems.atValue(
      slotsAt,
      `${slots} slots cannot be divided equally among ${arms} arms`,
      `Write ${slots - (slots % arms)} or ${slots - (slots % arms) + arms}.`,
    );
  return { slotMs, slots, burnInMs, burnOutMs };
}

function readStages(
  at: Located | null,
  { stages = [], 'burn-in': burnInMs = 0 }: DesignParts,
  problems: Problems,
): readonly Stage[] {
  const stagesAt = child(at, 'stages');
  if (stagesAt === null && at !== null)
    problems.atKey(
      child(at, 'kind') ?? at,
      'design ramp has no stages',
      'Add "stages: [{ coverage: 2%, for: 1h }, { coverage: 100%, for: 12h }]".',
    );
  const places = items(stagesAt);
  stages.forEach(({ coverage, for: durationMs }, i) => {
    const place = places[i] ?? stagesAt;
    if (place === null) return;
    if (durationMs === 0)
      problems.atValue(
        child(place, 'for') ?? place,
        'a stage of no length measures nothing',
        'Write for: 6h.',
      );
    if (i > 0 && coverage <= stages[i - 1].coverage)
      problems.atValue(
        child(place, 'coverage') ?? place,
        'coverage must rise from stage to stage',
        'A ramp that goes back would move keys to the other arm; write 2%, 10%, 50%, 100%.',
      );
    if (durationMs > 0 && durationMs <= burnInMs)
      problems.atValue(
        child(place, 'for') ?? place,
        'burn-in leaves nothing of this stage',
        'Make the stage longer than "burn-in".',
      );
  });
  return stages.map(({ coverage, for: durationMs }) => ({ coverage, durationMs }));
}

function readPeriods(
  at: Located | null,
  { periods, unit }: DesignParts,
  arms: readonly ArmName[],
  problems: Problems,
): Pick<Design, 'periods'> {
  const periodsAt = child(at, 'periods');
  if (periodsAt === null && at !== null && child(at, 'unit') === null)
    problems.atKey(
      child(at, 'kind') ?? at,
      'design runs does not say which deployments there were',
      'Name the label that sources have for a deployment ("unit: deployment"), or list them: "periods: [{ arm, from, to }, …]".',
    );
  if (periodsAt !== null && unit !== undefined)
    problems.atKey(
      periodsAt,
      'deployments are named by a label or listed, not both',
      'Leave out "unit" or "periods".',
    );
  if (periodsAt === null || periods === undefined) return {};
  const places = items(periodsAt);
  periods.forEach(({ arm, from, to }, i) => {
    const place = places[i] ?? periodsAt;
    if (!arms.includes(arm))
      problems.atValue(
        child(place, 'arm') ?? place,
        `there is no arm "${arm}"`,
        `The arms are ${arms.join(', ')}.`,
      );
    if (from >= to)
      problems.atValue(
        child(place, 'to') ?? place,
        'this deployment ends before it starts',
        '"to" must be later than "from".',
      );
    const twice = periods.findIndex(
      (other, k) => k < i && other.arm === arm && other.from < to && from < other.to,
    );
    if (twice >= 0)
      problems.atValue(
        place,
        `two deployments of ${arm} overlap`,
        'Each needs its own time; they are told apart by nothing else.',
      );
  });
  for (const arm of arms) {
    const own = periods.filter((period) => period.arm === arm).length;
    if (own < FEWEST_RUNS)
      problems.atKey(
        periodsAt,
        `${own} ${own === 1 ? 'run' : 'runs'} of ${arm} can never answer: ${FEWEST_RUNS} of each arm are needed`,
        'Deploy each arm anew, at least five times; by turns is best.',
      );
  }
  return { periods: periods.map(({ arm, from, to }) => ({ arm, fromMs: from, toMs: to })) };
}
