/**
 * What a person sees while something runs, on standard error: one live line on a terminal,
 * plain lines elsewhere (at most one in ten seconds per label, plus the last).
 */
import type { Log } from './model/ports.js';

export interface Stream {
  write(text: string): void;
  readonly isTTY?: boolean | undefined;
  readonly columns?: number | undefined;
}

export interface LogOptions {
  readonly stream: Stream;
  readonly now: () => number;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly colour: boolean;
}

/** Without what a terminal would obey: what a stack, a server or a file says may be in any line. */
export const harmless = (text: string): string => text.replace(/(?![\t\n])\p{Cc}/gu, '\ufffd');

const PLAIN_LINE_EVERY_MS = 10_000;
const LIVE_LINE_EVERY_MS = 100;
const CLEAR_LINE = '\r\u001b[2K';

const remaining = (ms: number): string => {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 90) return `${seconds} s left`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min left` : `${Math.ceil(minutes / 60)} h left`;
};

const bar = (done: number, total: number, width: number): string => {
  const filled = total > 0 ? Math.round((done / total) * width) : 0;
  return '█'.repeat(filled) + '░'.repeat(width - filled);
};

export function createLog(options: LogOptions): Log {
  const { stream, now } = options;
  const live = stream.isTTY === true && !options.quiet;
  let onLine = false;
  let lastAt = Number.NEGATIVE_INFINITY;
  let lastLabel = '';

  const clear = (): void => {
    if (onLine) stream.write(CLEAR_LINE);
    onLine = false;
  };
  const line = (text: string): void => {
    clear();
    stream.write(`${text}\n`);
  };
  const yellow = (text: string): string => (options.colour ? `\u001b[33m${text}\u001b[39m` : text);
  const dim = (text: string): string => (options.colour ? `\u001b[2m${text}\u001b[22m` : text);

  return {
    info: (text) => {
      if (!options.quiet) line(harmless(text));
    },
    warn: (text) => line(yellow(`warning: ${harmless(text)}`)),
    detail: (text) => {
      if (options.verbose && !options.quiet) line(dim(harmless(text)));
    },
    progress(of, done, total, remainingMs) {
      const label = harmless(of);
      if (options.quiet) return;
      const every = live ? LIVE_LINE_EVERY_MS : PLAIN_LINE_EVERY_MS;
      const last = done >= total;
      if (label === lastLabel && !last && now() - lastAt < every) return;
      lastAt = now();
      lastLabel = label;
      const left = remainingMs === null || last ? '' : `  ${remaining(remainingMs)}`;
      if (live) {
        const text = `${label}  ${bar(done, total, 24)} ${done}/${total}${left}`;
        stream.write(CLEAR_LINE + text.slice(0, Math.max(20, (stream.columns ?? 80) - 1)));
        onLine = true;
      } else {
        stream.write(`${label}: ${done} of ${total}${left}\n`);
      }
    },
    progressEnd: clear,
  };
}
