/**
 * What AWS bills, per day (or hour, for the last 14 days) and arm, told apart by a cost allocation tag.
 * ```yaml
 * sources: { bill: { type: aws-cost-explorer, tag: stack } }
 * metrics:
 *   billed: { from: bill, by: 1d, fold: sum, in: USD }
 * ```
 * One request answers for all arms; each page of it costs $0.01. Days are UTC. What is not settled is held back.
 */
import type { Observation } from '../../model/evidence.js';
import type { Arm } from '../../model/experiment.js';
import type { Found, Query, Want } from '../../model/ports.js';
import type { Reason } from '../../model/reason.js';
import { bucketName } from '../derive/bucket.js';
import { type GuardedContext, guarded } from '../http/guarded.js';
import { nothingFound } from '../nothing-found.js';
import { reasonOf, SourceProblem } from '../source-problem.js';
import { type CostExplorer, connect } from './aws-cost-explorer/client.js';
import { costsOf } from './aws-cost-explorer/costs.js';
import { type Free, tagProblem, whyFree } from './aws-cost-explorer/diagnose.js';
import { gather } from './aws-cost-explorer/gather.js';
import {
  type CostExplorerOptions,
  type CostExplorerQuery,
  costExplorerOptions,
  costExplorerQuery,
} from './aws-cost-explorer/options.js';
import { expectedPages, PAGE_USD, type Question, questionOf, textOf } from './aws-cost-explorer/question.js';
import { warnings } from './aws-cost-explorer/warnings.js';
import { armsByValue } from './billing/arm-values.js';
import { DAY_MS } from './billing/settled.js';

const ask = (options: CostExplorerOptions, want: Want): readonly Query[] => {
  const question = questionOf(options, costExplorerQuery.parse(want.query), want);
  return [{ want, text: textOf(question), request: question }];
};

const price = ({ want, request }: Query): number =>
  expectedPages(request as Question, want.arms.length) * PAGE_USD;

const freeOf = (
  options: CostExplorerOptions,
  { want, request }: Query,
  arm: Arm,
  fromMs: number,
  toMs: number,
): Free => {
  const value = [...armsByValue(want, options.tag)].find(([, name]) => name === arm.name)?.[0] ?? '';
  const { buckets } = request as Question;
  const dayFrom = Math.floor((fromMs || buckets.fromMs) / DAY_MS) * DAY_MS;
  return {
    metric: want.metric,
    tag: options.tag,
    arm,
    value,
    fromMs: dayFrom,
    toMs: Math.ceil(toMs / DAY_MS) * DAY_MS,
  };
};

/** @throws SourceProblem where an arm costs nothing at all: it is not free, its costs are not there */
const answered = async (
  options: CostExplorerOptions,
  asked: Query,
  io: GuardedContext,
  explorer: CostExplorer,
) => {
  const gathered = await gather(explorer, options, asked, io);
  const costs = costsOf(options, asked, gathered.periods);
  return { gathered, costs };
};

async function* fetch(
  options: CostExplorerOptions,
  asked: Query,
  io: GuardedContext,
): AsyncGenerator<Observation> {
  const { metric, arms } = asked.want;
  const explorer = await connect(options, io);
  try {
    const { gathered, costs } = await answered(options, asked, io, explorer);
    const free = arms.find(({ name }) => costs.isFree(name));
    if (free !== undefined) {
      const { buckets } = asked.request as Question;
      const about = freeOf(options, asked, free, buckets.fromMs, gathered.settled.toMs);
      throw new SourceProblem(await whyFree(explorer, io, about));
    }
    for (const why of warnings(asked, costs, gathered))
      io.warn(
        why,
        arms.map(({ name }) => name),
      );
    for (const { arm, startMs, endMs, estimated, value, labels } of costs.rows)
      yield {
        metric,
        arm,
        unit: bucketName(startMs),
        start: startMs,
        end: endMs,
        value,
        n: 1,
        estimated,
        labels,
      };
  } finally {
    explorer.close();
  }
}

/** Nothing is settled yet: whether the tag is active can be seen all the same, and is when it can still be mended. */
const beforehand = async (
  options: CostExplorerOptions,
  asked: Query,
  io: GuardedContext,
  explorer: CostExplorer,
  why: Reason,
) => {
  const nowMs = io.now();
  const found: Found[] = [];
  for (const arm of asked.want.arms) {
    const about = freeOf(options, asked, arm, nowMs - 30 * DAY_MS, nowMs);
    const problem = (await tagProblem(explorer, io, about)) ?? why;
    found.push(nothingFound(asked.want.metric)(arm.name, problem));
  }
  return found;
};

async function preflight(
  options: CostExplorerOptions,
  asked: Query,
  io: GuardedContext,
): Promise<readonly Found[]> {
  const { metric, arms } = asked.want;
  const nothing = nothingFound(metric);
  const explorer = await connect(options, io);
  try {
    const { gathered, costs } = await answered(options, asked, io, explorer);
    for (const why of warnings(asked, costs, gathered))
      io.warn(
        why,
        arms.map(({ name }) => name),
      );
    const found: Found[] = [];
    for (const arm of arms) {
      const paid = costs.paid(arm.name);
      if (!costs.isFree(arm.name)) {
        found.push({ metric, arm: arm.name, ...paid, problem: null });
        continue;
      }
      const { buckets } = asked.request as Question;
      const about = freeOf(options, asked, arm, buckets.fromMs, gathered.settled.toMs);
      found.push(nothing(arm.name, await whyFree(explorer, io, about)));
    }
    return found;
  } catch (error) {
    io.signal.throwIfAborted();
    const why = reasonOf(error);
    if (why.code === 'billing-nothing-settled') return await beforehand(options, asked, io, explorer, why);
    return arms.map((arm) => nothing(arm.name, why));
  } finally {
    explorer.close();
  }
}

export const awsCostExplorer = guarded<CostExplorerOptions, CostExplorerQuery>({
  title: 'AWS Cost Explorer',
  options: costExplorerOptions,
  query: costExplorerQuery,
  ask,
  preflight,
  fetch,
  price,
  version: async () => 'Cost Explorer 2017-10-25',
});
