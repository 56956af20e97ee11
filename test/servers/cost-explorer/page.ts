/** Pages of an answer; the token of the next one is bound to the request. */
import { Refused } from './refused.js';

type Json = Record<string, unknown>;

export const offsetOf = (token: unknown, hash: string): number => {
  if (token === undefined) return 0;
  try {
    const [bound, offset] = JSON.parse(Buffer.from(String(token), 'base64').toString()) as [string, number];
    if (bound !== hash)
      throw new Refused(
        'RequestChangedException',
        'Your request parameters changed between pages. Try again with the old parameters or without a pagination token.',
      );
    return offset;
  } catch (error) {
    if (error instanceof Refused) throw error;
    throw new Refused(
      'InvalidNextTokenException',
      'The pagination token is invalid. Try again without a pagination token.',
    );
  }
};

/** Groups are counted over all periods, so a page may end in the middle of a day. */
export const page = (
  periods: { Groups: unknown[] }[],
  offset: number,
  size: number,
  hash: string,
  GroupDefinitions: unknown,
): Json => {
  const ResultsByTime: Json[] = [];
  let before = 0;
  let used = 0;
  let more = false;
  for (const period of periods) {
    // A period without groups takes a place, else it would be on every page or on none.
    const places = Math.max(1, period.Groups.length);
    const from = Math.max(0, offset - before);
    before += places;
    if (from >= places) continue;
    const room = size - used;
    if (room <= 0) {
      more = true;
      break;
    }
    const Groups = period.Groups.slice(from, from + room);
    used += Math.max(1, Groups.length);
    ResultsByTime.push({ ...period, Groups });
    if (from + room < places) {
      more = true;
      break;
    }
  }
  const NextPageToken = Buffer.from(JSON.stringify([hash, offset + used])).toString('base64');
  return {
    GroupDefinitions,
    ResultsByTime,
    DimensionValueAttributes: [],
    ...(more ? { NextPageToken } : {}),
  };
};
