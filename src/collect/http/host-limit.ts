/** No more than so many requests to one host at a time, over all sources of the process; the others wait in order. */
interface Turnstile {
  inside: number;
  readonly waiting: (() => void)[];
}

const turnstiles = new Map<string, Turnstile>();

const leave = (host: string, turnstile: Turnstile): void => {
  const next = turnstile.waiting.shift();
  // The place is handed over, so that nobody who comes just now gets ahead.
  if (next !== undefined) next();
  else turnstile.inside -= 1;
  if (turnstile.inside === 0) turnstiles.delete(host);
};

export async function withinHostLimit<T>(
  host: string,
  limit: number,
  signal: AbortSignal,
  run: () => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const turnstile = turnstiles.get(host) ?? { inside: 0, waiting: [] };
  turnstiles.set(host, turnstile);
  if (turnstile.inside < limit) turnstile.inside += 1;
  else
    await new Promise<void>((resolve, reject) => {
      const enter = (): void => {
        signal.removeEventListener('abort', giveUp);
        resolve();
      };
      const giveUp = (): void => {
        turnstile.waiting.splice(turnstile.waiting.indexOf(enter), 1);
        reject(signal.reason);
      };
      turnstile.waiting.push(enter);
      signal.addEventListener('abort', giveUp, { once: true });
    });
  try {
    return await run();
  } finally {
    leave(host, turnstile);
  }
}
