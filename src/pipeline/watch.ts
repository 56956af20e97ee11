/**
 * Beside a running split: has a cap been reached, is a guardrail broken? The sources are the experiment's own, asked for
 * what guardrails and the cost cap need and no more; what they answer is looked at with `harm`, which pays for as many
 * questions as anybody likes, and is not kept: the evidence is collected once, at the end.
 */
import { collect, questions, requestFolds } from '../collect/index.js';
import type { Harm } from '../model/decision.js';
import type { Collected, ExecutedSlot, Schedule, WatchRow } from '../model/evidence.js';
import type { ArmName, Experiment, MetricName, Window } from '../model/experiment.js';
import type { Io, Plugins, SourceContext } from '../model/ports.js';
import { type Reason, reason } from '../model/reason.js';
import { sentence } from '../report/index.js';
import type { RunFolder } from '../store/index.js';
import { type ReadOn, readOn } from './turn-tap/read-on.js';
import { type LookAt, requestsIn } from './turn-tap.js';

export interface Watching {
  readonly experiment: Experiment;
  readonly schedule: Schedule;
  readonly folder: Pick<RunFolder, 'requests' | 'requestsFrom'>;
  /** Requests that were read at earlier polls, and what was made of them. */
  readonly requests: ReadOn;
  readonly plugins: Pick<Plugins, 'sources'>;
  readonly io: Io;
  /** Longest that the sources are waited for at one poll. */
  readonly answerWithinMs: number;
  /** Told at each poll why the sources do not answer; null: they do. */
  blind(why: Reason | null): void;
  /** Pure: what guardrails say, and the sum of a cost metric over arms that are not the baseline (null: unknown). */
  judge(
    experiment: Experiment,
    collected: readonly Collected[],
    at: LookAt,
  ): { readonly harm: readonly Harm[]; readonly cost: number | null };
}

/** Metrics that guardrails and the cost cap rest on, with what they are computed from. */
function watchedMetrics({ metrics, guardrails, exposure }: Experiment): ReadonlySet<MetricName> {
  const all = new Set(guardrails.map(({ metric }) => metric));
  if (exposure?.cost != null) all.add(exposure.cost.metric);
  for (const name of all) {
    const input = metrics.find((metric) => metric.name === name)?.input;
    if (input?.kind === 'ratio') all.add(input.of).add(input.per);
    if (input?.kind === 'rate')
      for (const uses of Object.values(input.arms)) for (const { usage } of uses) all.add(usage);
  }
  return all;
}

export async function watch(watching: Watching, at: LookAt): Promise<WatchRow> {
  const { experiment, io } = watching;
  const now = io.now();
  const names = watchedMetrics(experiment);
  const soFar: Experiment = {
    ...experiment,
    window: windowUntil(now, at, experiment),
    metrics: experiment.metrics.filter(({ name }) => names.has(name)),
    hypotheses: [],
  };
  const collected = names.size === 0 ? [] : await askAgain(soFar, watching, at);
  const tooSlow = reason('watch-too-slow', { limitMs: watching.answerWithinMs });
  watching.blind(collected === null ? tooSlow : failureOf(collected));
  const seen = collected === null ? null : watching.judge(soFar, collected, at);
  const cannot = { outcome: 'cannot say', why: tooSlow } as const;
  const row = {
    at: now,
    slot: at.slot.index,
    units: at.units,
    guardrails:
      seen === null
        ? experiment.guardrails.map(({ id }) => ({ claim: id, ...cannot }))
        : seen.harm.map(({ claim, verdict, reasons }) => ({
            claim: claim.id,
            outcome: verdict,
            why: reasons[0] ?? null,
          })),
  };
  return { ...row, stop: harmStop(seen?.harm ?? []) ?? capStop(experiment, at, seen?.cost ?? null) };
}

/** A source that failed; one that has nothing yet has answered. */
const failureOf = (collected: readonly Collected[]): Reason | null =>
  collected.find(({ meta }) => meta.problem !== null && meta.problem.code !== 'no-data')?.meta.problem ??
  null;

/** Whoever divides live traffic is told at once that nobody watches it, and that somebody does again; each once. */
export function sayBlind(log: Pick<Io['log'], 'warn'>): Watching['blind'] {
  let isBlind = false;
  return (why) => {
    if (why !== null && !isBlind)
      log.warn(
        `guardrails cannot be watched now: ${sentence(why)} The traffic stays divided; caps on units and time hold.`,
      );
    if (why === null && isBlind) log.warn('guardrails are watched again');
    isBlind = why !== null;
  };
}

const windowUntil = (now: number, { slot, appliedAt, executed }: LookAt, { window }: Experiment): Window => {
  const first = executed.find((row) => row.appliedAt !== null)?.appliedAt ?? appliedAt;
  return {
    fromMs: window === null ? first : Math.max(window.fromMs, first),
    toMs: Math.min(now, window?.toMs ?? slot.endMs),
    warmupMs: window?.warmupMs ?? 0,
    settleMs: window?.settleMs ?? 0,
  };
};

/** With the slot that is on. */
export const slotsSoFar = ({ executed, slot, appliedAt }: LookAt): readonly ExecutedSlot[] => [
  ...executed,
  { index: slot.index, attempt: 0, appliedAt, endedAt: slot.endMs, outcome: 'ok' },
];

/** For a split that begins or goes on: nothing was read yet. */
export function requestsToRead(
  experiment: Experiment,
  schedule: Schedule,
  folder: Watching['folder'],
  plugins: Watching['plugins'],
): ReadOn {
  const names = watchedMetrics(experiment);
  const metrics = experiment.metrics.filter(({ name }) => names.has(name));
  const asked = questions({ ...experiment, metrics }, plugins.sources)
    .filter(({ type }) => type === 'requests')
    .flatMap(({ queries }) => queries);
  return readOn(folder, schedule, () => requestFolds(asked));
}

const SILENT = { progress: () => undefined, progressEnd: () => undefined };

/**
 * null: not answered in time. A source that hangs, or is asked again and again, must hold up neither the caps nor the look
 * at the tap nor the end of a slot.
 */
async function askAgain(
  experiment: Experiment,
  { plugins, io, folder, schedule, requests, answerWithinMs }: Watching,
  at: LookAt,
): Promise<readonly Collected[] | null> {
  const folds = await requests.folds(slotsSoFar(at));
  const late = new AbortController();
  const context: SourceContext = {
    ...io,
    log: { ...io.log, info: io.log.info, warn: io.log.detail, detail: io.log.detail, ...SILENT },
    trials: [],
    requests: () => requestsIn(folder.requests(), schedule, slotsSoFar(at)),
    foldedRequests: folds.observations,
    signal: AbortSignal.any([io.signal, late.signal]),
  };
  const asking = collect(experiment, plugins.sources, context, async () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const tooLate = new Promise<null>((done) => {
    timer = setTimeout(() => {
      done(null);
      late.abort(new Error('the sources did not answer in time'));
    }, answerWithinMs);
  });
  try {
    return await Promise.race([asking, tooLate]);
  } finally {
    clearTimeout(timer);
    asking.catch(() => undefined); // nobody waits for it any more
  }
}

function harmStop(harm: readonly Harm[]): WatchRow['stop'] {
  const broken = harm.filter(({ verdict }) => verdict === 'harm');
  if (broken.length === 0) return null;
  const arms: readonly ArmName[] = [...new Set(broken.map(({ claim }) => claim.treatment))];
  const sentences = broken.map(({ claim }) => claim.sentence);
  return { why: 'harm', arms, reason: reason('split-stopped-harm', { arms, sentences }) };
}

function capStop(
  { exposure }: Experiment,
  { units, exposedMs, isOver }: LookAt,
  cost: number | null,
): WatchRow['stop'] {
  const caps = [
    { cap: 'units', have: units, most: exposure?.units ?? null },
    // Where the split ends by itself, it is not ended before its time because it took as long as it was to take.
    { cap: 'time', have: isOver ? null : exposedMs, most: exposure?.durationMs ?? null },
    { cap: 'cost', have: cost, most: exposure?.cost?.amount ?? null },
  ];
  const reached = caps.find(({ have, most }) => have !== null && most !== null && have >= most);
  return reached === undefined
    ? null
    : { why: 'cap', arms: [], reason: reason('split-stopped-cap', { ...reached }) };
}
