/** A program that is given the notice on its standard input. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { KnownError } from '../../errors.js';

const MOST_SAID = 2_000;

/** @throws KnownError where it cannot be started, fails, or takes too long */
export async function runCommand(
  [program, ...args]: readonly string[],
  input: string,
  limits: { readonly timeoutMs: number; readonly folder: string; readonly signal: AbortSignal },
): Promise<void> {
  const child = spawn(program, args, {
    cwd: limits.folder,
    stdio: ['pipe', 'ignore', 'pipe'],
    signal: AbortSignal.any([limits.signal, AbortSignal.timeout(limits.timeoutMs)]),
    killSignal: 'SIGKILL',
  });
  let said = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    said = (said + text).slice(-MOST_SAID);
  });
  child.stdin.on('error', () => undefined); // it need not read what it is told
  child.stdin.end(input);
  const refused = (why: string, cause?: unknown) =>
    new KnownError('notify-command', `${program} ${why}${said.trim() === '' ? '' : `: ${said.trim()}`}`, {
      cause,
    });
  try {
    const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
    if (code !== 0) throw refused(code === null ? `was ended by ${signal}` : `ended with ${code}`);
  } catch (error) {
    if (error instanceof KnownError) throw error;
    const late = (error as Error).name === 'AbortError' && !limits.signal.aborted;
    throw refused(late ? `took longer than ${limits.timeoutMs / 1000} s` : 'could not be run', error);
  }
}
