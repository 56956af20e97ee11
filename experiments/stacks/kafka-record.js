/** The record-by-record stack: prices one order after the other, as a function per record would. */
import { consume, pause, price, workMs } from './kafka-consumer.js';

await consume(async (messages) => {
  const started = performance.now();
  const priced = [];
  for (const message of messages) {
    // A timer is late by up to a millisecond: the next order makes up for it.
    const ahead = started + (priced.length + 1) * workMs - performance.now();
    if (ahead > 1) await pause(ahead);
    priced.push(price(message));
  }
  return priced;
});
