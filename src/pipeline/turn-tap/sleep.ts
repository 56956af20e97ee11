import type { Io } from '../../model/ports.js';

/** Rejects with the reason of whoever interrupts. */
export const sleepWith = (io: Io, ms: number): Promise<void> =>
  io.sleep === undefined ? realSleep(ms, io.signal) : io.sleep(ms, io.signal);

const realSleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const onAbort = () => {
      clearTimeout(timer);
      reject(signal.reason);
    };
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
