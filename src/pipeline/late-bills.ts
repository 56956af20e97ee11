/**
 * Bills that came late. A provider goes on adding to a bill after the time that was declared for it to settle; so the
 * cost of the last look is read again once, after that time has passed a second time, and the report says so. Only bills
 * are read again: what was measured stays what it was. No α is spent: it is the same look, with the same claims.
 */
import { collect } from '../collect/index.js';
import type { Collected, Look, RunInfo } from '../model/evidence.js';
import type { Experiment, Metric } from '../model/experiment.js';
import type { Io, Plugins } from '../model/ports.js';
import { settleMsOf } from '../model/settlement.js';
import { sentence } from '../report/index.js';
import type { RunFolder } from '../store/index.js';
import { readLooks } from './looks.js';

const billsOf = (experiment: Experiment): readonly Metric[] =>
  experiment.metrics.filter((metric) =>
    experiment.arms.some(({ name }) => settleMsOf(experiment, metric, name) > 0),
  );

/** UTC ms; null: there are no bills, or they were read again already. */
export function billsReadAgainAt(experiment: Experiment, looks: readonly Look[]): number | null {
  const { window } = experiment;
  const last = looks.at(-1);
  if (window === null || last === undefined || last.reopenedAt !== undefined) return null;
  return billsOf(experiment).length === 0 ? null : window.toMs + 2 * window.settleMs;
}

export interface LateBills {
  readonly experiment: Experiment;
  readonly run: RunInfo;
  /** Of a finished run. */
  readonly folder: RunFolder;
  readonly plugins: Pick<Plugins, 'sources'>;
  readonly io: Io;
}

/** false: a source failed, and the evidence is as it was; it is tried again next time. */
export async function readBillsAgain({ experiment, run, folder, plugins, io }: LateBills): Promise<boolean> {
  const found: Collected[] = [];
  const bills = { ...experiment, metrics: billsOf(experiment) };
  await collect(bills, plugins.sources, { ...io, trials: [] }, async (collected) => {
    found.push(collected);
  });
  const failed = found.flatMap(({ meta }) => meta.problem ?? []);
  if (failed.length > 0 || found.length === 0) {
    for (const problem of failed) io.log.warn(`bills could not be read again: ${sentence(problem)}`);
    return false;
  }
  const report = await folder.loadReport('report.json');
  if (report !== null) await folder.saveReport('before-late-bills.report.json', report);
  const looks = readLooks(await folder.loadLooks());
  await folder.reopen();
  for (const collected of found) await folder.saveCollected(collected);
  await folder.saveLooks(
    looks.map((look, i) => (i === looks.length - 1 ? { ...look, reopenedAt: io.now() } : look)),
  );
  await folder.finish(run);
  return true;
}
