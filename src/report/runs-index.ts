/**
 * All experiments with all their runs, as one document: reports/index.json, and the page that shows it. It is rebuilt
 * from the run folders whenever it is written; what a folder does not tell, it says.
 */
import type { ClaimResult, Outcome, Verdict } from '../model/decision.js';
import type { IntervalData } from '../model/effect.js';
import type { Report } from '../model/report.js';
import { claimEffect } from './effect-words.js';
import { headline } from './headline.js';

/** A run as its folder tells it. */
export interface RunFound {
  readonly experiment: string;
  readonly run: string;
  /** Names of the folders from the index down to the run's. */
  readonly folders: readonly string[];
  /** UTC ms; null where run.json cannot be read. */
  readonly startedAt: number | null;
  readonly state: 'complete' | 'unfinished' | 'unreadable';
  /** Why it is not complete, or why its report is not shown. */
  readonly problem: string | null;
  /** The newest report; null: there is none, or none that can be trusted. */
  readonly report: Report | null;
}

export interface IndexedClaim {
  readonly id: string;
  readonly role: 'hypothesis' | 'guardrail';
  readonly text: string;
  readonly verdict: Verdict;
  /** "12% dearer (9–15%)" */
  readonly effect: string | null;
  readonly benefit: {
    readonly estimate: number;
    readonly interval: IntervalData;
    readonly threshold: number;
    readonly scale: 'relative' | 'points' | 'absolute';
    readonly unit: string;
  } | null;
}

export interface IndexedRun extends Omit<RunFound, 'report' | 'startedAt' | 'experiment' | 'folders'> {
  readonly startedAt: string | null;
  readonly question: string | null;
  readonly outcome: Outcome | null;
  readonly label: string | null;
  readonly sentence: string | null;
  readonly look: { readonly index: number; readonly of: number } | null;
  readonly mode: Report['run']['mode'] | null;
  readonly claims: readonly IndexedClaim[];
  /** Page of the report, relative to the index. */
  readonly page: string | null;
}

export interface RunsIndex {
  readonly schemaVersion: 1;
  readonly experiments: readonly {
    readonly experiment: string;
    readonly question: string | null;
    /** Newest first. */
    readonly runs: readonly IndexedRun[];
  }[];
}

const claimOf = (result: ClaimResult, report: Report): IndexedClaim => {
  const { claim, verdict, benefit } = result;
  const metric = report.metrics.find(({ name }) => name === claim.metric);
  const comparison = report.comparisons.find(({ id }) => id === result.comparison);
  const { id, role, text } = claim;
  const scale = benefit?.scale ?? claim.amount.kind;
  return {
    id,
    role,
    text,
    verdict,
    effect: claimEffect(result, metric, comparison),
    benefit:
      benefit === null
        ? null
        : {
            estimate: benefit.estimate,
            interval: benefit.interval,
            threshold: benefit.threshold,
            scale,
            unit: metric?.unit ?? '',
          },
  };
};

/** Folder names as they stand in an address. */
const address = (...parts: readonly string[]): string => parts.map(encodeURIComponent).join('/');

const indexed = ({ report, startedAt, run, state, problem, folders }: RunFound): IndexedRun => {
  const said = report === null ? null : headline(report);
  return {
    run,
    state,
    problem,
    startedAt: startedAt === null ? null : new Date(startedAt).toISOString(),
    question: report?.experiment.question ?? null,
    outcome: report?.decision.outcome ?? null,
    label: said?.label ?? null,
    sentence: said?.sentence ?? null,
    look: report === null ? null : { index: report.look.index, of: report.look.of },
    mode: report?.run.mode ?? null,
    claims: report?.claims.map((result) => claimOf(result, report)) ?? [],
    page: report === null ? null : address(...folders, 'report.html'),
  };
};

const newestFirst = (a: RunFound, b: RunFound): number =>
  (b.startedAt ?? -Infinity) - (a.startedAt ?? -Infinity) || (a.run < b.run ? 1 : -1);

/** Experiments by their newest run, newest first, and so the runs of each. */
export function runsIndex(found: readonly RunFound[]): RunsIndex {
  const byExperiment = new Map<string, RunFound[]>();
  for (const run of [...found].sort(newestFirst)) {
    const before = byExperiment.get(run.experiment);
    if (before === undefined) byExperiment.set(run.experiment, [run]);
    else before.push(run);
  }
  return {
    schemaVersion: 1,
    experiments: [...byExperiment].map(([experiment, runs]) => {
      const all = runs.map(indexed);
      return {
        experiment,
        question: all.find(({ question }) => question !== null)?.question ?? null,
        runs: all,
      };
    }),
  };
}
