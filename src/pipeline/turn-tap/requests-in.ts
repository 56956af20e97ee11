import type { ExecutedSlot, Request, Schedule } from '../../model/evidence.js';
import { slotAt } from '../../model/slot-at.js';
import { slotsOf } from '../../model/slots.js';

/**
 * Those of times at which the split was as planned and burnt in: what came while it was lost or not yet set says nothing.
 * Left out request by request, so that a key whose first request came too early keeps its others.
 */
export async function* requestsIn(
  all: AsyncIterable<Request>,
  { slots }: Pick<Schedule, 'slots'>,
  executed: readonly ExecutedSlot[],
): AsyncGenerator<Request> {
  const held = slotsOf({ slots: slots ?? [] }, executed)?.held ?? [];
  for await (const request of all) {
    const index = slotAt(request.at, executed);
    if (index === null) continue;
    if (held.some((slot) => slot.index === index && request.at >= slot.fromMs && request.at < slot.toMs))
      yield request;
  }
}
