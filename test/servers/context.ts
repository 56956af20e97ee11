/** A source's context whose clock moves only when somebody waits, and which keeps everything that was said. */
import type { SourceContext } from '../../src/model/ports.js';
import type { Reason } from '../../src/model/reason.js';

export interface TestContext extends SourceContext {
  /** How long was waited before each further try, ms. */
  readonly waits: number[];
  readonly warnings: { readonly why: Reason; readonly arms: readonly string[] | undefined }[];
  /** Everything that was logged. */
  readonly said: string[];
}

export const testContext = (
  environment: Readonly<Record<string, string>> = {},
  more: Partial<SourceContext> = {},
): TestContext => {
  const waits: number[] = [];
  const warnings: TestContext['warnings'] = [];
  const said: string[] = [];
  let waitedMs = 0;
  const say = (text: string): void => {
    said.push(text);
  };
  return {
    now: () => Date.now() + waitedMs,
    fetch: globalThis.fetch,
    read: () => Promise.reject(new Error('no file is read here')),
    write: () => Promise.reject(new Error('no file is written here')),
    env: ({ name }) => environment[name],
    signal: new AbortController().signal,
    log: { info: say, warn: say, detail: say, progress: say, progressEnd: () => {} },
    folder: '/',
    trials: [],
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      waits.push(ms);
      waitedMs += ms;
    },
    warn: (why, arms) => {
      warnings.push({ why, arms });
    },
    waits,
    warnings,
    said,
    ...more,
  };
};

/** Everything of an error that anybody could print. */
export const everythingOf = (error: unknown): string => {
  if (!(error instanceof Error)) return String(error);
  const own = Object.getOwnPropertyNames(error).map(
    (name) => `${name}: ${String((error as unknown as Record<string, unknown>)[name])}`,
  );
  return [...own, JSON.stringify(error), error.cause === undefined ? '' : everythingOf(error.cause)].join(
    '\n',
  );
};
