/** One arm of the driver: its options, resolved, and its steps (setup, prepare, conclude, cleanup). */
import { resolve } from 'node:path';
import type { PlannedTrial, Unit } from '../../model/evidence.js';
import type { Arm } from '../../model/experiment.js';
import type { Io, Journal } from '../../model/ports.js';
import type { Ended } from '../process/run-to-end.js';
import { runToEnd } from '../process/run-to-end.js';
import type { CommandLine, Role, SpawnRequest } from '../process/spawn.js';
import type { AnswerMode } from './answer.js';
import type { ArmOptions, CommandOptions, FailureRule } from './command-options.js';
import { durationMs } from './duration.js';
import { fill, type TemplateValues } from './template.js';

export interface ArmContext {
  readonly arm: Arm;
  readonly options: ArmOptions;
  readonly cwd: string;
  readonly timeoutMs: number;
  readonly stepTimeoutMs: number;
  readonly answer: AnswerMode;
  readonly output: CommandOptions['output'];
  readonly failures: readonly FailureRule[];
  readonly io: Io;
  readonly journal: Journal;
  readonly runId: string;
}

export function armContext(
  arm: Arm,
  driver: CommandOptions,
  io: Io,
  journal: Journal,
  runId: string,
): ArmContext {
  const options = driver.arms[arm.name];
  return {
    arm,
    options,
    cwd: resolve(io.folder, options.cwd ?? '.'),
    timeoutMs: durationMs(options.timeout),
    stepTimeoutMs: durationMs(options.stepTimeout),
    answer:
      options.resident !== undefined || driver.output !== undefined ? 'json' : (driver.answer ?? 'maybe'),
    output: driver.output,
    failures: driver.failures,
    io,
    journal,
    runId,
  };
}

export function trialValues(context: ArmContext, planned: PlannedTrial, unit: Unit): TemplateValues {
  return {
    unit: unit.id,
    path: unit.path === null ? '' : resolve(context.io.folder, unit.path),
    block: String(planned.block),
    trial: planned.id,
    arm: context.arm.name,
    repeat: String(planned.repeat),
  };
}

/** What is spawned, without its ears. */
export function request(
  context: ArmContext,
  line: CommandLine,
  role: Role,
  values: TemplateValues,
): Omit<SpawnRequest, 'stdin' | 'onStdout' | 'onStderr'> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(context.options.env)) env[name] = fill(String(value), values);
  for (const [name, value] of Object.entries(values)) env[`STACKTRIAL_${name.toUpperCase()}`] = value;
  return {
    line: typeof line === 'string' ? line : line.map((part) => fill(part, values)),
    cwd: context.cwd,
    env,
    role,
    arm: context.arm.name,
    trial: values.trial ?? null,
    runId: context.runId,
  };
}

/** Runs a step if the file names one; null: there is none. Its standard output is not kept. */
export async function runStep(
  context: ArmContext,
  role: 'setup' | 'prepare' | 'conclude' | 'cleanup',
  values: TemplateValues,
  signal: AbortSignal | null,
): Promise<Ended | null> {
  const line = context.options[role];
  if (line === undefined) return null;
  return runToEnd(
    { ...request(context, line, role, values), onStdout: () => undefined },
    { timeoutMs: context.stepTimeoutMs, signal, until: 'exited' },
    context.journal,
  );
}

/** null: the step went well, or there is none. Otherwise why not, in words, with the end of its stderr. */
export function stepProblem(role: string, ended: Ended | null): string | null {
  if (ended === null) return null;
  if (ended.kind === 'not-started') return `${role} could not be started: ${ended.failure.message}`;
  const { exit, stopped, stderr } = ended;
  if (stopped === null && exit.code === 0) return null;
  let why = exit.signal === null ? `ended with exit code ${exit.code}` : `was ended by ${exit.signal}`;
  if (stopped === 'timeout') why = 'did not end within its time limit';
  if (stopped === 'aborted') why = 'was stopped';
  return `${role} ${why}${stderr === '' ? '' : `\n${stderr}`}`;
}
