/**
 * What each source would have for the experiment, asked before anything is run: per metric and arm how many points,
 * from when to when, and, where there are none, what is missing and what exists instead.
 */
import { type Question, questions, type Redaction, reasonOf, redact } from '../collect/index.js';
import type { ArmName, Experiment, MetricName } from '../model/experiment.js';
import type { Found, Io, Plugins, Query, Source } from '../model/ports.js';
import { type Reason, reason } from '../model/reason.js';

/** One answer, of one source for one metric and arm. */
export interface Preflight {
  readonly metric: MetricName;
  readonly arm: ArmName;
  readonly source: string;
  readonly type: string;
  /** null: nothing can be asked before the run (trials). */
  readonly points: number | null;
  readonly fromMs: number | null;
  readonly toMs: number | null;
  /** Why it would be missing in a run; null where it would be there. */
  readonly problem: Reason | null;
  /** What the source said about an answer that is there. */
  readonly warnings: readonly Reason[];
}

/** What the questions of one metric cost, in USD, where a source is paid per call. */
export interface PreflightPrice {
  readonly metric: MetricName;
  readonly source: string;
  readonly usd: number;
}

type Sources = Pick<Plugins, 'sources'>;

/** The run's own trials and requests do not exist before the run. */
const MEASURED_BY_RUN: ReadonlySet<string> = new Set(['trials', 'requests']);

const pluginOf = ({ sources }: Sources, type: string): Source | undefined =>
  Object.hasOwn(sources, type) ? sources[type] : undefined;

/** Only sources that cost something, so that it can be shown before they are asked. */
export const preflightPrices = (experiment: Experiment, plugins: Sources): readonly PreflightPrice[] =>
  questions(experiment, plugins.sources).flatMap(({ metric, source, type, queries }) => {
    const plugin = pluginOf(plugins, type);
    const usd = queries.reduce((sum, query) => sum + (plugin?.price?.(query) ?? 0), 0);
    return usd > 0 ? [{ metric: metric.name, source, usd }] : [];
  });

type Answer = Pick<Preflight, 'points' | 'fromMs' | 'toMs' | 'problem' | 'warnings'>;

const without = (problem: Reason | null): Answer => ({
  points: 0,
  fromMs: null,
  toMs: null,
  problem,
  warnings: [],
});

/** No points are a problem even where the source has no explanation, and so are points without a single value. */
const answerOf = (found: Found | undefined, query: Query, warnings: readonly Reason[]): Answer => {
  const points = found?.points ?? 0;
  const isEmpty = points > 0 && found?.missing === points;
  const none = isEmpty ? reason('no-values', { points }) : null;
  const problem = found?.problem ?? (points > 0 ? none : reason('no-data', { query: query.text }));
  return { points, fromMs: found?.fromMs ?? null, toMs: found?.toMs ?? null, problem, warnings };
};

async function askOne(
  plugin: Source,
  { options }: Question,
  query: Query,
  io: Io,
): Promise<ReadonlyMap<ArmName, Answer>> {
  const arms = query.want.arms.map(({ name }) => name);
  const said: { readonly what: Reason; readonly of: readonly ArmName[] }[] = [];
  const warn = (what: Reason, of: readonly ArmName[] = arms): void => void said.push({ what, of });
  try {
    const found = await plugin.preflight(options, query, { ...io, trials: [], warn });
    return new Map(
      arms.map((arm) => {
        const warnings = said.flatMap(({ what, of }) => (of.includes(arm) ? [what] : []));
        return [
          arm,
          answerOf(
            found.find((one) => one.arm === arm),
            query,
            warnings,
          ),
        ];
      }),
    );
  } catch (error) {
    // Ctrl-C is not a failing source.
    io.signal.throwIfAborted();
    return new Map(arms.map((arm) => [arm, without(reasonOf(error))]));
  }
}

async function answersOf(
  question: Question,
  plugins: Sources,
  io: Io,
): Promise<readonly (readonly [ArmName, Answer])[]> {
  const { arms, source, type, problem, queries } = question;
  const all = (answer: Answer) => arms.map(({ name }) => [name, answer] as const);
  const plugin = pluginOf(plugins, type);
  if (problem !== null) return all(without(problem));
  if (plugin === undefined) return all(without(reason('source-unknown', { source, type, exist: [] })));
  if (MEASURED_BY_RUN.has(type)) return all({ ...without(null), points: null });
  const answers: (readonly [ArmName, Answer])[] = [];
  for (const query of queries) {
    io.signal.throwIfAborted();
    answers.push(...(await askOne(plugin, question, query, io)));
  }
  return answers;
}

const named = (
  { code, values }: Reason,
  names: { readonly metric: MetricName; readonly arm: ArmName; readonly source: string },
  hide: Redaction,
): Reason => hide.reason({ code, values: { ...values, ...names } });

/**
 * Asks every source for a little. Never throws because of a source; no value of a secret appears in what it returns.
 * @throws the reason of `io.signal` when it is aborted
 */
export async function preflight(
  experiment: Experiment,
  plugins: Sources,
  io: Io,
): Promise<readonly Preflight[]> {
  const hide = redact(experiment.secrets, io.env);
  const asked = questions(experiment, plugins.sources);
  const all: Preflight[] = [];
  try {
    for (const [i, question] of asked.entries()) {
      io.log.progress('preflight', i, asked.length, null);
      for (const [arm, answer] of await answersOf(question, plugins, io)) {
        const names = { metric: question.metric.name, arm, source: question.source };
        all.push({
          ...names,
          type: question.type,
          ...answer,
          problem: answer.problem === null ? null : named(answer.problem, names, hide),
          warnings: answer.warnings.map((what) => named(what, names, hide)),
        });
      }
    }
  } finally {
    io.log.progressEnd();
  }
  return all;
}
