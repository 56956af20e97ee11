/**
 * Driver `http`: a log of requests is replayed to each arm's base URL at a declared rate. A trial is one file of the
 * log on one arm; interleaved or mirrored is the design's choice. Redirects are answers and are not followed.
 */
import { resolve } from 'node:path';
import { KnownError } from '../../errors.js';
import type { FailureClass, Unit } from '../../model/evidence.js';
import type { Arm } from '../../model/experiment.js';
import type { Driver, Io } from '../../model/ports.js';
import { durationMs } from './duration.js';
import { type HttpOptions, httpOptions } from './http/options.js';
import { replay, type Target } from './http/replay.js';
import { formatOf, requestsOf } from './http/request-log.js';
import { type Performance, trialRow, unmeasured } from './performance.js';
import { resolved, type SecretText } from './secret-text.js';

export const httpDriver: Driver<HttpOptions> = {
  title: 'HTTP: a request log replayed to each arm at a declared rate',
  options: httpOptions,
  secrets: true,

  async open(options, arms, journal, io) {
    const targets = new Map<string, Target>();
    for (const { name } of arms) targets.set(name, await targetOf(options, name, io));
    await journal.append('opened', { arms: arms.map(({ name }: Arm) => name) });
    return {
      async close() {
        for (const { agent } of targets.values()) agent.destroy();
      },
      async trial(planned, unit, attempt) {
        const target = targets.get(planned.arm);
        if (target === undefined) throw new Error(`no open arm ${planned.arm}`);
        const performance = await perform(options, unit, target, io);
        return trialRow(planned, unit, attempt, durationMs(options.timeout), performance);
      },
    };
  },

  /** What was asked cannot be unasked, and nothing is left open. */
  async recover() {},
};

async function targetOf(options: HttpOptions, arm: string, io: Io): Promise<Target> {
  const { url, headers = {} } = options.arms[arm];
  const text = resolved(url, io);
  if (!URL.canParse(text) || !/^https?:$/.test(new URL(text).protocol))
    throw new KnownError('bad-url', `${arm}: ${String(url)} is not an http or https URL`, {
      hint: 'Write the base: http://orders.internal:8080/v2',
    });
  const base = new URL(text);
  if (base.username !== '' || base.password !== '' || base.search !== '' || base.hash !== '')
    throw new KnownError('bad-url', `${arm}: ${String(url)} holds more than a host and a path`, {
      hint:
        'Credentials go into headers: { authorization: "$' +
        '{NAME}" }; a query belongs to each request of the log.',
    });
  const { Agent, request } =
    base.protocol === 'https:' ? await import('node:https') : await import('node:http');
  const agent = new Agent({
    keepAlive: true,
    maxSockets: options.connections,
    maxFreeSockets: options.connections,
  });
  const own: Readonly<Record<string, SecretText>> = { ...options.headers, ...headers };
  return {
    base,
    agent,
    request,
    headers: Object.fromEntries(Object.entries(own).map(([name, value]) => [name, resolved(value, io)])),
  };
}

async function perform(options: HttpOptions, unit: Unit, target: Target, io: Io): Promise<Performance> {
  const start = io.now();
  const failed = (outcome: FailureClass, problem: string, wallSeconds: number | null): Performance => ({
    start,
    end: Math.max(io.now(), start),
    outcome,
    exit: null,
    measured: { ...unmeasured, wallSeconds },
    answer: null,
    problem,
  });
  if (unit.path === null) throw new Error(`the unit ${unit.id} is no file`);
  const file = resolve(io.folder, unit.path);
  try {
    const { tally, seconds } = await replay(requestsOf(file, options.format ?? formatOf(file)), target, {
      ...options,
      limitMs: durationMs(options.timeout),
      signal: io.signal,
    });
    if (tally.requests === 0)
      throw new KnownError(
        'bad-request-log',
        `${unit.path} has no request that is sent (${tally.skipped} skipped)`,
        {
          hint: `Sent are ${options.methods.join(', ')}; name others under \`driver: methods\` where sending them again does no harm.`,
        },
      );
    if (tally.dead) return failed('sut-error', `Every request failed: ${tally.failures()}.`, seconds);
    if (tally.refusing)
      return failed(
        'sut-error',
        `All ${tally.requests} requests were refused (status 4xx): look at the base URL, and at what the arm wants to know of who asks.`,
        seconds,
      );
    const output = tally.output();
    return {
      start,
      end: Math.max(io.now(), start),
      outcome: 'ok',
      exit: null,
      measured: { ...unmeasured, wallSeconds: seconds },
      answer: tally.summary(seconds),
      ...(output === undefined ? {} : { output }),
    };
  } catch (error) {
    if (io.signal.aborted) return failed('aborted', 'The run was stopped during this trial.', null);
    throw error;
  }
}
