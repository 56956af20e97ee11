/** A question to a bill as a run asks it, at a fixed time, with files in memory. */
import { expect } from 'vitest';
import { reasonOf } from '../../../src/collect/source-problem.js';
import type { Observation } from '../../../src/model/evidence.js';
import type { Arm } from '../../../src/model/experiment.js';
import type { Found, Query, Source, SourceContext, Want } from '../../../src/model/ports.js';
import type { Reason } from '../../../src/model/reason.js';
import { billingWords } from '../../../src/report/words/billing.js';
import { everythingOf, type TestContext, testContext } from '../../servers/context.js';

export const DAY = 86_400_000;
export const HOUR = 3_600_000;
export const day = (text: string): number => Date.parse(`${text}T00:00:00Z`);

export const ARMS: readonly Arm[] = [
  { name: 'faas', title: 'Functions', match: { stack: 'fn-orders' } },
  { name: 'spark', title: 'Spark', match: { stack: 'emr-prod-3' } },
];

export const window = (from: string, to: string, settleMs = 0) => ({
  fromMs: day(from),
  toMs: day(to),
  warmupMs: 0,
  settleMs,
});

export const wanting = (more: Partial<Want> = {}): Want => ({
  metric: 'billed',
  arms: ARMS,
  window: window('2026-11-01', '2026-11-08'),
  byMs: DAY,
  fold: { kind: 'sum' },
  query: {},
  unit: null,
  measuredIn: 'USD',
  ...more,
});

export interface Disk {
  readonly files: Map<string, string>;
  readonly read: SourceContext['read'];
  readonly write: SourceContext['write'];
}

export const disk = (): Disk => {
  const files = new Map<string, string>();
  return {
    files,
    read: async (path) => {
      const content = files.get(path);
      if (content === undefined) throw Object.assign(new Error(`no ${path}`), { code: 'ENOENT' });
      return new TextEncoder().encode(content);
    },
    write: async (path, content) => {
      files.set(path, typeof content === 'string' ? content : new TextDecoder().decode(content));
    },
  };
};

/** A clock that moves only when somebody waits, or a test moves it. */
export interface Clock {
  ms: number;
}

export const contextAt = (
  clock: Clock,
  environment: Record<string, string> = {},
  more: Partial<SourceContext> = {},
): TestContext => {
  const context = testContext(environment, { ...disk(), ...more });
  return {
    ...context,
    now: () => clock.ms,
    sleep: async (ms, signal) => {
      signal.throwIfAborted();
      context.waits.push(ms);
      clock.ms += ms;
    },
  };
};

export interface Got {
  readonly queries: readonly Query[];
  readonly observations: readonly Observation[];
  readonly problem: Reason | null;
  readonly io: TestContext;
  values(arm: string): readonly (number | null)[];
  warning(code: string): Reason | undefined;
}

/** Every reason that leaves has a sentence; the sentence must not throw on its values. */
const expectSentence = ({ code, values }: Reason): void => {
  const words: Record<string, (values: never) => string> = billingWords;
  if (!/^(billing|cost|focus|cur)-/u.test(code)) return;
  expect(Object.keys(words)).toContain(code);
  const text = words[code]({ ...values, arm: 'faas', source: 'bill' } as never);
  expect(text, code).not.toMatch(/undefined|NaN|\[object/u);
};

export const expectNone = (canaries: readonly string[], ...texts: readonly string[]): void => {
  for (const text of texts) for (const canary of canaries) expect(text).not.toContain(canary);
};

export const collectFrom = async (
  source: Source<never, never>,
  options: object,
  want: Want,
  io: TestContext,
  canaries: readonly string[] = [],
): Promise<Got> => {
  let queries: readonly Query[] = [];
  const observations: Observation[] = [];
  let problem: Reason | null = null;
  try {
    queries = source.ask(options as never, want);
    for (const query of queries)
      for await (const one of source.fetch(options as never, query, io)) observations.push(one);
  } catch (error) {
    problem = reasonOf(error);
    expectNone(canaries, everythingOf(error));
  }
  for (const why of [problem, ...io.warnings.map(({ why }) => why)]) if (why !== null) expectSentence(why);
  expectNone(
    canaries,
    JSON.stringify({ queries, observations, problem, warnings: io.warnings }),
    io.said.join('\n'),
  );
  return {
    queries,
    observations: problem === null ? observations : [],
    problem,
    io,
    values: (arm) => observations.filter((one) => one.arm === arm).map(({ value }) => value),
    warning: (code) => io.warnings.find(({ why }) => why.code === code)?.why,
  };
};

export const preflightOf = async (
  source: Source<never, never>,
  options: object,
  want: Want,
  io: TestContext,
): Promise<readonly Found[]> => {
  const found: Found[] = [];
  for (const query of source.ask(options as never, want))
    found.push(...(await source.preflight(options as never, query, io)));
  for (const { problem } of found) if (problem !== null) expectSentence(problem);
  return found;
};
