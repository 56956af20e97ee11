/** Which class does a failure belong to? The first rule that holds; reference/splitting.md §4.2. */
import type { FailureClass } from '../../model/evidence.js';
import type { FailureRule } from './command-options.js';

export interface Ending {
  /** errno of a process that would not start. */
  readonly spawnFailure: string | null;
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Why we ended it ourselves. */
  readonly stopped: 'timeout' | 'aborted' | null;
  readonly stderr: string;
  /** The user's line for the shell, which reports a missing program as 126 or 127. */
  readonly shell: boolean;
}

/** Shortages of this machine and limits of ours; they say nothing about the stack. */
const OURS: Readonly<Record<string, FailureClass>> = {
  EMFILE: 'harness',
  ENFILE: 'harness',
  E2BIG: 'harness',
  EAGAIN: 'environment',
  ENOMEM: 'environment',
};

/** null: it ended well. */
export function classify(ending: Ending, rules: readonly FailureRule[]): FailureClass | null {
  if (ending.stopped === 'aborted') return 'aborted';
  const failed = ending.spawnFailure !== null || ending.code !== 0;
  if (failed) {
    const declared = rules.find((rule) => matches(rule, ending));
    if (declared !== undefined) return declared.class;
  }
  if (ending.spawnFailure !== null) return OURS[ending.spawnFailure] ?? 'launch';
  if (ending.stopped === 'timeout') return 'sut-timeout';
  if (ending.code === 0) return null;
  if (ending.code === 124) return 'sut-timeout'; // timeout(1)
  if (ending.signal === 'SIGKILL' || ending.code === 137) return 'sut-oom'; // not by us: the kernel's way out of memory
  if (ending.shell && (ending.code === 126 || ending.code === 127)) return 'launch';
  return 'sut-error';
}

function matches(rule: FailureRule, ending: Ending): boolean {
  if (rule.exit !== undefined && rule.exit !== ending.code) return false;
  return rule.stderr === undefined || new RegExp(rule.stderr, 'mu').test(ending.stderr);
}
