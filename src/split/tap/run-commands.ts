/** Commands of `rollback:`, in order, without a shell; the first that fails is named, the others are run all the same. */
import { KnownError } from '../../errors.js';
import type { TapContext } from '../../model/ports.js';
import { stepProblem } from '../drivers/arm-context.js';
import { runToEnd } from '../process/run-to-end.js';

const TIMEOUT_MS = 5 * 60_000;

export async function runCommands(
  commands: readonly (readonly string[])[],
  context: TapContext,
  runId: string,
): Promise<void> {
  const problems: string[] = [];
  for (const line of commands) {
    const ended = await runToEnd(
      {
        line,
        cwd: context.folder,
        env: {},
        role: 'rollback',
        arm: null,
        trial: null,
        runId,
        onStdout: () => undefined,
      },
      { timeoutMs: TIMEOUT_MS, signal: null, until: 'exited' },
      context.journal,
    );
    const problem = stepProblem(line.join(' '), ended);
    if (problem !== null) problems.push(problem);
  }
  if (problems.length > 0) throw new KnownError('rollback-command', problems.join('\n'), { exit: 69 });
}
