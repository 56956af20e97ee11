/** The micro-batch stack: takes what has arrived, prices it in one call, writes it in one request. */
import { consume, pause, price, workMs } from './kafka-consumer.js';

await consume(async (messages) => {
  await pause(messages.length * workMs);
  return messages.map(price);
});
