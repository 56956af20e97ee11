/** A group without a member would look like an endlessly slow stack. */
import { setTimeout as sleep } from 'node:timers/promises';
import { KnownError } from '../../../errors.js';
import type { Io } from '../../../model/ports.js';
import type { Cluster } from './client.js';

const WAIT_MS = 60_000;

export async function untilConsumed(
  arm: string,
  group: string,
  cluster: Cluster,
  { signal }: Pick<Io, 'signal'>,
): Promise<void> {
  const until = performance.now() + WAIT_MS;
  for (;;) {
    const members = await cluster.members(group);
    if (members === null || (members.stable && members.clients.length > 0)) return;
    if (performance.now() > until)
      throw new KnownError('kafka-no-consumer', `${arm}: nobody consumes in the group ${group}`, {
        hint: `Waited ${WAIT_MS / 1000} s. Start the stack first; nothing was sent.`,
        exit: 69,
      });
    await sleep(200, undefined, { signal });
  }
}
