/**
 * How far is a group behind, and when was each record done? A record counts as done when its group has committed an
 * offset beyond it, which needs nothing of the stack; the time is that of the poll that saw it, so that `poll` is the
 * resolution. Pure: the times are handed in.
 */
import type { Offsets } from './client.js';

/** Records [from, from + count) of a partition, sent (or due) at `sentAt`, ms. */
export interface Sent {
  readonly partition: number;
  readonly from: number;
  readonly count: number;
  readonly sentAt: number;
}

interface Pending extends Sent {
  done: number;
}

export class Backlog {
  readonly #pending: Pending[] = [];
  readonly #latencies: number[] = [];
  #lagTime = 0;
  #lag = 0;
  #maxLag = 0;
  #at: number | null = null;
  #sent = 0;

  sent(batch: Sent): void {
    this.#pending.push({ ...batch, done: 0 });
    this.#sent += batch.count;
  }

  /** Offsets as the group had committed them at `at`, ms. Returns how many of our records are left. */
  saw(committed: Offsets, at: number): number {
    for (const batch of this.#pending) {
      const upTo = (committed.get(batch.partition) ?? -1) - batch.from;
      for (; batch.done < Math.min(upTo, batch.count); batch.done++)
        this.#latencies.push(Math.max(0, at - batch.sentAt));
    }
    const open = this.#pending.filter(({ done, count }) => done < count);
    this.#pending.splice(0, this.#pending.length, ...open);
    this.#lagTime += this.#at === null ? 0 : this.#lag * (at - this.#at);
    this.#lag = this.#sent - this.#latencies.length;
    this.#maxLag = Math.max(this.#maxLag, this.#lag);
    this.#at = at;
    return this.#lag;
  }

  /** Seconds and records; `wallMs`: from the first record sent until the last was done. */
  summary(wallMs: number) {
    const sorted = Float64Array.from(this.#latencies).sort();
    // Nearest rank: a quantile that some record really had.
    const quantile = (q: number) => sorted[Math.max(0, Math.ceil(q * sorted.length) - 1)] / 1000;
    return {
      latencySeconds: sorted.reduce((sum, ms) => sum + ms, 0) / 1000,
      p50Seconds: quantile(0.5),
      p99Seconds: quantile(0.99),
      maxSeconds: quantile(1),
      meanLag: wallMs > 0 ? this.#lagTime / wallMs : 0,
      maxLag: this.#maxLag,
    };
  }
}

/**
 * Records that the group has not committed. `uncommitted`: from where a partition counts in which it never committed;
 * null: it says nothing.
 */
export function lagOf(ends: Offsets, committed: Offsets, uncommitted: 0 | null = null): number {
  let lag = 0;
  for (const [partition, end] of ends) {
    const known = committed.get(partition) ?? -1;
    const at = known >= 0 ? known : uncommitted;
    if (at !== null) lag += Math.max(0, end - at);
  }
  return lag;
}

export const total = (offsets: Offsets): number => [...offsets.values()].reduce((sum, each) => sum + each, 0);
