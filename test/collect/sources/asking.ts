/** A question to a source as a run asks it; a token that it was given must not be seen anywhere afterwards. */

import { reasonOf } from '../../../src/collect/source-problem.js';
import type { Observation } from '../../../src/model/evidence.js';
import type { Arm } from '../../../src/model/experiment.js';
import type { Found, Query, Source, Want } from '../../../src/model/ports.js';
import type { Reason } from '../../../src/model/reason.js';
import { everythingOf, type TestContext, testContext } from '../../servers/context.js';
import { CANARY, expectNoCanary } from '../http/ask.js';

export const ARMS: readonly Arm[] = [
  { name: 'faas', title: 'Functions', match: { stack: 'fn-orders' } },
  { name: 'spark', title: 'Spark', match: { stack: 'emr-prod-3' } },
];

export const MINUTE = 60_000;

export const wanting = (query: Record<string, unknown>, more: Partial<Want> = {}): Want => ({
  metric: 'records',
  arms: ARMS,
  window: null,
  byMs: MINUTE,
  fold: { kind: 'sum' },
  query,
  unit: null,
  ...more,
});

export interface Got {
  readonly queries: readonly Query[];
  readonly observations: readonly Observation[];
  /** Why there are none. */
  readonly problem: Reason | null;
  readonly io: TestContext;
  values(arm: string): readonly (number | null)[];
  /** Codes of what was said about an answer that is there. */
  readonly warned: readonly string[];
}

export const collectFrom = async (
  source: Source,
  options: object,
  want: Want,
  io: TestContext = testContext({ TOKEN: CANARY }),
): Promise<Got> => {
  let queries: readonly Query[] = [];
  const observations: Observation[] = [];
  let problem: Reason | null = null;
  try {
    queries = source.ask(options, want);
    for (const query of queries)
      for await (const observation of source.fetch(options, query, io)) observations.push(observation);
  } catch (error) {
    problem = reasonOf(error);
    expectNoCanary(everythingOf(error));
  }
  expectNoCanary(
    JSON.stringify({ queries, observations, problem, warnings: io.warnings }),
    io.said.join('\n'),
  );
  return {
    queries,
    observations: problem === null ? observations : [],
    problem,
    io,
    values: (arm) => observations.filter((one) => one.arm === arm).map(({ value }) => value),
    warned: io.warnings.map(({ why }) => why.code),
  };
};

export const preflightOf = async (
  source: Source,
  options: object,
  want: Want,
  io: TestContext = testContext({ TOKEN: CANARY }),
): Promise<readonly Found[]> => {
  const found: Found[] = [];
  for (const query of source.ask(options, want)) found.push(...(await source.preflight(options, query, io)));
  expectNoCanary(JSON.stringify({ found, warnings: io.warnings }), io.said.join('\n'));
  return found;
};

/** The nearest of what exists instead. */
export const firstThere = (why: Reason | null | undefined): unknown => {
  const exist = why?.values.exist;
  return Array.isArray(exist) ? exist[0] : undefined;
};
