/** What had been run under an experiment's name before a run begins: what the check `peeking` is told by. */
import { KnownError } from '../errors.js';
import type { EarlierRun } from '../model/earlier-run.js';
import type { Experiment } from '../model/experiment.js';
import type { Report } from '../model/report.js';
import { readLooks } from '../pipeline.js';
import { allRuns, openRun } from '../store/index.js';
import { changesSince } from './changes-since.js';
import type { Context } from './context.js';
import { storedReports } from './stored-report.js';

/** Runs of a nightly experiment are many; of those before the newest, nothing more is learnt. */
const MOST = 50;

/** Oldest first; rehearsals (--aa, --inject) left out. */
export async function earlierRuns(
  root: string,
  experiment: Experiment,
  { log }: Pick<Context, 'log'>,
): Promise<readonly EarlierRun[]> {
  const found: EarlierRun[] = [];
  for (const path of (await allRuns(root, experiment.name)).slice(-MOST)) {
    // A folder that somebody damaged says nothing, and must not keep a new run from beginning.
    const row = await earlierRun(path, experiment).catch((error: unknown) => {
      log.warn(`what was run in ${path} cannot be told: ${error instanceof Error ? error.message : error}`);
      return null;
    });
    if (row !== null) found.push(row);
  }
  return found;
}

async function earlierRun(path: string, experiment: Experiment): Promise<EarlierRun | null> {
  const folder = await openRun(path);
  const { id, startedAt, finishedAt, mode } = await folder.loadInfo();
  if (mode !== 'real') return null;
  const finished = await folder.isFinished();
  return {
    id,
    startedAt,
    finishedAt: finished ? finishedAt : null,
    decided: await decidedIn(path),
    looks: readLooks(await folder.loadLooks()).length,
    done: (await folder.loadTrials()).length + (await folder.loadSlots()).length,
    changed: changesSince(await folder.loadExperiment(), experiment),
  };
}

/** A report that was edited, or is not there, says nothing. */
async function decidedIn(path: string): Promise<EarlierRun['decided']> {
  const report = await storedReports(path, path).then(
    (reports) => reports.at(-1),
    (error: unknown) => {
      if (error instanceof KnownError) return undefined;
      throw error;
    },
  );
  return report === undefined ? null : outcomeOf(report);
}

const outcomeOf = ({ decision, claims }: Report): EarlierRun['decided'] =>
  claims.length > 0 &&
  claims.every(({ verdict }) => verdict === 'unmeasured') &&
  decision.outcome !== 'invalid'
    ? 'unmeasured'
    : decision.outcome;
