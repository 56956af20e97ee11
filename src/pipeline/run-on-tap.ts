/** A live workload between the arms: the tap is turned, watched and given back; then what was measured is collected. */
import { collect } from '../collect/index.js';
import { harm } from '../decide/index.js';
import { KnownError } from '../errors.js';
import type { RunInfo, Schedule } from '../model/evidence.js';
import type { Experiment } from '../model/experiment.js';
import type { Plugins, Tap } from '../model/ports.js';
import { asRun } from './as-run.js';
import { derive } from './recorded.js';
import type { RunRequest, RunState } from './request.js';
import { storedOrPlanned } from './split.js';
import { POLL_MS } from './turn-tap/watched-slots.js';
import { requestsIn, turnTap } from './turn-tap.js';
import { requestsToRead, sayBlind, slotsSoFar, type Watching, watch } from './watch.js';

/** The tap that the experiment turns; null: it turns none. */
export function tapOf(
  { driver }: Pick<Experiment, 'driver'>,
  { drivers }: Pick<Plugins, 'drivers'>,
): Tap | null {
  const plugin = driver === null ? null : drivers[driver.type];
  return plugin?.kind === 'tap' ? plugin : null;
}

/** Short polls do not make a source slow that takes its time. */
const LEAST_ANSWER_MS = 5_000;

/** Traffic is divided by a tap, which is given back before anything is collected. */
export async function runOnTap(
  { declared, run, folder, plugins, io, leases }: RunRequest,
  tap: Tap,
): Promise<RunState> {
  if (leases === undefined) throw new Error('a tap is turned, and nobody says where its lease lies');
  const planned = await storedOrPlanned({ experiment: asRun(declared, run), folder, io, run });
  if (planned === null) throw new KnownError('no-slots', 'nothing says when traffic is divided');
  const requests = requestsToRead(asRun(declared, run), planned, folder, plugins);
  const everyMs = declared.watch?.everyMs ?? POLL_MS;
  const blind = sayBlind(io.log);
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
          requests,
          plugins,
          io,
          answerWithinMs: Math.max(everyMs, LEAST_ANSWER_MS),
          blind,
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
  if (left !== null) throw notGivenBack(left, folder.path);
  return { finished: true };
}

/** All is measured, and the tap is not given back: both are told, with what to do. */
const notGivenBack = (left: unknown, path: string): unknown =>
  left instanceof KnownError
    ? new KnownError(left.code, left.message, {
        hint: `${left.hint ?? ''}\n  Give it back with: stacktrial revert ${path}\n  What was measured is kept whole; its report: stacktrial analyze ${path}`,
        cause: left,
        exit: left.exit,
      })
    : left;

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
