/** Trials one after the other, or a window that others fill: split where there is a driver, look, collect, keep. */
import { collect, redact } from '../collect/index.js';
import { asRun } from './as-run.js';
import { endsBefore, type Looking, lastLook, watchTrials } from './looks.js';
import { workOnWindow } from './on-window.js';
import { pausing } from './pace.js';
import type { RawEvidence } from './recorded.js';
import type { RunRequest, RunState } from './request.js';
import { inItsTime } from './slot-window.js';
import { split } from './split.js';
import { watched } from './watched.js';
import { looksOnWindow, untilOf } from './window-looks.js';

export async function runTrialsOrCollect({
  declared,
  run,
  folder,
  plugins,
  io,
  pace = null,
  analyse,
}: RunRequest & { readonly analyse: Looking['analyse'] }): Promise<RunState> {
  const experiment = asRun(declared, run);
  const earlier = await folder.loadEarlier();
  const known = (raw: RawEvidence): RawEvidence => (earlier === null ? raw : { ...raw, earlier });
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
    analyse: (raw) => analyse(known(raw)),
  };
  if (looksOnWindow(experiment)) {
    const monitor = (raw: RawEvidence, untilMs: number) => watched(experiment, known(raw), untilMs, plugins);
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
      watched(experiment, known(raw), Number.POSITIVE_INFINITY, plugins),
    );
    return { finished: false, blocks, of: schedule.blocks, watched: seen };
  }
  if (schedule === null) await looking.collect(trials);
  else if (!endedEarly) await lastLook(schedule, trials, looking);
  await folder.finish({ ...run, finishedAt: io.now() });
  return { finished: true };
}
