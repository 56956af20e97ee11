/** `500ms`, `60s`, `2m`, `1h`, or a number of seconds. */
export const DURATION = /^(\d+(?:\.\d+)?)\s*(ms|s|m|h)$/;

const MILLISECONDS: Readonly<Record<string, number>> = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 };

/** Milliseconds; the text must match DURATION. */
export function durationMs(value: string | number): number {
  if (typeof value === 'number') return value * 1_000;
  const match = DURATION.exec(value);
  if (match === null) throw new Error(`not a duration: ${value}`);
  return Number(match[1]) * MILLISECONDS[match[2]];
}
