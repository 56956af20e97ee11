/**
 * Asks the sources and keeps what they answer as it is: nothing is folded, joined or judged here.
 * A source that fails leaves a reason and no observations; half an answer is no answer.
 */
import { createHash } from 'node:crypto';
import type { Collected, Observation } from '../model/evidence.js';
import type { ArmName, Experiment } from '../model/experiment.js';
import type { Query, Registry, Source, SourceContext } from '../model/ports.js';
import { LARGEST_MEASURED } from '../model/range.js';
import { type Reason, reason } from '../model/reason.js';
import { type Question, questions } from './questions.js';
import { type Redaction, redact } from './redact.js';
import { reasonOf } from './source-problem.js';

interface Answer {
  readonly observations: Map<ArmName, Observation[]>;
  readonly problems: Map<ArmName, Reason>;
  readonly warnings: Map<ArmName, Reason[]>;
  readonly serverVersion: string | null;
}

/** What stands in `sources/<metric>.<arm>.ndjson`, and what `meta.sha256` is the digest of. */
export const observationLine = (observation: Observation): string => `${JSON.stringify(observation)}\n`;

const digest = (observations: readonly Observation[]): string => {
  const hash = createHash('sha256');
  for (const observation of observations) hash.update(observationLine(observation));
  return hash.digest('hex');
};

/** NaN is a missing value; ±Infinity cannot be written to evidence and is a mistake of whoever measured. */
const checked = (observation: Observation, asked: ReadonlySet<ArmName>): Observation => {
  const { arm, value, unit, start } = observation;
  if (!asked.has(arm)) throw new Error(`the source answered for arm "${arm}", which was not asked`);
  if (value === null || Math.abs(value) <= LARGEST_MEASURED) return observation;
  if (Number.isNaN(value)) return { ...observation, value: null };
  const what = Number.isFinite(value) ? `${value}, which stands for no measurement` : 'infinite';
  throw new Error(`the value of unit "${unit}" at ${new Date(start).toISOString()} is ${what}`);
};

async function sendOne(
  source: Source,
  question: Question,
  query: Query,
  context: SourceContext,
  hide: Redaction,
  into: Answer,
) {
  const asked = new Set(query.want.arms.map(({ name }) => name));
  const seen: Observation[] = [];
  const warn = (why: Reason, arms: readonly ArmName[] = [...asked]): void => {
    for (const arm of arms) into.warnings.get(arm)?.push(why);
  };
  try {
    for await (const observation of source.fetch(question.options, query, { ...context, warn })) {
      context.signal.throwIfAborted();
      seen.push(checked(observation, asked));
    }
    // A source that was interrupted may end as if it had answered.
    context.signal.throwIfAborted();
    for (const observation of seen) into.observations.get(observation.arm)?.push(observation);
  } catch (error) {
    // Ctrl-C is not a failing source: whoever aborted decides what becomes of the run.
    context.signal.throwIfAborted();
    context.log.detail(hide.text(error instanceof Error ? (error.stack ?? error.message) : String(error)));
    for (const arm of asked) if (!into.problems.has(arm)) into.problems.set(arm, reasonOf(error));
  }
}

/** A source that does not tell its version is no less believed. */
async function versionOf(source: Source, { options }: Question, context: SourceContext, hide: Redaction) {
  try {
    return (await source.version?.(options, context)) ?? null;
  } catch (error) {
    context.log.detail(hide.text(`no version: ${String(error)}`));
    return null;
  }
}

async function send(
  source: Source | undefined,
  question: Question,
  context: SourceContext,
  hide: Redaction,
): Promise<Answer> {
  const answer = {
    observations: new Map(question.arms.map(({ name }) => [name, [] as Observation[]])),
    problems: new Map<ArmName, Reason>(),
    warnings: new Map(question.arms.map(({ name }) => [name, [] as Reason[]])),
  };
  const { problem } = question;
  if (source === undefined || problem !== null) {
    for (const { name } of question.arms)
      answer.problems.set(
        name,
        problem ?? reason('source-unknown', { source: question.source, type: question.type, exist: [] }),
      );
    return { ...answer, serverVersion: null };
  }
  for (const query of question.queries)
    await sendOne(source, question, query, context, hide, { ...answer, serverVersion: null });
  const serverVersion = await versionOf(source, question, context, hide);
  return { ...answer, serverVersion };
}

const textFor = (arm: ArmName, queries: readonly Query[]): string =>
  queries
    .filter(({ want }) => want.arms.some(({ name }) => name === arm))
    .map(({ text }) => text)
    .join('\n');

/**
 * Everything the experiment's observed metrics need, one `Collected` per metric and arm, in file order;
 * `onCollected` is awaited for each as soon as it is there, so that a later failure loses nothing.
 * @throws the reason of `context.signal` when it is aborted; never because of a source.
 */
export async function collect(
  experiment: Experiment,
  sources: Registry<Source>,
  context: SourceContext,
  onCollected: (collected: Collected) => Promise<void>,
): Promise<readonly Collected[]> {
  const asked = questions(experiment, sources);
  const total = asked.reduce((sum, { arms }) => sum + arms.length, 0);
  const all: Collected[] = [];
  const hide = redact(experiment.secrets, (secret) => context.env(secret));
  context.log.progress('collect', 0, total, null);
  try {
    for (const question of asked) {
      context.signal.throwIfAborted();
      const startedAt = context.now();
      const source = Object.hasOwn(sources, question.type) ? sources[question.type] : undefined;
      const answer = await send(source, question, context, hide);
      const finishedAt = context.now();
      for (const { name: arm } of question.arms) {
        const names = { metric: question.metric.name, arm, source: question.source };
        const query = hide.text(textFor(arm, question.queries));
        const failed = answer.problems.get(arm);
        const observations = failed === undefined ? (answer.observations.get(arm) ?? []) : [];
        const warnings = answer.warnings.get(arm) ?? [];
        const named = ({ code, values }: Reason): Reason =>
          hide.reason({ code, values: { ...values, ...names } });
        const why = failed ?? (observations.length === 0 ? reason('no-data', { query }) : null);
        const meta = {
          ...names,
          type: question.type,
          query,
          startedAt,
          finishedAt,
          serverVersion: answer.serverVersion,
          observations: observations.length,
          sha256: digest(observations),
          problem: why === null ? null : named(why),
          ...(warnings.length === 0 ? {} : { warnings: warnings.map(named) }),
        };
        const collected: Collected = { meta, observations };
        await onCollected(collected);
        all.push(collected);
        context.log.progress('collect', all.length, total, null);
      }
    }
  } finally {
    context.log.progressEnd();
  }
  return all;
}
