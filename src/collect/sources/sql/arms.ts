/** Which rows belong to which arm. */
import type { Arm } from '../../../model/experiment.js';
import type { Want } from '../../../model/ports.js';
import { reason } from '../../../model/reason.js';
import { SourceProblem } from '../../source-problem.js';
import type { Condition } from './clauses.js';
import type { SqlQuery } from './options.js';

export const refuse = (code: string, values: Parameters<typeof reason>[1]): never => {
  throw new SourceProblem(reason(code, values));
};

const armConditions = (query: SqlQuery, want: Want, arm: Arm): readonly Condition[] => {
  const match = Object.entries(arm.match);
  if (match.length === 0 && want.arms.length > 1)
    return refuse('sql-arm-without-match', { metric: want.metric, arm: arm.name });
  const { arm: column } = query;
  if (column === undefined || match.length === 0)
    return match.map(([name, equals]) => ({ column: name, equals }));
  const own = Object.hasOwn(arm.match, column) ? arm.match[column] : match[0][1];
  if (match.length > 1 && !Object.hasOwn(arm.match, column))
    return refuse('sql-arm-ambiguous-column', {
      metric: want.metric,
      arm: arm.name,
      column,
      exist: match.map(([name]) => name),
    });
  return [{ column, equals: own }];
};

/** By arm: what its rows hold. */
export const armsOf = (query: SqlQuery, want: Want): readonly (readonly Condition[])[] => {
  const all = want.arms.map((arm) => armConditions(query, want, arm));
  const shown = all.map((conditions) =>
    JSON.stringify(conditions.map(({ column, equals }) => [column, equals]).sort()),
  );
  shown.forEach((one, i) => {
    const first = shown.indexOf(one);
    if (first < i)
      refuse('sql-arms-alike', { metric: want.metric, arms: [want.arms[first].name, want.arms[i].name] });
  });
  return all;
};
