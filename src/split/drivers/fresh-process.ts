/** A trial in a fresh process: wall time from spawn until it has ended and closed its output, or has ended where others hold that. */

import { type MemoryWatch, watchNewGroup } from '../measure/memory.js';
import { allPids } from '../process/identity.js';
import { LastLine } from '../process/last-line.js';
import { runToEnd } from '../process/run-to-end.js';
import type { CommandLine } from '../process/spawn.js';
import { ANSWER_BYTES, readAnswer } from './answer.js';
import { type ArmContext, request } from './arm-context.js';
import { classify } from './failure.js';
import { type Performance, secondsBetween, unmeasured, watchPressure, withStderr } from './performance.js';
import type { TemplateValues } from './template.js';

const HELD = {
  ended: 'The program ended, a process it started still held its output and was ended.',
  left: 'The program ended, a process it started had left its group and still held its output; it is ended after the run.',
} as const;

const withHeld = (why: string, held: keyof typeof HELD | null) =>
  held === null ? why : `${why} ${HELD[held]}`;

export async function performFresh(
  context: ArmContext,
  line: CommandLine,
  values: TemplateValues,
): Promise<Performance> {
  const { io } = context;
  const output = new LastLine(ANSWER_BYTES);
  const known = new Set(allPids());
  let memory = null as MemoryWatch | null;
  const pressure = watchPressure();
  const start = io.now();
  const ended = await runToEnd(
    { ...request(context, line, 'trial', values), onStdout: (chunk) => output.push(chunk) },
    { timeoutMs: context.timeoutMs, signal: io.signal, until: 'closed' },
    context.journal,
    (spawned) => {
      memory = watchNewGroup(spawned.pid, known);
      void spawned.closed.then(() => memory?.stop());
    },
  ).finally(() => memory?.stop());
  const end = Math.max(io.now(), start);

  const shell = typeof line === 'string';
  if (ended.kind === 'not-started') {
    const { failed, message } = ended.failure;
    const ending = { spawnFailure: failed, code: null, signal: null, stopped: null, stderr: message, shell };
    return {
      start,
      end,
      outcome: classify(ending, context.failures) ?? 'launch',
      exit: failed,
      measured: { ...unmeasured },
      answer: null,
      problem: `It could not be started: ${message}`,
    };
  }
  const { exit, spawned, stopped, stderr, held } = ended;
  const wallSeconds = secondsBetween(spawned.startedAt, exit.at);
  const common = {
    start,
    end,
    exit: exit.signal ?? exit.code,
    measured: {
      wallSeconds,
      cpuSeconds: spawned.cpuSeconds(),
      peakMemoryBytes: memory?.stop() ?? null,
      cpuPressure: pressure(wallSeconds),
    },
  };
  const failed = classify(
    { spawnFailure: null, code: exit.code, signal: exit.signal, stopped, stderr, shell },
    context.failures,
  );
  if (failed !== null) {
    const why = withHeld(describeEnd(exit, stopped, context.timeoutMs), held);
    return { ...common, outcome: failed, answer: null, problem: withStderr(why, stderr) };
  }
  const answer = readAnswer(output.get(), context.answer, context.output);
  if (answer.kind === 'bad') {
    return {
      ...common,
      outcome: 'sut-error',
      answer: null,
      problem: withStderr(withHeld(answer.problem, held), stderr),
    };
  }
  const checked = answer.output == null ? {} : { output: answer.output };
  if (held === null) return { ...common, outcome: 'ok', answer: answer.answer, ...checked };
  io.log.warn(`${context.arm.name}: ${HELD[held]}`);
  return { ...common, outcome: 'ok', answer: answer.answer, ...checked, problem: HELD[held] };
}

export function describeEnd(
  exit: { readonly code: number | null; readonly signal: string | null },
  stopped: 'timeout' | 'aborted' | null,
  timeoutMs: number,
): string {
  if (stopped === 'timeout') return `It was stopped after its limit of ${timeoutMs / 1000} s.`;
  if (stopped === 'aborted') return 'It was stopped because the run was.';
  return exit.signal === null
    ? `It ended with exit code ${exit.code}.`
    : `It was ended by ${exit.signal}, not sent by stacktrial.`;
}
