/**
 * The whole flow on one screen.
 *
 *   declare → split → collect → check → compare → decide → report
 *
 * `run` touches the world: it splits, collects and keeps the evidence. `analyze` is pure: the same evidence
 * gives the same report on any machine, years later.
 */
import { createHash } from 'node:crypto';
import { computed } from './collect/index.js';
import { methodNotes } from './compare/index.js';
import { afterCap, afterHarm, atPriceEnds, withBreakEven, withPriceScenarios } from './decide/index.js';
import type { Decision } from './model/decision.js';
import type { Experiment } from './model/experiment.js';
import type { Report } from './model/report.js';
import { asRun } from './pipeline/as-run.js';
import { type AnalyzeOptions, atOtherPrices, judge, settledDecision } from './pipeline/judge.js';
import { newestLook } from './pipeline/looks.js';
import { moneyOf } from './pipeline/money.js';
import { amongAdoptable } from './pipeline/pairwise.js';
import type { RawEvidence } from './pipeline/recorded.js';
import type { RunRequest, RunState } from './pipeline/request.js';
import { runOnTap, tapOf } from './pipeline/run-on-tap.js';
import { runTrialsOrCollect } from './pipeline/run-trials.js';
import { runningOf } from './pipeline/running.js';
import { inItsTime } from './pipeline/slot-window.js';
import { whatIf } from './pipeline/what-if.js';
import { assemble } from './report/index.js';

export { asRun } from './pipeline/as-run.js';
export { FORM_HASHES, formFile, formHash, writeForms, writeOwn } from './pipeline/forms.js';
export type { AnalyzeOptions } from './pipeline/judge.js';
export { readLooks } from './pipeline/looks.js';
export type { Watched, WindowState } from './pipeline/on-window.js';
export type { Pace } from './pipeline/pace.js';
export { plannedQueries, unaskable } from './pipeline/queries.js';
export type { RawEvidence } from './pipeline/recorded.js';
export type { RunRequest, RunState } from './pipeline/request.js';
export { tapOf } from './pipeline/run-on-tap.js';
export { plannedSlots, planTrials } from './pipeline/split.js';
export { rollbackCommands, settingOf, shout } from './pipeline/turn-tap.js';
export {
  dueOnWindow,
  looksOnWindow,
  type WindowDue,
  type WindowLook,
  windowLooks,
} from './pipeline/window-looks.js';

/**
 * Split, look, collect, keep: ends with complete evidence in the folder, or paused between two blocks, or throws with
 * what there is kept.
 */
export async function run(request: RunRequest): Promise<RunState> {
  const tap = tapOf(request.declared, request.plugins);
  if (tap !== null) return runOnTap(request, tap);
  const { declared, run: info, plugins } = request;
  return runTrialsOrCollect({
    ...request,
    analyse: (raw) => analyze(declared, raw, { plugins, stacktrial: info.stacktrial }),
  });
}

/**
 * Evidence → report: checks, comparisons, verdicts, decision. Pure: the same evidence gives the same report on any machine.
 *
 * @param declared of `declare`
 * @param recorded what a run's folder holds: the run, its schedule and trials, and what sources returned
 * @param options checks and methods (`plugins`), and the version that is written into the report
 * @returns the report, every form of which `plugins.renderers` can make
 * @throws RangeError where the evidence contradicts itself; missing and broken data have reasons in the report
 * @example
 * ```ts
 * const text = `
 * experiment: halves
 * question: Is new faster than old?
 * arms: { new: {}, old: {} }
 * baseline: old
 * design: { kind: by-key }
 * sources: { results: { type: file } }
 * metrics:
 *   seconds: { from: results, query: { file: jobs.csv, arm: stack, unit: job, value: seconds }, in: s, better: lower }
 * hypotheses: [new is at least 10% better than old on seconds]`;
 * const noCards = () => Promise.reject(new Error('this experiment names no other file'));
 * const experiment = await declare({ text, file: 'halves.yaml' }, plugins, noCards);
 * const about = { source: 'results', type: 'file', query: '', startedAt: 0, finishedAt: 0 };
 * const collected = [{ arm: 'new', seconds: 8 }, { arm: 'old', seconds: 10 }].map(({ arm, seconds }) => {
 *   const observations = Array.from({ length: 20 }, (_, i) => ({
 *     metric: 'seconds', arm, unit: `${arm} ${i}`, start: i, end: i + 1, value: seconds + (i % 5) / 10, n: 1, estimated: false, labels: {},
 *   }));
 *   const meta = { ...about, metric: 'seconds', arm, serverVersion: null, observations: 20, sha256: '', problem: null };
 *   return { meta, observations };
 * });
 * const run = { id: 'first', stacktrial: '1', startedAt: 0, finishedAt: 1, mode: 'real', inject: null, environment: {}, resumed: 0 } as const;
 * const report = analyze(experiment, { run, schedule: null, trials: [], collected }, { plugins, stacktrial: '1' });
 * report.decision.outcome; // → "adopt"
 * report.comparisons[0].effect?.ratio?.estimate; // → 0.803922
 * plugins.renderers.markdown.render(report).includes('Adopt new'); // → true
 * ```
 */
export function analyze(declared: Experiment, recorded: RawEvidence, options: AnalyzeOptions): Report {
  const inTime = inItsTime(asRun(declared, recorded.run), recorded.schedule, recorded.executed);
  const { raw, atLook, reported, experiment } = newestLook(recorded, inTime);
  const judging = { ...options, look: reported, atLook };
  const judged = judge(experiment, raw, judging);
  const scenarios = atOtherPrices(experiment, raw, judging, judged.complete);
  const money = moneyOf(judged, atLook);
  const stopped = (decision: Decision) => asStopped(decision, raw);
  const atCuts = settledDecision(judged.decision, experiment, raw, judging);
  const atEnds = scenarios.map((one) => ({ ...one, decision: stopped(one.decision) }));
  const settled = atPriceEnds(stopped(atCuts), stopped(judged.decision), atEnds);
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

/** A split that was ended before its time is decided with that in mind. */
function asStopped(decision: Decision, { watched = [] }: RawEvidence): Decision {
  const stop = watched.findLast((row) => row.stop !== null)?.stop ?? null;
  // What came to divide was all there was: no less of it was measured than could be.
  if (stop === null || stop.why === 'end') return decision;
  return stop.why === 'harm' ? afterHarm(decision, stop.arms, stop.reason) : afterCap(decision, stop.reason);
}
