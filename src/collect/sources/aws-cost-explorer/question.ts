/**
 * The one request that answers for all arms: GetCostAndUsage, filtered to the arms' values of the tag and to what
 * has no value of it (the untagged rest), grouped by the tag. Each page is billed; one request per arm would be
 * billed per arm.
 */
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';
import { armsByValue } from '../billing/arm-values.js';
import { type Buckets, bucketsOf, DAY_MS, HOUR_MS } from '../billing/settled.js';
import { checkShared } from '../billing/shared.js';
import { type Cost, type CostExplorerOptions, type CostExplorerQuery, costOf, LEFT_OUT } from './options.js';

/** As AWS has it: exactly one member. */
export type Expression =
  | { readonly And: Expression[] }
  | { readonly Or: Expression[] }
  | { readonly Not: Expression }
  | { readonly Dimensions: { readonly Key: string; readonly Values: string[] } }
  | { readonly Tags: { readonly Key: string; readonly Values?: string[]; readonly MatchOptions?: string[] } };

export type Granularity = 'DAILY' | 'HOURLY';

/** Everything of a request but its time: what its periods can be cached under. */
export interface Shape {
  readonly Granularity: Granularity;
  readonly Metrics: readonly [Cost];
  readonly Filter: Expression;
  readonly GroupBy: readonly { readonly Type: 'TAG' | 'DIMENSION'; readonly Key: string }[];
}

export interface Question extends Readonly<Record<string, unknown>> {
  readonly shape: Shape;
  readonly buckets: Buckets;
  readonly periodMs: number;
  /** Whether the groups hold the service too. */
  readonly byService: boolean;
  /** Whether the observations do. */
  readonly services: boolean;
  readonly leftOut: readonly string[];
}

/** A day as `2026-11-01`, an hour as `2026-11-01T05:00:00Z`: either where the other is expected is refused by AWS. */
export const instantText = (ms: number, granularity: Granularity): string => {
  const text = new Date(ms).toISOString();
  return granularity === 'HOURLY' ? `${text.slice(0, 19)}Z` : text.slice(0, 10);
};

const granularityOf = ({ metric }: Want, { byMs, fromMs, toMs }: Buckets): Granularity => {
  if (byMs % DAY_MS === 0 && fromMs % DAY_MS === 0 && toMs % DAY_MS === 0) return 'DAILY';
  if (byMs % HOUR_MS === 0) return 'HOURLY';
  throw new SourceProblem(reason('cost-by-too-fine', { metric, byMs }));
};

const dimensions = (where: CostExplorerQuery['where']): Expression[] =>
  Object.entries(where ?? {}).map(([Key, values]) => ({
    Dimensions: { Key, Values: typeof values === 'string' ? [values] : values },
  }));

/** `And` of one would be refused. */
const all = (parts: Expression[]): Expression => (parts.length === 1 ? parts[0] : { And: parts });

/** Values of the tag by which `shared` names costs, beside those of the arms. */
const sharedValues = ({ tag, shared = [] }: CostExplorerOptions): string[] =>
  shared.flatMap(({ where }) => (Object.hasOwn(where, tag) ? [where[tag]] : []));

/** @throws SourceProblem where window, `by`, the arms' values or `shared` do not make a question */
export const questionOf = (options: CostExplorerOptions, query: CostExplorerQuery, want: Want): Question => {
  const buckets = bucketsOf(want);
  const granularity = granularityOf(want, buckets);
  const { tag, shared = [], include = [] } = options;
  const arms = armsByValue(want, tag);
  checkShared(want.metric, shared, (key) => key === 'SERVICE' || key === tag, ['SERVICE', tag]);
  const services = query.services === true;
  if (services && want.fold.kind !== 'sum')
    throw new SourceProblem(reason('billing-needs-sum', { metric: want.metric, fold: want.fold.kind }));
  const byService = services || shared.some(({ where }) => Object.hasOwn(where, 'SERVICE'));
  const leftOut = LEFT_OUT.filter((type) => !include.includes(type));
  const tagged: Expression = {
    Or: [
      { Tags: { Key: tag, Values: [...new Set([...arms.keys(), ...sharedValues(options)])] } },
      { Tags: { Key: tag, MatchOptions: ['ABSENT'] } },
    ],
  };
  const without: Expression[] =
    leftOut.length === 0 ? [] : [{ Not: { Dimensions: { Key: 'RECORD_TYPE', Values: [...leftOut] } } }];
  const shape: Shape = {
    Granularity: granularity,
    Metrics: [costOf(options.cost ?? 'AmortizedCost') ?? 'AmortizedCost'],
    Filter: all([tagged, ...without, ...dimensions(options.where), ...dimensions(query.where)]),
    GroupBy: [
      { Type: 'TAG', Key: tag },
      ...(byService ? [{ Type: 'DIMENSION', Key: 'SERVICE' } as const] : []),
    ],
  };
  const periodMs = granularity === 'HOURLY' ? HOUR_MS : DAY_MS;
  return { shape, buckets, periodMs, byService, services, leftOut };
};

export const timePeriod = (fromMs: number, toMs: number, { Granularity }: Shape) => ({
  Start: instantText(fromMs, Granularity),
  End: instantText(toMs, Granularity),
});

/** What `validate` prints and evidence keeps: the request as it is sent for the whole window. */
export const textOf = ({ shape, buckets }: Question): string =>
  `GetCostAndUsage ${JSON.stringify({ TimePeriod: timePeriod(buckets.fromMs, buckets.toMs, shape), ...shape })}`;

export const PAGE_USD = 0.01;
/** Groups that are expected on a page; AWS does not say. */
const GROUPS_PER_PAGE = 1_000;
/** Services that are expected under a value of a tag. */
const SERVICES = 15;

/** Pages that are expected, at least one; every page is billed. */
export const expectedPages = ({ buckets, periodMs, byService }: Question, arms: number): number => {
  const periods = Math.ceil((buckets.toMs - buckets.fromMs) / periodMs);
  return Math.max(1, Math.ceil((periods * (arms + 1) * (byService ? SERVICES : 1)) / GROUPS_PER_PAGE));
};
