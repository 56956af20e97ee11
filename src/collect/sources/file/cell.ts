/**
 * Text of a cell as a number or a time. Every column of every format reaches us as text, so that what is read
 * does not depend on what a format's type sniffer guessed from the first rows, and a decimal is rounded once.
 */

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/iu;

/** The number, NaN or ±Infinity where it says so, undefined where it is none. No thousands, no decimal comma. */
export const numberOf = (text: string): number | undefined => {
  const trimmed = text.trim();
  if (NUMBER.test(trimmed)) return Number(trimmed);
  if (/^[+-]?nan$/iu.test(trimmed)) return Number.NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/iu.exec(trimmed);
  if (infinite === null) return undefined;
  return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
};

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?)?\s*(Z|UTC|GMT|[+-]\d\d(?::?\d\d)?)?$/iu;
const MINUTE = 60_000;

const offsetMs = (zone: string | undefined): number => {
  const match = /^([+-])(\d\d):?(\d\d)?$/u.exec(zone ?? '');
  if (match === null) return 0;
  const minutes = Number(match[2]) * 60 + Number(match[3] ?? 0);
  return (match[1] === '-' ? -minutes : minutes) * MINUTE;
};

/** Epoch numbers by size: seconds below 1e11 (year 5138), then milli-, micro- and nanoseconds. */
const epochMs = (epoch: number): number => {
  const size = Math.abs(epoch);
  if (size < 1e11) return Math.round(epoch * 1000);
  if (size < 1e14) return Math.round(epoch);
  return Math.floor(size < 1e17 ? epoch / 1e3 : epoch / 1e6);
};

/** UTC ms of an ISO 8601 time or an epoch number; without a zone it is UTC. undefined where it is no time. */
export const timeOf = (text: string): number | undefined => {
  const trimmed = text.trim();
  if (/^-?\d+(?:\.\d+)?$/u.test(trimmed)) return epochMs(Number(trimmed));
  const match = TIME.exec(trimmed);
  if (match === null) return undefined;
  const [year, month, day, hour, minute, second] = match.slice(1, 7).map((part) => Number(part ?? 0));
  const date = Date.UTC(year, month - 1, day);
  // Date.UTC rolls 31 February over into March.
  const rolled = new Date(date).getUTCMonth() !== month - 1 || month === 0 || day === 0;
  if (rolled || hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = Math.floor(Number(`0.${match[7] ?? '0'}`) * 1000);
  return date + ((hour * 60 + minute) * 60 + second) * 1000 + fraction - offsetMs(match[8]);
};
