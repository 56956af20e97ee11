/** Instants in UTC with the zone shown; lengths of time in the two largest parts. */

/** UTC ms or ISO 8601 → "2026-11-01 14:05:09 UTC"; seconds only where there are some. */
export const timestamp = (instant: unknown): string => {
  if (typeof instant !== 'number' && typeof instant !== 'string') return 'no time';
  const date = new Date(instant);
  if (Number.isNaN(date.getTime())) return String(instant);
  const [day, time = ''] = date.toISOString().split('T');
  const clock = time.slice(0, 8);
  return `${day} ${clock.endsWith(':00') ? clock.slice(0, 5) : clock} UTC`;
};

/** From small to large; a length is shown in a part and the one below it, after rounding to the lower. */
const pairs = [
  { large: 'min', largeMs: 60_000, small: 's', smallMs: 1_000, belowMs: 3_600_000 },
  { large: 'h', largeMs: 3_600_000, small: 'min', smallMs: 60_000, belowMs: 86_400_000 },
  { large: 'd', largeMs: 86_400_000, small: 'h', smallMs: 3_600_000, belowMs: Number.POSITIVE_INFINITY },
] as const;

const positive = (ms: number): string => {
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1_000).toFixed(1).replace(/\.0$/, '')} s`;
  for (const pair of pairs) {
    const rounded = Math.round(ms / pair.smallMs) * pair.smallMs;
    if (rounded >= pair.belowMs) continue;
    const rest = Math.round((rounded % pair.largeMs) / pair.smallMs);
    return `${Math.floor(rounded / pair.largeMs)} ${pair.large}${rest === 0 ? '' : ` ${rest} ${pair.small}`}`;
  }
  return `${ms} ms`;
};

/** 340 ms, 12.4 s, 3 min 20 s, 2 h 5 min, 3 d 4 h. */
export const duration = (ms: unknown): string => {
  if (typeof ms !== 'number' || !Number.isFinite(ms)) return 'no time';
  return ms < 0 ? `−${positive(-ms)}` : positive(ms);
};

const DAY_MS = 86_400_000;
const two = (n: number): string => String(n).padStart(2, '0');

/** A place on an axis of time that is `spanMs` long, UTC: "11-05", "5 14:00", "14:05", "14:05:09". The axis says the zone. */
export const axisTime = (ms: number, spanMs: number): string => {
  const date = new Date(ms);
  if (Number.isNaN(date.getTime())) return '';
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}`;
  const day = `${two(date.getUTCMonth() + 1)}-${two(date.getUTCDate())}`;
  if (spanMs > 400 * DAY_MS) return `${date.getUTCFullYear()}-${two(date.getUTCMonth() + 1)}`;
  if (spanMs > 4 * DAY_MS) return day;
  if (spanMs > DAY_MS / 2) return clock === '00:00' ? day : clock;
  return spanMs > 600_000 ? clock : `${clock}:${two(date.getUTCSeconds())}`;
};
