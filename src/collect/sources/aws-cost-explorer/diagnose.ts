/**
 * Why an arm costs nothing. Cost Explorer answers a tag that nobody activated with zeros and no error, so that the
 * arm looks free; what is known about the tag tells. Each question costs a cent, and is asked only then.
 */
import type { Arm } from '../../../model/experiment.js';
import { type Reason, reason } from '../../../model/reason.js';
import { HttpFailure } from '../../http/failure.js';
import type { GuardedContext } from '../../http/guarded.js';
import { nearestFirst } from '../../nearest.js';
import type { CostExplorer } from './client.js';
import { instantText } from './question.js';

interface Tag {
  readonly Status?: string;
  readonly LastUpdatedDate?: string;
}

/** null where this account may not ask: only the management account sees the list. */
const permitted = async <T>(io: GuardedContext, asked: Promise<T>): Promise<T | null> => {
  try {
    return await asked;
  } catch (error) {
    if (!(error instanceof HttpFailure) || error.code !== 'aws-AccessDeniedException') throw error;
    io.log.detail(error.message);
    return null;
  }
};

const listed = async (
  explorer: CostExplorer,
  io: GuardedContext,
  tag: string,
): Promise<Tag | 'none' | null> => {
  const command = new explorer.sdk.ListCostAllocationTagsCommand({ TagKeys: [tag] });
  const answer = await permitted(
    io,
    explorer.ask<{ CostAllocationTags?: Tag[] }>('ListCostAllocationTags', command),
  );
  return answer === null ? null : (answer.CostAllocationTags?.[0] ?? 'none');
};

/** Keys of tags, or the values of one, that the bill of that time has; null where it may not be asked. */
const tags = async (
  explorer: CostExplorer,
  io: GuardedContext,
  fromMs: number,
  toMs: number,
  key?: string,
) => {
  const TimePeriod = { Start: instantText(fromMs, 'DAILY'), End: instantText(toMs, 'DAILY') };
  const command = new explorer.sdk.GetTagsCommand({
    TimePeriod,
    ...(key === undefined ? {} : { TagKey: key }),
  });
  const answer = await permitted(io, explorer.ask<{ Tags?: string[] }>('GetTags', command));
  return answer === null ? null : (answer.Tags ?? []).filter((name) => name !== '');
};

export interface Free {
  readonly metric: string;
  readonly tag: string;
  /** The arm that costs nothing, and what its tag should say. */
  readonly arm: Arm;
  readonly value: string;
  /** Days that are asked about, UTC ms. */
  readonly fromMs: number;
  readonly toMs: number;
}

/** Never null: that nothing can be found wrong with the tag is an answer too. */
export async function whyFree(explorer: CostExplorer, io: GuardedContext, free: Free): Promise<Reason> {
  return (await tagProblem(explorer, io, free)) ?? reason('cost-arm-zero', aboutOf(free));
}

const aboutOf = ({ metric, tag, arm, value }: Free) => ({ metric, tag, who: arm.name, value });

/** What is wrong with the tag or its value; null where both are known to the bill. */
export async function tagProblem(
  explorer: CostExplorer,
  io: GuardedContext,
  free: Free,
): Promise<Reason | null> {
  const about = aboutOf(free);
  const { fromMs, toMs, tag, value } = free;
  const known = await listed(explorer, io, tag);
  if (known === 'none') {
    const exist = (await tags(explorer, io, fromMs, toMs)) ?? [];
    return reason('cost-tag-unknown', { ...about, exist: nearestFirst(tag, exist) });
  }
  if (known !== null && known.Status !== 'Active') return reason('cost-tag-inactive', about);
  const values = await tags(explorer, io, fromMs, toMs, tag);
  if (values === null || values.includes(value)) return null;
  if (values.length > 0)
    return reason('cost-tag-value-absent', { ...about, exist: nearestFirst(value, values) });
  const activatedMs = Date.parse(known?.LastUpdatedDate ?? '');
  if (activatedMs > fromMs) return reason('cost-tag-activated-late', { ...about, activated: activatedMs });
  const exist = (await tags(explorer, io, fromMs, toMs)) ?? [];
  return reason('cost-tag-no-values', { ...about, exist: nearestFirst(tag, exist) });
}
