/** What is to be said of the rows that were read: why none was kept, and what those that were kept are worth. */
import type { Arm } from '../../../model/experiment.js';
import type { Query } from '../../../model/ports.js';
import { type Reason, reason } from '../../../model/reason.js';
import type { GuardedContext } from '../../http/guarded.js';
import { nearestFirst } from '../../nearest.js';
import { SourceProblem } from '../../source-problem.js';
import type { Request } from './question.js';
import type { Seen } from './rows.js';

/** Why nothing of this arm was kept, by what was seen on the way. */
export const whyNone = (asked: Query, arm: Arm, seen: Seen): Reason => {
  const { query } = asked.request as Request;
  const { window } = asked.want;
  const names = { metric: asked.want.metric, arm: arm.name };
  if (seen.rows === 0) return reason('http-no-rows', { ...names, rows: query.rows, query: asked.text });
  if (seen.wanted === 0) {
    const where = JSON.stringify(query.where);
    return reason('http-where-none', { ...names, rows: seen.rows, where, exist: seen.example });
  }
  if (seen.others.size > 0 && !seen.kept.has(arm.name)) {
    const wanted = Object.values(arm.match);
    const exist = nearestFirst(wanted[0] ?? arm.name, seen.others);
    return reason('http-arm-missing', { ...names, at: query.arm ?? '', wanted, exist });
  }
  if (seen.inWindow === 0 && window !== null)
    return reason('http-outside-window', {
      ...names,
      rows: seen.rows,
      first: seen.first,
      last: seen.last,
      from: window.fromMs,
      to: window.toMs,
    });
  return reason('http-all-held-back', { ...names, rows: seen.heldBack });
};

/** What is to be said of an answer that is there. */
export const warn = (asked: Query, io: GuardedContext, seen: Seen): void => {
  const { query } = asked.request as Request;
  const { metric, arms } = asked.want;
  for (const arm of arms) if (!seen.kept.has(arm.name)) io.warn(whyNone(asked, arm, seen), [arm.name]);
  if (seen.heldBack > 0) io.warn(reason('source-held-back', { metric, points: seen.heldBack }));
  if (seen.kept.size > 0 && seen.withValue === 0)
    throw new SourceProblem(
      reason('http-no-values', { metric, at: query.value, rows: seen.rows, exist: seen.example }),
    );
};
