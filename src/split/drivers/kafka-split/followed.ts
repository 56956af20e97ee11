/**
 * Records on their way: from when they were given to an arm's topic until the arm's group has committed them. Each becomes
 * one request of the evidence, when it is done or when nobody did it in time. Pure: the times are handed in.
 */
import type { Request } from '../../../model/evidence.js';
import type { ArmName } from '../../../model/experiment.js';
import type { Offsets } from '../kafka/client.js';

export interface Given {
  /** false: it takes no part, and is only waited for. */
  readonly counts: boolean;
  readonly key: string | null;
  /** UTC ms, when it was given. */
  readonly at: number;
  /** Monotonic ms, from which its latency runs. */
  readonly from: number;
  /** Age that it had then, ms; null: unknown. */
  readonly ageMs: number | null;
  readonly bytes: number;
}

interface Waiting extends Given {
  readonly offset: number;
  readonly ahead: number;
}

/** A transaction of which nobody heard whether it was committed: it was, if the source's position has come to `upTo`. */
export interface Undecided {
  readonly topic: string;
  readonly partition: number;
  readonly upTo: string;
  readonly follow: () => void;
}

export class Followed {
  /** Of the last transaction; whoever opens the next giver settles it. */
  undecided: Undecided | null = null;
  readonly #waiting = new Map<ArmName, Map<number, Waiting[]>>();
  readonly #counts = new Map<ArmName, number>();
  #heard: Request[] = [];

  /** Records at [offset, offset + n) of a partition of the arm's topic. */
  given(arm: ArmName, partition: number, offset: number, records: readonly Given[]): void {
    const partitions = this.#waiting.get(arm) ?? new Map<number, Waiting[]>();
    this.#waiting.set(arm, partitions);
    const waiting = partitions.get(partition) ?? [];
    partitions.set(partition, waiting);
    const before = this.left(arm);
    records.forEach((each, i) => void waiting.push({ ...each, offset: offset + i, ahead: before + i }));
    this.#counts.set(arm, before + records.length);
  }

  /** How many of the arm's are not worked off. */
  left(arm: ArmName): number {
    return this.#counts.get(arm) ?? 0;
  }

  /** Offsets as the arm's group had committed them at `now`, monotonic ms. */
  saw(arm: ArmName, committed: Offsets, now: number, timeoutMs: number): void {
    for (const [partition, waiting] of this.#waiting.get(arm) ?? []) {
      const upTo = committed.get(partition) ?? -1;
      // In order of offset, and so of time: whoever is not done ends the search, unless it is late.
      let over = 0;
      while (over < waiting.length) {
        const one = waiting[over];
        if (one.offset >= upTo && now - one.from < timeoutMs) break;
        this.#end(arm, one, one.offset < upTo ? Math.max(0, now - one.from) : null);
        over++;
      }
      waiting.splice(0, over);
    }
  }

  /** Nobody will see whether the rest is done. */
  giveUp(): void {
    for (const [arm, partitions] of this.#waiting)
      for (const waiting of partitions.values())
        for (const one of waiting.splice(0)) this.#end(arm, one, null);
  }

  take(): readonly Request[] {
    const taken = this.#heard;
    this.#heard = [];
    return taken;
  }

  /** Into the arm's topic, acknowledged: no other arm can serve it. */
  #end(arm: ArmName, { counts, at, key, ageMs, bytes, ahead }: Waiting, latencyMs: number | null): void {
    this.#counts.set(arm, this.left(arm) - 1);
    if (!counts) return;
    this.#heard.push({
      at,
      key,
      assigned: arm,
      served: arm,
      redispatched: false,
      status: latencyMs === null ? null : 0,
      ms: { queue: ageMs, connect: null, response: latencyMs, total: latencyMs },
      ahead,
      covariates: { bytes },
    });
  }
}
