/** Trials on a resident process: wall time from the question until the answer. */
import { cpuSecondsBetween, readGroupCpu } from '../measure/cpu.js';
import { watchOldGroup } from '../measure/memory.js';
import type { CommandLine } from '../process/spawn.js';
import { readAnswer } from './answer.js';
import type { ArmContext } from './arm-context.js';
import { classify } from './failure.js';
import { describeEnd } from './fresh-process.js';
import { type Performance, secondsBetween, unmeasured, watchPressure, withStderr } from './performance.js';
import { type Reply, type Resident, startResident } from './resident-process.js';
import type { TemplateValues } from './template.js';

export interface ResidentTrials {
  /** Starts the process if none is alive. */
  start(): Promise<void>;
  perform(values: TemplateValues): Promise<Performance>;
  stop(): Promise<void>;
}

export function residentTrials(context: ArmContext, line: CommandLine): ResidentTrials {
  const { io } = context;
  let resident: Resident | null = null;
  let failure: { failed: string; message: string } | null = null;

  async function start(): Promise<void> {
    if (resident !== null && (resident.ended() !== null || resident.unasked() > 0)) {
      const why = resident.ended() === null ? 'answered without being asked' : 'ended between two trials';
      io.log.warn(`the resident process of ${context.arm.name} ${why}; it is started again`);
      await drop(resident);
    }
    if (resident !== null) return;
    const started = await startResident(context, line);
    failure = 'failed' in started ? started : null;
    resident = 'failed' in started ? null : started;
  }

  /** Out of step or ended: nothing that it says from now on could be told from an answer. */
  async function drop(old: Resident): Promise<void> {
    resident = null;
    await old.stop(true);
  }

  async function perform(values: TemplateValues): Promise<Performance> {
    await start();
    const start_ = io.now();
    if (resident === null) {
      const { failed, message } = failure ?? { failed: 'UNKNOWN', message: 'unknown reason' };
      const ending = {
        spawnFailure: failed,
        code: null,
        signal: null,
        stopped: null,
        stderr: message,
        shell: false,
      };
      const outcome = classify(ending, context.failures) ?? 'launch';
      const problem = `It could not be started: ${message}`;
      return {
        start: start_,
        end: start_,
        outcome,
        exit: failed,
        measured: { ...unmeasured },
        answer: null,
        problem,
      };
    }
    return ask(resident, values);
  }

  async function ask(asked: Resident, values: TemplateValues): Promise<Performance> {
    const question = JSON.stringify({
      unit: values.unit,
      path: values.path,
      trial: values.trial,
      arm: values.arm,
      block: Number(values.block),
      repeat: Number(values.repeat),
    });
    const cpu = readGroupCpu(asked.pid);
    const memory = watchOldGroup(asked.pid);
    const pressure = watchPressure();
    const start = io.now();
    const from = process.hrtime.bigint();
    const reply = await asked.ask(question, context.timeoutMs, io.signal).finally(() => memory.stop());
    const wallSeconds = secondsBetween(from, reply.at);
    const measured = {
      wallSeconds,
      cpuSeconds: cpuSecondsBetween(cpu, readGroupCpu(asked.pid)),
      peakMemoryBytes: memory.stop(),
      cpuPressure: pressure(wallSeconds),
    };
    const common = { start, end: Math.max(io.now(), start), measured };
    const judged = judge(context, reply, asked.stderr(), values.trial);
    if (!judged.inStep) await drop(asked);
    return { ...common, ...judged.result };
  }

  return {
    start,
    perform,
    async stop() {
      const old = resident;
      resident = null;
      await old?.stop(false);
    },
  };
}

type Judged = {
  readonly inStep: boolean;
  readonly result: Omit<Performance, 'start' | 'end' | 'measured'>;
};

function judge(context: ArmContext, reply: Reply, stderr: string, trial: string | undefined): Judged {
  if (reply.kind !== 'line') {
    const exit = reply.kind === 'died' ? reply.exit : { code: null, signal: null };
    const stopped = reply.kind === 'died' ? null : reply.kind;
    // A resident that leaves in the middle of a trial has failed it, whatever its exit code says.
    const code = reply.kind === 'died' && exit.code === 0 ? -1 : exit.code;
    const ending = {
      spawnFailure: null,
      code,
      signal: exit.signal,
      stopped,
      stderr,
      shell: isShell(context),
    };
    const why =
      code === -1 ? 'It ended instead of answering.' : describeEnd(exit, stopped, context.timeoutMs);
    return {
      inStep: false,
      result: {
        outcome: classify(ending, context.failures) ?? 'sut-error',
        exit: exit.signal ?? exit.code,
        answer: null,
        problem: withStderr(why, stderr),
      },
    };
  }
  const answer = readAnswer(reply.line, 'json', undefined);
  const failed = (problem: string, inStep: boolean): Judged => {
    const ending = {
      spawnFailure: null,
      code: -1,
      signal: null,
      stopped: null,
      stderr: problem,
      shell: false,
    };
    const outcome = classify(ending, context.failures) ?? 'sut-error';
    return { inStep, result: { outcome, exit: null, answer: null, problem: withStderr(problem, stderr) } };
  };
  if (answer.kind === 'bad') return failed(answer.problem, false);
  const { error, trial: echoed } = answer.answer ?? {};
  if (echoed !== undefined && echoed !== trial) {
    return failed(`It answered trial ${JSON.stringify(echoed)} instead of ${trial}.`, false);
  }
  if (error !== undefined && error !== null) {
    return failed(typeof error === 'string' ? error : JSON.stringify(error), true);
  }
  const checked = readAnswer(reply.line, 'json', context.output);
  if (checked.kind === 'bad') return failed(checked.problem, true);
  const output = checked.output == null ? {} : { output: checked.output };
  return { inStep: true, result: { outcome: 'ok', exit: null, answer: checked.answer, ...output } };
}

const isShell = (context: ArmContext) => typeof context.options.resident === 'string';
