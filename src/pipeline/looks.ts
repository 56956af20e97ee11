/**
 * Looks at a run. Declared ones are taken in the pause between two blocks: collect, write looks.json, analyse, and end
 * or go on. A look is recorded before it is analysed and never twice, so that a run that was cut off in between is
 * analysed again at the same look and α; `analyze` reads what was recorded and adds nothing.
 */
import { exclusions } from '../collect/index.js';
import { type AlphaAtLook, alphaAtLook, boundaries, endsHere } from '../decide/index.js';
import { KnownError } from '../errors.js';
import type { Look, RunInfo, Schedule, Trial } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import type { Io, Plugins } from '../model/ports.js';
import type { Report } from '../model/report.js';
import { headline } from '../report/index.js';
import type { RunFolder } from '../store/index.js';
import { writeForms } from './forms.js';
import { lookPlan, type PlannedLook } from './look-plan.js';
import type { Watched } from './on-window.js';
import type { RawEvidence } from './recorded.js';
import { untilOf } from './window-looks.js';

/** The newest recorded look as the analysis sees it: its α, its evidence, and what the report says of it. */
export interface LookAt {
  readonly atLook: AlphaAtLook;
  readonly raw: RawEvidence;
  /** On a window: as it stood at the look. */
  readonly experiment: Experiment;
  readonly reported: Report['look'];
}

/** Evidence without looks.json, or with one declared look, is looked at once. */
export function newestLook(raw: RawEvidence, experiment: Experiment): LookAt {
  const looks = raw.looks ?? [];
  const newest = looks.at(-1);
  if (newest === undefined || (newest.of === 1 && newest.anytime !== true))
    return {
      atLook: alphaAtLook({ times: [1], last: true }),
      raw,
      experiment,
      reported: { index: 1, of: 1, ...reopened(newest) },
    };
  if (newest.anytime === true)
    return {
      atLook: alphaAtLook({ times: [1], last: true }),
      raw,
      experiment: untilOf(experiment, newest.untilMs ?? Infinity),
      reported: { index: newest.index, of: newest.index, anytime: true, ...reopened(newest) },
    };
  const soFar = { times: looks.map(informationOf), last: newest.index === newest.of };
  const spent = boundaries(1 - experiment.decide.confidence, soFar);
  return {
    atLook: alphaAtLook(soFar),
    raw: { ...raw, schedule: raw.schedule === null ? null : dueBy(newest, raw.schedule) },
    experiment: newest.untilMs === undefined ? experiment : untilOf(experiment, newest.untilMs),
    reported: {
      index: newest.index,
      of: newest.of,
      taken: looks.map((look, i) => ({
        at: new Date(look.at).toISOString(),
        plannedFraction: look.plannedFraction,
        units: look.units,
        maximum: look.maximum,
        information: informationOf(look),
        confidence: 1 - spent[i].alpha,
        alphaSpent: spent[i].spent,
      })),
      stoppedEarly: !soFar.last && raw.run.finishedAt !== null,
      ...reopened(newest),
    },
  };
}

const reopened = (look: Look | undefined): Pick<Report['look'], 'reopenedAt'> =>
  look?.reopenedAt === undefined ? {} : { reopenedAt: new Date(look.reopenedAt).toISOString() };

const informationOf = ({ units, maximum }: Look): number => Math.min(1, units / maximum);

/** What had been planned for after the look is not missing. */
const dueBy = ({ blocks }: Pick<Look, 'blocks'>, schedule: Schedule): Schedule => ({
  ...schedule,
  blocks: Math.min(blocks, schedule.blocks),
  trials: schedule.trials.filter(({ block }) => block < blocks),
});

export interface Looking {
  readonly experiment: Experiment;
  readonly run: RunInfo;
  readonly folder: RunFolder;
  readonly plugins: Pick<Plugins, 'renderers'>;
  readonly io: Io;
  /** Fresh evidence into the folder; on a window, of what lies before `untilMs`. */
  collect(trials: readonly Trial[], untilMs?: number): Promise<void>;
  /** Pure. */
  analyse(raw: RawEvidence): Report;
}

/** Does the experiment end before this block? Takes the look that stands there, if one does. */
export async function endsBefore(
  block: number,
  schedule: Schedule,
  trials: readonly Trial[],
  looking: Looking,
): Promise<boolean> {
  const due = lookPlan(looking.experiment, schedule).find((look) => look.blocks === block);
  if (due === undefined || due.index === due.of) return false;
  // A row of this block is there because an earlier execution looked, and went on.
  if (trials.some((trial) => trial.block >= block)) return false;
  const looks = await record(due, schedule, trials, looking);
  const { folder, run, io, plugins, experiment } = looking;
  const report = looking.analyse({ run, schedule, trials, looks, collected: await folder.loadCollected() });
  const ends = endsHere(report.decision, report.claims, experiment.baseline);
  await writeForms(
    report,
    { saveReport: (name, content) => folder.saveReport(`look-${due.index}.${name}`, content) },
    plugins,
    experiment.houseStyle,
  );
  const what = `look ${due.index} of ${due.of}, after ${block} of ${schedule.blocks} blocks`;
  io.log.info(`${what}: ${headline(report).label.toLowerCase()}; ${ends ? 'ending here' : 'going on'}`);
  return ends;
}

/**
 * Between blocks that are no look: collects, and says what may be seen without looking; beside the evidence, as it is
 * none.
 */
export async function watchTrials(
  schedule: Schedule,
  blocks: number,
  trials: readonly Trial[],
  { collect, folder, run, io }: Looking,
  monitor: (raw: RawEvidence) => Watched,
): Promise<Watched> {
  await collect(trials);
  const watched = monitor({
    run,
    schedule: dueBy({ blocks }, schedule),
    trials,
    looks: readLooks(await folder.loadLooks()),
    collected: await folder.loadCollected(),
  });
  await folder.saveReport(
    'monitoring.json',
    `${JSON.stringify({ at: io.now(), blocks, of: schedule.blocks, ...watched }, null, 2)}\n`,
  );
  return watched;
}

/** After the last block: the look that spends what is left. It is analysed from the complete evidence. */
export async function lastLook(
  schedule: Schedule,
  trials: readonly Trial[],
  looking: Looking,
): Promise<void> {
  const last = lookPlan(looking.experiment, schedule).at(-1);
  if (last !== undefined) await record(last, schedule, trials, looking);
}

/** Collects and records the look, unless that was done; returns all looks so far. */
async function record(
  { index, of, plannedFraction, blocks }: PlannedLook,
  schedule: Schedule,
  trials: readonly Trial[],
  { collect, folder, io }: Looking,
): Promise<readonly Look[]> {
  const before = readLooks(await folder.loadLooks());
  if (before.some((look) => look.index === index)) return before;
  await collect(trials);
  const excluded = exclusions(trials).filter(({ block }) => block < blocks).length;
  const look: Look = {
    index,
    of,
    plannedFraction,
    blocks,
    units: blocks - excluded,
    maximum: schedule.blocks,
    at: io.now(),
  };
  await folder.saveLooks([...before, look]);
  return [...before, look];
}

/** looks.json as it was stored; null: there is none. */
export function readLooks(stored: unknown): readonly Look[] {
  if (stored === null) return [];
  if (!Array.isArray(stored) || !stored.every(isLook))
    throw new KnownError('damaged-file', 'evidence/looks.json is not a list of looks', {
      hint: 'The file was changed after it was written; start a new run.',
    });
  return stored;
}

const NUMBERS = ['index', 'of', 'plannedFraction', 'blocks', 'units', 'maximum', 'at'] as const;

const isLook = (stored: unknown): stored is Look =>
  typeof stored === 'object' &&
  stored !== null &&
  NUMBERS.every((key) => Number.isFinite((stored as Record<string, unknown>)[key]));
