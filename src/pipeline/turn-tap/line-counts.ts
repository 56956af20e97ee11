/**
 * Beside a running split: how many requests the proxy says each arm answered, against the lines that arrived about them.
 * Both are read at every poll and the differences added up; an interval in which the proxy was reloaded, and began to
 * count anew, is left out of both.
 */
import type { LineCount } from '../../model/evidence.js';
import type { ArmName } from '../../model/experiment.js';
import type { AnsweredSoFar, RequestListener } from '../../model/ports.js';

export interface LineCounting {
  /** A slot begins; what came before is nobody's. Nobody waits for it: the slot has begun. */
  begin(): void;
  poll(): Promise<void>;
  /** Its rows, to be kept; the next slot begins with none. */
  rowsOf(slot: number, attempt: number): readonly LineCount[];
}

interface Reading extends AnsweredSoFar {
  readonly heard: Readonly<Record<ArmName, number>>;
}

const NONE: LineCounting = {
  begin: () => undefined,
  poll: async () => undefined,
  rowsOf: () => [],
};

/** @param count null where the tap has no counters. It may fail: what was not counted is judged by nobody. */
export function countLines(
  listener: Pick<RequestListener, 'heard'> | null,
  count: (() => Promise<AnsweredSoFar>) | null,
  failed: (error: unknown) => void,
): LineCounting {
  if (count === null || listener?.heard === undefined) return NONE;
  let last: Promise<Reading | null> = Promise.resolve(null);
  let sums = new Map<ArmName, { counted: number; heard: number }>();

  const read = async (): Promise<Reading | null> => {
    try {
      const counted = await count();
      await untilQuiet(() => totalOf(listener.heard?.() ?? {}));
      return { ...counted, heard: listener.heard?.() ?? {} };
    } catch (error) {
      failed(error);
      return null;
    }
  };

  return {
    begin() {
      sums = new Map();
      last = read();
    },
    async poll() {
      const before = await last;
      last = read();
      const now = await last;
      if (now !== null && before !== null && isSameProcess(before, now)) addTo(sums, before, now);
    },
    rowsOf: (slot, attempt) => [...sums].map(([arm, sum]) => ({ slot, attempt, arm, ...sum })),
  };
}

const totalOf = (heard: Readonly<Record<ArmName, number>>): number =>
  Object.values(heard).reduce((sum, lines) => sum + lines, 0);

/** Turns of the event loop, each of which reads some of the lines that lie in the socket's buffer. */
const MOST_TURNS = 2_000;

/** Lines that were sent before the proxy answered are heard first, however many this process has not come round to. */
async function untilQuiet(lines: () => number): Promise<void> {
  for (let turn = 0, before = -1; turn < MOST_TURNS && lines() !== before; turn++) {
    before = lines();
    for (let i = 0; i < 2; i++) await new Promise((done) => setImmediate(done));
  }
}

/** Counters that were cleared by hand have begun anew, too. */
const isSameProcess = (before: Reading, now: Reading): boolean =>
  before.instance === now.instance &&
  Object.entries(now.answered).every(([arm, count]) => count >= (before.answered[arm] ?? 0));

function addTo(sums: Map<ArmName, { counted: number; heard: number }>, before: Reading, now: Reading): void {
  for (const [arm, answered] of Object.entries(now.answered)) {
    const sum = sums.get(arm) ?? { counted: 0, heard: 0 };
    sum.counted += answered - (before.answered[arm] ?? 0);
    sum.heard += (now.heard[arm] ?? 0) - (before.heard[arm] ?? 0);
    sums.set(arm, sum);
  }
}
