/** What a call of `run` before a window's end prints: the look that it took, or what may be seen without looking. */
import type { ExitCode } from '../errors.js';
import type { WindowState } from '../pipeline.js';
import { sentence } from '../report/index.js';
import type { Context } from './context.js';
import type { parseExitOn } from './exit-code.js';

interface Showing {
  readonly json: boolean;
  readonly exitOn: ReturnType<typeof parseExitOn>;
  readonly run: string;
}

/** A broken guardrail is told at once; everything else is "running". */
export function showWindow(state: WindowState, { json, exitOn, run }: Showing, context: Context): ExitCode {
  context.out(json ? `${JSON.stringify({ running: state, run })}\n` : `${windowLines(state).join('\n')}\n`);
  const harmed = state.watched?.harm.some(({ verdict }) => verdict === 'harm') ?? false;
  return (harmed ? (exitOn.guardrail ?? 12) : (exitOn.running ?? 10)) as ExitCode;
}

const utc = (ms: number): string => new Date(ms).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');

export function windowLines({ kind, look, watched, nextLookAt }: WindowState): readonly string[] {
  const next = `The next look is due at ${utc(nextLookAt)}.`;
  if (kind === 'waiting') return [`Running: nothing of the window is there yet. ${next}`];
  if (look !== null) return [`Running, look ${look.index} of ${look.of}: ${look.sentence}`, next];
  const lines = (watched?.coverage ?? []).map(({ metric, arm, seen, expected, unmeasured }) =>
    unmeasured === null
      ? `  ${metric} of ${arm}: ${seen} of ${expected} units`
      : `  ${metric} of ${arm}: ${sentence(unmeasured)}`,
  );
  const checks = (watched?.checks ?? [])
    .filter(({ status }) => status === 'fail' || status === 'warn')
    .map(({ check, scope, status, saw }) => `  ${status}: ${check} (${scope}): ${sentence(saw)}`);
  const harm = (watched?.harm ?? []).flatMap(({ verdict, reasons }) =>
    reasons.map((why) => `  ${verdict}: ${sentence(why)}`),
  );
  return [
    'Running: this is monitoring. It shows no effect: a look that nobody declared would have to be paid for.',
    ...section('What is there', lines),
    ...section('Checks', checks.length > 0 ? checks : ['  none fails or warns']),
    ...section('Guardrails', harm),
    next,
  ];
}

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines];
