/*
 * Batches that never move.
 *
 * Answers: how long are the batches of a series that is looked at whenever somebody likes. Applies: paired series, or one
 * against zeros. Formula: the batch length (`firstBatchLength`) of the shortest of the prefixes of 15, 23, 35 … values
 * that holds 15 independent ones: whoever looks, whenever and however often, finds the same batches and needs to remember
 * nothing.
 * Source: as batch-looks.ts; STATISTICS.md §6.
 */
import { type Reason, reason } from '../model/reason.js';
import { firstBatchLength } from './batch-looks.js';
import { meanColumn } from './series-column.js';

const FIRST_PREFIX = 15;

/** Values per batch; a Reason while no prefix holds enough. */
export function batchLengthOfPrefix(treatment: Float64Array, baseline: Float64Array): number | Reason {
  const n = treatment.length;
  let refused: Reason = reason('too-few-buckets', { have: n, need: FIRST_PREFIX });
  for (let prefix = FIRST_PREFIX; prefix <= n; prefix = Math.ceil(prefix * 1.5)) {
    const [x, y] = [treatment, baseline].map((values) => meanColumn(values.subarray(0, prefix)));
    const length = firstBatchLength(x, y);
    if (typeof length === 'number') return length;
    refused = length;
  }
  return refused;
}
