/** Ctrl-C, SIGTERM, a closed terminal: one polite wish, then force. */
import { type ExitCode, KnownError } from '../errors.js';

/**
 * One wish to stop may arrive as several signals: a launcher passes on a Ctrl-C that the terminal has sent to the whole
 * group, a log-out sends SIGHUP and SIGTERM. Taken for a second wish, the copy would leave a tap turned.
 */
const SAME_WISH_MS = 2_000;

/** Ctrl-C, SIGTERM and a closed terminal ask politely once, so that a tap is given back; a later one ends the process at once. */
export function interruption(): { signal: AbortSignal; exit: () => ExitCode | null } {
  const controller = new AbortController();
  let exit: ExitCode | null = null;
  let askedAt = 0;
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(name, () => {
      if (exit !== null) {
        if (performance.now() - askedAt >= SAME_WISH_MS) process.exit(code);
        return;
      }
      exit = code;
      askedAt = performance.now();
      controller.abort(new KnownError('interrupted', `stopped by ${name}`, { exit: code }));
    });
  }
  return { signal: controller.signal, exit: () => exit };
}
