/**
 * A clock for simulations: it stands still while anything really works, and jumps to the next moment that somebody waits
 * for when all wait.
 */
export interface VirtualClock {
  now(): number;
  /** The scheduler's own sleep: ended early by `wake`. */
  idle(ms: number, wake: Promise<unknown>): Promise<void>;
  /** Somebody else's waiting, such as work that takes long. */
  pass(ms: number): Promise<void>;
  /** Real work: the clock stands. */
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Moves on without anybody: the scheduler is down. */
  jump(ms: number): void;
  /** The scheduler no longer sleeps, and only waits for work that takes time. */
  over(): void;
  /** Called once when the clock reaches that moment. */
  at(ms: number, then: () => void): void;
}

export function virtualClock(startMs: number): VirtualClock {
  let now = startMs;
  let busy = 0;
  let idling = false;
  let over = false;
  let waiting: { at: number; go: () => void }[] = [];
  const pump = (): void => {
    setImmediate(() => {
      if (busy > 0 || !(idling || over) || waiting.length === 0) return;
      const next = waiting.reduce((least, one) => (one.at < least.at ? one : least));
      waiting = waiting.filter((one) => one !== next);
      now = Math.max(now, next.at);
      next.go();
      pump();
    });
  };
  const until = (at: number): Promise<void> =>
    new Promise((resolve) => {
      waiting.push({ at, go: resolve });
      pump();
    });
  return {
    now: () => now,
    async idle(ms, wake) {
      idling = true;
      const awake = until(now + ms);
      await Promise.race([awake, wake]);
      idling = false;
    },
    pass: (ms) => until(now + ms),
    async during(work) {
      busy += 1;
      try {
        return await work();
      } finally {
        busy -= 1;
        pump();
      }
    },
    over() {
      over = true;
      pump();
    },
    jump(ms) {
      now += ms;
    },
    at(ms, then) {
      waiting.push({ at: ms, go: then });
      pump();
    },
  };
}
