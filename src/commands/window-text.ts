/** What a call of `run` before a window's end prints: the look that it took, or what may be seen without looking. */
import type { ExitCode } from '../errors.js';
import type { Watched, WindowState } from '../pipeline.js';
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
  return (isHarmed(state.watched) ? (exitOn.guardrail ?? 12) : (exitOn.running ?? 10)) as ExitCode;
}

interface Pause {
  readonly blocks: number;
  readonly of: number;
  readonly watched: Watched | undefined;
}

/** Between two blocks of a paced run. */
export function showPause(pause: Pause, { json, exitOn, run }: Showing, context: Context): ExitCode {
  const { blocks, of, watched } = pause;
  const lines = [
    `Running: ${blocks} of ${of} blocks are done. The next call does more; --all does all of them.`,
    ...(watched === undefined ? [] : watchedLines(watched)),
  ];
  context.out(json ? `${JSON.stringify({ running: pause, run })}\n` : `${lines.join('\n')}\n`);
  return (isHarmed(watched) ? (exitOn.guardrail ?? 12) : (exitOn.running ?? 10)) as ExitCode;
}

const utc = (ms: number): string => new Date(ms).toISOString().replace(/:\d\d\.\d+Z$/, 'Z');

export function windowLines(state: WindowState): readonly string[] {
  const { kind, look, watched, nextLookAt, notLooked } = state;
  const next = `The next look is due at ${utc(nextLookAt)}.`;
  if (kind === 'waiting') return [`Running: nothing of the window is there yet. ${next}`];
  if (look !== null) return [`Running, look ${look.index} of ${look.of}: ${look.sentence}`, next];
  const why = notLooked === undefined ? [] : [sentence(notLooked)];
  return [...why, ...(watched === null ? [] : watchedLines(watched)), next];
}

/** What may be seen without looking. */
export function watchedLines({ coverage, checks, harm }: Watched): readonly string[] {
  const lines = coverage.map(({ metric, arm, seen, expected, unmeasured }) =>
    unmeasured === null
      ? `  ${metric} of ${arm}: ${seen} of ${expected} units`
      : `  ${metric} of ${arm}: ${sentence(unmeasured)}`,
  );
  const notable = checks
    .filter(({ status }) => status === 'fail' || status === 'warn')
    .map(({ check, scope, status, saw }) => `  ${status}: ${check} (${scope}): ${sentence(saw)}`);
  const guardrails = harm.flatMap(({ verdict, reasons }) =>
    reasons.map((why) => `  ${verdict}: ${sentence(why)}`),
  );
  return [
    'This is monitoring. It shows no effect: a look that nobody declared would have to be paid for.',
    ...section('What is there', lines),
    ...section('Checks', notable.length > 0 ? notable : ['  none fails or warns']),
    ...section('Guardrails', guardrails),
  ];
}

export const isHarmed = (watched: Watched | null | undefined): boolean =>
  watched?.harm.some(({ verdict }) => verdict === 'harm') ?? false;

const section = (title: string, lines: readonly string[]): readonly string[] =>
  lines.length === 0 ? [] : [title, ...lines];
