/**
 * A source behind its secrets: it can resolve a secret only through the context it is given here, and whatever it
 * yields, throws, logs or warns goes through the redaction which that context filled.
 */
import { KnownError } from '../../errors.js';
import type { Observation } from '../../model/evidence.js';
import type { ArmName } from '../../model/experiment.js';
import type { Found, Log, Query, Source, SourceContext } from '../../model/ports.js';
import type { Reason } from '../../model/reason.js';
import type { Secret } from '../../model/secret.js';
import { SourceProblem } from '../source-problem.js';
import { Secrets, type SecretText } from './secrets.js';

export interface GuardedContext extends SourceContext {
  readonly secrets: Secrets;
  /** Text of an option, resolved. @throws KnownError `secret-missing`, `secret-unusable` */
  valueOf(text: SecretText): string;
  warn(why: Reason, arms?: readonly ArmName[]): void;
}

/** A source that is written against the guarded context. */
export interface GuardedSource<O, Q> extends Omit<Source<O, Q>, 'preflight' | 'fetch' | 'version'> {
  preflight(options: O, query: Query, io: GuardedContext): Promise<readonly Found[]>;
  fetch(options: O, query: Query, io: GuardedContext): AsyncIterable<Observation>;
  version?(options: O, io: GuardedContext): Promise<string | null>;
}

const CONTROL = /\p{Cc}/u;

const resolved = (secret: Secret, value: string | undefined): string => {
  if (value === undefined || value === '')
    throw new KnownError('secret-missing', `${secret.toString()} is not set in the environment`, {
      hint: `Set ${secret.name} before the run; \`validate\` and \`analyze\` do not need it.`,
      exit: 69,
    });
  if (CONTROL.test(value))
    throw new KnownError(
      'secret-unusable',
      `the value of ${secret.toString()} holds a line break or another control character`,
      {
        hint: `A file that ends with a line break often does this; set ${secret.name} to the value alone.`,
        exit: 69,
      },
    );
  return value;
};

export const guardedLog = (log: Log, secrets: Secrets): Log => ({
  info: (text) => log.info(secrets.text(text)),
  warn: (text) => log.warn(secrets.text(text)),
  detail: (text) => log.detail(secrets.text(text)),
  progress: (label, done, total, remainingMs) => log.progress(secrets.text(label), done, total, remainingMs),
  progressEnd: () => log.progressEnd(),
});

export const guardedContext = (io: SourceContext): GuardedContext => {
  const secrets = new Secrets();
  const env = (secret: Secret): string | undefined => {
    const value = io.env(secret);
    if (value !== undefined) secrets.remember(value, String(secret));
    return value;
  };
  const log = guardedLog(io.log, secrets);
  return {
    ...io,
    env,
    log,
    secrets,
    valueOf: (text) => (typeof text === 'string' ? text : resolved(text, env(text))),
    warn: (why, arms) => {
      const shown = secrets.reason(why);
      if (io.warn === undefined) log.warn(`${shown.code} ${JSON.stringify(shown.values)}`);
      else io.warn(shown, arms);
    },
  };
};

/** The error as it may leave: same kind, rid of secrets; a cause is kept as its text only. */
export const guardedError = (
  error: unknown,
  { secrets, signal }: Pick<GuardedContext, 'secrets' | 'signal'>,
): unknown => {
  if (signal.aborted && error === signal.reason) return error;
  const cause =
    error instanceof Error && error.cause instanceof Error ? secrets.text(String(error.cause)) : undefined;
  if (error instanceof SourceProblem) return new SourceProblem(secrets.reason(error.reason), cause);
  if (error instanceof KnownError) {
    const hint = error.hint === null ? {} : { hint: secrets.text(error.hint) };
    return new KnownError(error.code, secrets.text(error.message), { ...hint, cause, exit: error.exit });
  }
  const shown = new Error(secrets.text(error instanceof Error ? error.message : String(error)), { cause });
  if (error instanceof Error && error.stack !== undefined) shown.stack = secrets.text(error.stack);
  return shown;
};

/** What a server named may hold what it was sent; times and numbers cannot. Nearly always nothing is to be hidden. */
const guardedObservation = (observation: Observation, { secrets }: GuardedContext): Observation => {
  const unit = secrets.text(observation.unit);
  const labels = guardedLabels(observation.labels, secrets);
  return unit === observation.unit && labels === observation.labels
    ? observation
    : { ...observation, unit, labels };
};

function guardedLabels(labels: Observation['labels'], secrets: Secrets): Observation['labels'] {
  for (const name in labels)
    if (secrets.text(name) !== name || secrets.text(labels[name]) !== labels[name])
      return Object.fromEntries(
        Object.entries(labels).map(([one, value]) => [secrets.text(one), secrets.text(value)]),
      );
  return labels;
}

export const guarded = <O, Q>(source: GuardedSource<O, Q>): Source<O, Q> => {
  const { title, options: optionsShape, query: queryShape } = source;
  return {
    title,
    options: optionsShape,
    query: queryShape,
    ask: (options, want) => source.ask(options, want),
    ...(source.price === undefined ? {} : { price: (query: Query) => source.price?.(query) ?? 0 }),
    async preflight(options, query, io) {
      const context = guardedContext(io);
      try {
        const found = await source.preflight(options, query, context);
        return found.map((one) =>
          one.problem === null ? one : { ...one, problem: context.secrets.reason(one.problem) },
        );
      } catch (error) {
        throw guardedError(error, context);
      }
    },
    async *fetch(options, query, io) {
      const context = guardedContext(io);
      try {
        for await (const observation of source.fetch(options, query, context))
          yield guardedObservation(observation, context);
      } catch (error) {
        throw guardedError(error, context);
      }
    },
    ...(source.version === undefined
      ? {}
      : {
          async version(options: O, io: SourceContext) {
            const context = guardedContext(io);
            try {
              const found = (await source.version?.(options, context)) ?? null;
              return found === null ? null : context.secrets.text(found);
            } catch (error) {
              throw guardedError(error, context);
            }
          },
        }),
  };
};
