/**
 * The whole flow on one screen.
 *
 *   declare → split → collect → check → compare → decide → report
 *
 * `run` touches the world: it splits, collects and keeps the evidence. `analyze` is pure: the same evidence
 * gives the same report on any machine, years later.
 */
import { createHash } from 'node:crypto';
import { runChecks } from './check/index.js';
import {
  collect,
  computed,
  deriveTables,
  exclusions,
  priceScenarios,
  pricesBetween,
  redact,
} from './collect/index.js';
import { breakEvens, compare, methodNotes, tabulateTradeOff, tradeOffs } from './compare/index.js';
import {
  type AlphaAtLook,
  afterCap,
  afterHarm,
  confidenceFor,
  decide,
  harm,
  monthly,
  warmupSensitivity,
  withBreakEven,
  withPriceScenarios,
} from './decide/index.js';
import { KnownError } from './errors.js';
import type { Decision } from './model/decision.js';
import type {
  Collected,
  Evidence,
  ExecutedSlot,
  ExposureRow,
  Look,
  RunInfo,
  Schedule,
  Trial,
  WatchRow,
} from './model/evidence.js';
import type { ArmName, Experiment, MetricName } from './model/experiment.js';
import type { Io, Plugins, Tap } from './model/ports.js';
import type { Report } from './model/report.js';
import { asRun } from './pipeline/as-run.js';
import { endsBefore, type Looking, lastLook, newestLook, watchTrials } from './pipeline/looks.js';
import { type Watched, type WindowState, workOnWindow } from './pipeline/on-window.js';
import { type Pace, pausing } from './pipeline/pace.js';
import { amongAdoptable } from './pipeline/pairwise.js';
import { runningOf } from './pipeline/running.js';
import { inItsTime } from './pipeline/slot-window.js';
import { split, storedOrPlanned } from './pipeline/split.js';
import { requestsIn, turnTap } from './pipeline/turn-tap.js';
import { atDeclaredVolume } from './pipeline/volumes.js';
import { type Cut, otherCuts } from './pipeline/warm-up.js';
import { slotsSoFar, type Watching, watch } from './pipeline/watch.js';
import { type Judged, whatIf } from './pipeline/what-if.js';
import { looksOnWindow, untilOf } from './pipeline/window-looks.js';
import { assemble } from './report/index.js';
import { createRandom } from './stats/index.js';
import type { RunFolder } from './store/index.js';

export { asRun } from './pipeline/as-run.js';
export { FORM_HASHES, formFile, formHash, writeForms, writeOwn } from './pipeline/forms.js';
export { readLooks } from './pipeline/looks.js';
export type { Watched, WindowState } from './pipeline/on-window.js';
export type { Pace } from './pipeline/pace.js';
export { plannedQueries } from './pipeline/queries.js';
export { plannedSlots, planTrials } from './pipeline/split.js';
export { rollbackCommands, settingOf, shout } from './pipeline/turn-tap.js';
export {
  dueOnWindow,
  looksOnWindow,
  type WindowDue,
  type WindowLook,
  windowLooks,
} from './pipeline/window-looks.js';

export interface RunRequest {
  readonly declared: Experiment;
  readonly run: RunInfo;
  readonly folder: RunFolder;
  readonly plugins: Plugins;
  readonly io: Io;
  /** Do only so many blocks now. Absent: all of them. */
  readonly pace?: Pace | null;
  /** Folder of this machine's leases of taps; needed where one is turned. */
  readonly leases?: string;
}

/** What a run is after one execution of it. */
export type RunState =
  | { readonly finished: true }
  | {
      readonly finished: false;
      /** On a window: buckets (or hours) of it that lie behind. */
      readonly blocks: number;
      readonly of: number;
      /** Set where the experiment looks at a window that is not over. */
      readonly window?: WindowState;
      /** Set between blocks: what may be seen without looking. */
      readonly watched?: Watched;
    };

/**
 * Split, look, collect, keep: ends with complete evidence in the folder, or paused between two blocks, or throws with
 * what there is kept.
 */
export async function run(request: RunRequest): Promise<RunState> {
  const tap = tapOf(request.declared, request.plugins);
  return tap === null ? runTrialsOrCollect(request) : runOnTap(request, tap);
}

async function runTrialsOrCollect({
  declared,
  run,
  folder,
  plugins,
  io,
  pace = null,
}: RunRequest): Promise<RunState> {
  const experiment = asRun(declared, run);
  const redaction = redact(experiment.secrets, io.env);
  const looking: Looking = {
    experiment,
    run,
    folder,
    plugins,
    io,
    collect: async (trials, untilMs = Infinity) => {
      const inTime = inItsTime(experiment, await folder.loadSchedule(), await folder.loadSlots());
      await collect(untilOf(inTime, untilMs), plugins.sources, { ...io, trials }, async (collected) => {
        await folder.saveCollected(collected);
      });
    },
    analyse: (raw) => analyze(declared, raw, { plugins, stacktrial: run.stacktrial }),
  };
  if (looksOnWindow(experiment)) {
    const monitor = (raw: RawEvidence, untilMs: number) => watched(experiment, raw, untilMs, plugins);
    const state = await workOnWindow({ ...looking, monitor });
    if (state !== null) return state;
    await folder.finish({ ...run, finishedAt: io.now() });
    return { finished: true };
  }
  const pause = pausing(pace, folder, io);
  const { schedule, trials, endedEarly } = await split({
    experiment,
    run,
    folder,
    plugins,
    io,
    redact: redaction.text,
    endsBefore: async (block, planned, rows) =>
      (await endsBefore(block, planned, rows, looking)) || (await pause.before(block, planned.blocks)),
  });
  const blocks = pause.at();
  if (schedule !== null && blocks !== null) {
    const seen = await watchTrials(schedule, blocks, trials, looking, (raw) =>
      watched(experiment, raw, Number.POSITIVE_INFINITY, plugins),
    );
    return { finished: false, blocks, of: schedule.blocks, watched: seen };
  }
  if (schedule === null) await looking.collect(trials);
  else if (!endedEarly) await lastLook(schedule, trials, looking);
  await folder.finish({ ...run, finishedAt: io.now() });
  return { finished: true };
}

/** Traffic is divided by a tap, which is given back before anything is collected. */
async function runOnTap(
  { declared, run, folder, plugins, io, leases }: RunRequest,
  tap: Tap,
): Promise<RunState> {
  if (leases === undefined) throw new Error('a tap is turned, and nobody says where its lease lies');
  const planned = await storedOrPlanned({ experiment: asRun(declared, run), folder, io, run });
  if (planned === null) throw new KnownError('no-slots', 'nothing says when traffic is divided');
  const { window, left } = await turnTap({
    experiment: asRun(declared, run),
    run,
    folder,
    tap,
    schedule: planned,
    io,
    leases,
    look: (at) =>
      watch(
        {
          experiment: asRun(declared, run),
          schedule: planned,
          folder,
          plugins,
          io,
          judge: watchJudgement(planned, run),
        },
        at,
      ),
  });
  const ran = { ...run, ...(window === null ? {} : { window }) };
  const executed = await folder.loadSlots();
  const sourceContext = {
    ...io,
    trials: [],
    requests: () => requestsIn(folder.requests(), planned, executed),
  };
  await collect(asRun(declared, ran), plugins.sources, sourceContext, async (collected) => {
    await folder.saveCollected(collected);
  });
  await folder.finish({ ...ran, finishedAt: io.now() });
  if (left !== null) throw left;
  return { finished: true };
}

/** What a run folder holds, read back. */
export interface RawEvidence {
  readonly run: RunInfo;
  readonly schedule: Schedule | null;
  readonly trials: readonly Trial[];
  readonly collected: readonly Collected[];
  readonly executed?: readonly ExecutedSlot[];
  readonly exposure?: readonly ExposureRow[];
  readonly watched?: readonly WatchRow[];
  /** Those that were recorded, in order. Absent or none: one look, at the end. */
  readonly looks?: readonly Look[];
}

export interface AnalyzeOptions {
  readonly plugins: Pick<Plugins, 'checks' | 'methods'>;
  /** Version of stacktrial that analyses. */
  readonly stacktrial: string;
  /** The experiment was written after the data were seen (`--with`): never adopt. */
  readonly postHoc?: boolean;
}

/** Evidence → report. Pure. */
export function analyze(declared: Experiment, recorded: RawEvidence, options: AnalyzeOptions): Report {
  const inTime = inItsTime(asRun(declared, recorded.run), recorded.schedule, recorded.executed);
  const { raw, atLook, reported, experiment } = newestLook(recorded, inTime);
  const judging = { ...options, look: reported, atLook };
  const judged = judge(experiment, raw, judging);
  const scenarios = atOtherPrices(experiment, raw, judging);
  const money = moneyOf(judged, atLook);
  const settled = asStopped(settledDecision(judged.decision, experiment, raw, judging), raw);
  const chosen = amongAdoptable(settled, judged, options.plugins, atLook);
  return assemble({
    ...judged,
    ...money,
    look: reported,
    claims: withPriceScenarios(judged.claims, scenarios),
    whatIf: whatIf(judged, scenarios, atLook),
    comparisons: [...judged.comparisons, ...chosen.comparisons],
    decision: withBreakEven(chosen.decision, money.breakEvens),
    running: runningOf(judged, reported, options.plugins.methods),
    methods: methodNotes(judged.comparisons, options.plugins.methods),
    computed: (metric) => computed(metric, experiment),
    stacktrial: options.stacktrial,
    postHoc: options.postHoc ?? false,
    experimentSha256: createHash('sha256').update(experiment.text).digest('hex'),
  });
}

/** Cost against time, and the cost of a month, as the report shows them. */
function moneyOf({ evidence, complete, tradeOffs, comparisons }: Judged, atLook: AlphaAtLook) {
  const { experiment, tables } = evidence;
  const confidence = confidenceFor({ join: 'and', siblings: 1 }, experiment, atLook);
  const hourValue = experiment.decide.hourValue?.value ?? null;
  return {
    tradeOffs: [...tradeOffs.values()].flatMap((live) =>
      'code' in live ? [] : [tabulateTradeOff(live, hourValue, confidence)],
    ),
    monthly: monthly(experiment, tables, comparisons, confidence),
    breakEvens: breakEvens(complete, confidence),
  };
}

interface Judging extends AnalyzeOptions {
  readonly look: { readonly index: number; readonly of: number };
  readonly atLook: AlphaAtLook;
}

/** check → compare → decide, on one set of evidence at one look. */
function judge(
  experiment: Experiment,
  raw: RawEvidence,
  { plugins, postHoc, look, atLook }: Judging,
): Judged {
  const complete = derive(experiment, raw);
  const checks = runChecks(complete, look, plugins.checks);
  const evidence = { ...complete, tables: atDeclaredVolume(complete.tables, experiment, complete.schedule) };
  const { comparisons, inferences } = compare(
    evidence,
    plugins.methods,
    { confidencePerComparison: (...pair) => confidencePer(experiment, atLook, ...pair) },
    createRandom(experiment.design.seed, experiment.name),
  );
  const claims = [...experiment.hypotheses, ...experiment.guardrails];
  const random = createRandom(experiment.design.seed, experiment.name);
  const against = tradeOffs(evidence, plugins.methods, random);
  const decided = decide(evidence, claims, comparisons, inferences, checks, {
    exploratory: postHoc ?? false,
    atLook,
    tradeOffs: against,
  });
  return { evidence, complete, checks, comparisons, inferences, tradeOffs: against, ...decided };
}

/** Prices are declared ranges, never sampling noise: everything again, at other prices of each range. */
const atOtherPrices = (experiment: Experiment, raw: RawEvidence, options: Judging) =>
  [...priceScenarios(experiment), ...pricesBetween(experiment)].map(({ experiment: priced, ...about }) => ({
    ...about,
    ...judge(priced, raw, options),
  }));

/** An adoption that another warm-up cut would not make is not made. */
function settledDecision(
  declared: Decision,
  experiment: Experiment,
  raw: RawEvidence,
  options: Judging,
): Decision {
  if (declared.outcome !== 'adopt') return declared;
  const cuts = otherCuts(experiment, raw);
  if (cuts === null) return declared;
  const decision = (cut: Cut): Decision => judge(cut.experiment, cut.raw, options).decision;
  return warmupSensitivity({ declared, none: decision(cuts.none), twice: decision(cuts.twice) });
}

/** A split that was ended before its time is decided with that in mind. */
function asStopped(decision: Decision, { watched = [] }: RawEvidence): Decision {
  const stop = watched.findLast((row) => row.stop !== null)?.stop ?? null;
  if (stop === null) return decision;
  return stop.why === 'harm' ? afterHarm(decision, stop.arms, stop.reason) : afterCap(decision, stop.reason);
}

/** What `watch` asks of what it has collected. Pure. */
const watchJudgement =
  (schedule: Schedule, run: RunInfo): Watching['judge'] =>
  (experiment, collected, at) => {
    const raw = { run, schedule, trials: [], collected, executed: slotsSoFar(at) };
    const evidence = derive(experiment, raw);
    const capped = experiment.exposure?.cost?.metric;
    const columns = capped === undefined ? undefined : evidence.tables.get(capped)?.arms;
    const own = experiment.treatments.flatMap((arm) => [...(columns?.get(arm)?.value ?? [])]);
    return {
      harm: harm(evidence),
      cost: columns === undefined ? null : own.reduce((sum, value) => sum + value, 0),
    };
  };

/** What may be seen of a running experiment without looking at it: coverage, checks, and harm on guardrails. Pure. */
function watched(
  experiment: Experiment,
  raw: RawEvidence,
  untilMs: number,
  { checks }: Pick<Plugins, 'checks'>,
): Watched {
  const evidence = derive(untilOf(experiment, untilMs), raw);
  const { tables } = evidence;
  const coverage = experiment.metrics.flatMap(({ name }) => {
    const table = tables.get(name);
    return table === undefined
      ? []
      : experiment.arms.map((arm) => ({
          metric: name,
          arm: arm.name,
          seen: table.coverage.seen[arm.name] ?? 0,
          expected: table.coverage.expected,
          unmeasured: table.unmeasured,
        }));
  });
  return {
    coverage,
    checks: runChecks(
      evidence,
      { index: raw.looks?.length ?? 0, of: experiment.decide.looks?.length ?? 1 },
      checks,
    ),
    // How near a guardrail is to being broken is an effect: whoever watches it has looked.
    harm: harm(evidence).map((one) => ({ ...one, p: null })),
  };
}

const derive = (experiment: Experiment, raw: RawEvidence): Evidence => {
  const excluded = exclusions(raw.trials);
  const tables = deriveTables(experiment, raw.schedule, raw.trials, raw.collected, excluded, raw.executed);
  return { ...raw, experiment, exclusions: excluded, tables };
};

/** The printed interval is the one that decides: the strictest that a claim on this comparison asks for. */
const confidencePer = (
  experiment: Experiment,
  atLook: AlphaAtLook,
  metric: MetricName,
  treatment: ArmName,
): number => {
  const alone = { join: 'and', siblings: 1 } as const;
  return [...experiment.hypotheses, ...experiment.guardrails]
    .filter((claim) => claim.metric === metric && claim.treatment === treatment)
    .reduce(
      (most, claim) => Math.max(most, confidenceFor(claim, experiment, atLook)),
      confidenceFor(alone, experiment, atLook),
    );
};

/** The tap that the experiment turns; null: it turns none. */
export function tapOf({ driver }: Experiment, { drivers }: Pick<Plugins, 'drivers'>): Tap | null {
  const plugin = driver === null ? null : drivers[driver.type];
  return plugin?.kind === 'tap' ? plugin : null;
}
