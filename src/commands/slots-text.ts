/** What a design in slots will do, in words (`validate`) and slot by slot (`run --dry-run`). */
import type { Schedule, Slot } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import { duration, percent, plural, timestamp } from '../report/format.js';

const sharesText = (shares: Slot['shares']): string => {
  const whole = Object.entries(shares).find(([, share]) => share === 1);
  if (whole !== undefined) return whole[0];
  return Object.entries(shares)
    .map(([arm, share]) => `${arm} ${percent(share)}`)
    .join(', ');
};

/** When nobody declared a window, slots begin with the run: times are counted from there. */
const isRelative = ({ window }: Experiment): boolean => window === null;

export function slotLines({ slots, design, seed }: Schedule): readonly string[] {
  if (slots === undefined) return [];
  const what = { switchback: 'slot', ramp: 'stage', 'by-key': 'split' }[design as string] ?? 'run';
  return [
    `${plural(slots.length, what)}, seed ${seed}`,
    ...slots.map(
      ({ index, startMs, endMs, shares }) =>
        `  ${`${what} ${index + 1}`.padEnd(10)} ${timestamp(startMs)} to ${timestamp(endMs)}  ${sharesText(shares)}`,
    ),
  ];
}

const spanText = (slots: readonly Slot[], experiment: Experiment): string => {
  const from = slots[0].startMs;
  const to = slots[slots.length - 1].endMs;
  return isRelative(experiment)
    ? `for ${duration(to - from)} from the start of the run`
    : `from ${timestamp(from)} to ${timestamp(to)}`;
};

const leftOut = (burnInMs: number, burnOutMs: number): readonly string[] => {
  const parts = [
    ...(burnInMs > 0 ? [`the first ${duration(burnInMs)}`] : []),
    ...(burnOutMs > 0 ? [`the last ${duration(burnOutMs)}`] : []),
  ];
  return parts.length === 0 ? [] : [`Of each, ${parts.join(' and ')} are left out.`];
};

function switchbackWords(experiment: Experiment, planned: Schedule | null): readonly string[] {
  const { switching } = experiment.design;
  if (planned?.slots === undefined || switching?.slotMs == null)
    return [
      `${plural(switching?.slots ?? 0, 'slot')} of trials, as many on each arm, in drawn order; a slot is one pass of the workload.`,
    ];
  const { slots, draws = [] } = planned;
  const each = slots.length / experiment.arms.length;
  return [
    `${plural(slots.length, 'slot')} of ${duration(switching.slotMs)}, ${each} on each arm, ${spanText(slots, experiment)}; all traffic goes to the slot's arm.`,
    balanceText(draws, switching.slotMs),
    ...leftOut(switching.burnInMs, switching.burnOutMs),
  ];
}

function balanceText(draws: NonNullable<Schedule['draws']>, slotMs: number): string {
  const tuple = draws.find((draw) => draw.tuple === 0)?.tuple ?? null;
  if (tuple === null)
    return 'Drawn all together: with so few slots, balancing them would leave too few schedules to test.';
  const [first, second] = draws.flatMap((draw, slot) => (draw.tuple === 0 ? [slot] : []));
  const apart = (second - first) * slotMs;
  if (apart === 864e5)
    return 'Balanced: within consecutive days each time of day comes once on each arm, and each day is divided equally.';
  if (apart === 7 * 864e5)
    return 'Balanced: every weekday belongs to each arm in one of the consecutive weeks.';
  return 'Balanced: slots that follow each other belong to different arms, in one order as often as in the other.';
}

function rampWords(planned: Schedule | null): readonly string[] {
  const slots = planned?.slots ?? [];
  return [
    ...slots.map(
      ({ index, startMs, endMs, coverage = 1, shares }) =>
        `Stage ${index + 1}: ${percent(coverage)} of the traffic takes part for ${duration(endMs - startMs)}: ${sharesText(shares)}.`,
    ),
    'Stages are compared one by one and then combined; they are never pooled.',
    ...leftOut(slots[0]?.burnInMs ?? 0, 0),
  ];
}

const runsWords = ({ design, arms }: Experiment): readonly string[] => [
  design.periods === undefined
    ? `Each value of ${design.unit} is one run of one arm.`
    : `${arms.map(({ name }) => `${plural(design.periods?.filter(({ arm }) => arm === name).length ?? 0, 'run')} of ${name}`).join(', ')}, by their times.`,
  'Each run counts as one value.',
];

/** None for designs that are said in their name. */
const byKeyWords = (slots: readonly Slot[], experiment: Experiment): readonly string[] => [
  `${percent(slots[0].coverage ?? 1)} of the traffic takes part, ${spanText(slots, experiment)}: ${sharesText(experiment.design.shares)}; the rest stays on ${experiment.baseline}.`,
  ...leftOut(slots[0].burnInMs, 0),
];

export function designWords(experiment: Experiment, planned: Schedule | null): readonly string[] {
  const { kind } = experiment.design;
  if (kind === 'switchback') return switchbackWords(experiment, planned);
  if (kind === 'ramp') return rampWords(planned);
  if (kind === 'runs') return runsWords(experiment);
  if (kind === 'observed' && !experiment.design.concurrent)
    return [
      'The arms are observed at different times: whatever they show, nothing is adopted. `concurrent: true` says that both ran at the same time.',
    ];
  return kind === 'by-key' && planned?.slots !== undefined ? byKeyWords(planned.slots, experiment) : [];
}
