/** Why a question has no points for an arm: which metric, label or value is missing, and what exists instead. */
import { z } from 'zod';
import type { Arm } from '../../../model/experiment.js';
import type { Query } from '../../../model/ports.js';
import { type Reason, reason } from '../../../model/reason.js';
import type { GuardedContext } from '../../http/guarded.js';
import { nearestFirst } from '../../nearest.js';
import { get, type Server } from './api.js';
import { literal, type Selector, selectorsOf } from './promql.js';
import type { Expression } from './question.js';

const names = z.array(z.string());
const series = z.array(z.record(z.string(), z.string()));

type Parameters = readonly (readonly [string, string])[];

const within = ({ window }: Query['want']): Parameters =>
  window === null
    ? []
    : [
        ['start', String(window.fromMs / 1000)],
        ['end', String(window.toMs / 1000)],
      ];

/** `metric{a="b"}` */
const matcher = (metric: string, equal: Selector['equal']): string =>
  `${metric}{${equal.map(([label, value]) => `${label}=${literal(value)}`).join(',')}}`;

/** Labels that the arm's series need, as far as the question says. */
const needed = (expression: Expression, arm: Arm, selector: Selector): Selector['equal'] => {
  const labels = new Map(selector.equal);
  if (expression.byLabels) for (const [label, value] of Object.entries(arm.match)) labels.set(label, value);
  return [...labels];
};

const missingIn = async (
  io: GuardedContext,
  { endpoint }: Server,
  asked: Query,
  arm: Arm,
  metric: string,
  equal: Selector['equal'],
): Promise<Reason | null> => {
  const about = { metric: asked.want.metric, arm: arm.name, series: metric };
  const range = within(asked.want);
  const of = async (matching: Selector['equal']): Promise<z.infer<typeof series>> => {
    const parameters: Parameters = [['match[]', matcher(metric, matching)], ['limit', '1000'], ...range];
    return series.parse((await get(io, endpoint, 'series', parameters)).data);
  };
  const all = await of([]);
  if (all.length === 0) {
    const known = names.parse((await get(io, endpoint, 'label/__name__/values', range)).data);
    return reason('prometheus-no-metric', { ...about, exist: nearestFirst(metric, known) });
  }
  for (const [label, value] of equal) {
    const values = new Set(all.map((labels) => labels[label]).filter((found) => found !== undefined));
    if (values.size === 0) {
      const exist = nearestFirst(
        label,
        all.flatMap((labels) => Object.keys(labels)).filter((name) => name !== '__name__'),
      );
      return reason('prometheus-no-label', { ...about, label, exist });
    }
    // Of many series the answer may have held some only: ask for this value itself.
    if (!values.has(value) && (await of([[label, value]])).length === 0)
      return reason('prometheus-no-value', { ...about, label, value, exist: nearestFirst(value, values) });
  }
  if ((await of(equal)).length === 0)
    return reason('prometheus-no-combination', {
      ...about,
      labels: equal.map(([label, value]) => `${label}="${value}"`),
    });
  return null;
};

/** Asks the server about every metric that the expression reads, until one explains why there is nothing. */
export const diagnose = async (
  io: GuardedContext,
  server: Server,
  asked: Query,
  expression: Expression,
  arm: Arm,
): Promise<Reason> => {
  for (const selector of selectorsOf(expression.promql)) {
    const found = await missingIn(io, server, asked, arm, selector.metric, needed(expression, arm, selector));
    if (found !== null) return found;
  }
  return reason('prometheus-no-points', { metric: asked.want.metric, arm: arm.name, byMs: asked.want.byMs });
};
