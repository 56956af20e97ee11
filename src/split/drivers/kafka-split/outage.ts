/**
 * Brokers that are away for a moment: a leader changes, a broker restarts, a connection breaks. What comes after such an
 * error is what comes after a crash (the same transactional id is opened again, and whoever opens it ends what was left
 * half-done), so that going on is as exact as beginning again: nothing is lost, nothing is there twice.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { causesOf } from '../kafka/refusals.js';

const AGAIN_MS = 500;

/** The connection was closed, and nobody said why. */
export const LOST = 'the connection to the broker was lost';

/** The group went on without this member, which had been silent for too long. */
const PUT_OUT = new Set(['UNKNOWN_MEMBER_ID', 'ILLEGAL_GENERATION', 'REBALANCE_IN_PROGRESS']);

/** Somebody else has opened the transactional id, or the broker has ended a transaction that lasted too long. */
const FENCED = new Set(['PRODUCER_FENCED', 'INVALID_PRODUCER_EPOCH', 'TRANSACTIONAL_ID_NOT_FOUND']);

/** Not to be tried again, says the client, which by then has tried it often. */
const GIVEN_UP = new Set([
  'KafkaJSNumberOfRetriesExceeded',
  'KafkaJSGroupCoordinatorNotFound',
  'KafkaJSTimeout',
  'KafkaJSLockTimeout',
]);

/** May it be gone when the same is tried again? A fenced transactional id is not: somebody else has opened it. */
export function isPassing(error: unknown): boolean {
  const all = [...causesOf(error)];
  const innermost = all.at(-1);
  if (innermost === undefined || all.some(({ type }) => FENCED.has(type ?? ''))) return false;
  const { name, message, type, retriable } = innermost;
  return (
    message === LOST ||
    all.some((each) => GIVEN_UP.has(each.name ?? '')) ||
    (name?.startsWith('KafkaJS') === true && retriable === true) ||
    (type !== undefined && PUT_OUT.has(type))
  );
}

/** Tries again until `untilMs` (monotonic), at least once, as long as what goes wrong may pass. */
export async function throughOutage<T>(
  work: () => Promise<T>,
  untilMs: number,
  signal: AbortSignal,
): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error) || performance.now() > untilMs) throw error;
      await sleep(AGAIN_MS, undefined, { signal });
    }
  }
}
