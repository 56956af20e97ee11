/**
 * Driver `commands`: the tap is turned by the user's own commands. `apply` is told the shares, `read` prints how the tap
 * stands, `restore` is told what `read` had printed before. A command that fails, or says nothing that can be read, is an
 * error with its own words; that `apply` ended well is not believed until `read` shows the shares.
 */
import { resolve } from 'node:path';
import { KnownError } from '../../errors.js';
import type { Tap, TapContext } from '../../model/ports.js';
import { differences, type Json, type TapSetting } from '../../model/tap.js';
import { runToEnd } from '../process/run-to-end.js';
import { Tail } from '../process/tail.js';
import { COMMAND_GRACE_MS } from '../tap/end-commands.js';
import { stepProblem } from './arm-context.js';
import { type CommandsOptions, commandsOptions, fillLine } from './commands/options.js';
import { offShares, sharesIn, type Told, toldOf } from './commands/values.js';
import { durationMs } from './duration.js';

const STDOUT_BYTES = 256 * 1024;
/** What an environment may hold in one variable (Linux: 128 KiB). */
const SAVED_BYTES = 120 * 1024;

export const commandsTap: Tap<CommandsOptions> = {
  kind: 'tap',
  title: 'A tap turned by your own commands: Terraform, kubectl, a cloud’s command line',
  options: commandsOptions,

  resource: ({ name, apply, cwd }, folder) =>
    `commands ${name ?? `${JSON.stringify(apply)} in ${resolve(folder, cwd ?? '.')}`}`,

  explain({ apply }, setting, arms) {
    const told = toldOf(setting, arms);
    const line = fillLine(apply, told.values);
    if (typeof line !== 'string') return [line.map(quoted).join(' ')];
    const named = Object.entries(told.env).filter(([name]) => line.includes(name));
    // A program that reads them itself: the one that says all.
    const env = named.length > 0 ? named : [['STACKTRIAL_SHARES', told.env.STACKTRIAL_SHARES]];
    return [`${env.map(([name, value]) => `${name}=${quoted(value)} `).join('')}${line}`];
  },

  async preview(options, setting, context) {
    if (options.dryRun === undefined) return null;
    return (
      await run('dryRun', options.dryRun, options, toldOf(setting, context.arms), context, [0, 2])
    ).trim();
  },

  async readBack(options, context) {
    return { state: (await read(options, context)).state, instance: null };
  },

  async apply(options, setting: TapSetting, _before, context) {
    await run('apply', options.apply, options, toldOf(setting, context.arms), context);
    const { state, shares } = await read(options, context);
    const off = offShares(setting.shares, shares, context.arms);
    if (off.length === 0) return state;
    throw new KnownError(
      'tap-not-turned',
      `apply ended well, but read shows another share for ${off.map((arm) => `${arm}: ${shares[arm]} instead of ${setting.shares[arm] ?? 0}`).join(', ')}`,
      {
        hint: off.some((arm) => shares[arm] === 0 && (setting.shares[arm] ?? 0) < 0.01)
          ? 'Whole weights make 100 and cannot say less than 1%: let apply take STACKTRIAL_SHARE_…, or give the arm more.'
          : 'Does apply wait until its change holds, and does read ask the same place?',
        exit: 69,
      },
    );
  },

  async drain(options, arms, context) {
    if (options.drain === undefined) return;
    const told = { values: {}, env: { STACKTRIAL_DRAIN: arms.join(' ') } };
    await run('drain', options.drain, options, told, context);
  },

  async restore(options, saved, context) {
    const printed = (saved as { readonly shares?: Json } | null)?.shares;
    const shares = sharesIn(printed, context.arms);
    if (shares === null) throw new Error('what was saved holds no shares');
    const told = toldOf({ shares }, context.arms, printed as Readonly<Record<string, number>>);
    const env = { ...told.env, STACKTRIAL_SAVED: JSON.stringify(saved) };
    await run('restore', options.restore ?? options.apply, options, { values: told.values, env }, context);
    if (options.restore !== undefined) return;
    const { state } = await read(options, context);
    const wrong = differences(saved, state);
    if (wrong !== null)
      throw new KnownError(
        'tap-command',
        `apply was told the shares from before, and now ${wrong.join('; ')}. A restore: of its own would find all that read printed in $STACKTRIAL_SAVED.`,
        { exit: 69 },
      );
  },
};

const quoted = (part: string): string =>
  /^[\w@%+=:,./-]+$/.test(part) ? part : `'${part.replaceAll("'", "'\\''")}'`;

/** Standard output of a command that ended well. */
async function run(
  name: 'apply' | 'read' | 'restore' | 'drain' | 'dryRun',
  line: string | readonly string[],
  options: CommandsOptions,
  { values, env }: Told,
  context: TapContext,
  well: readonly number[] = [0],
): Promise<string> {
  const stdout = new Tail(STDOUT_BYTES);
  const ended = await runToEnd(
    {
      line: fillLine(line, values),
      cwd: resolve(context.folder, options.cwd ?? '.'),
      env: { ...options.env, ...env },
      role: 'tap',
      arm: null,
      trial: null,
      runId: context.runId,
      onStdout: (chunk) => stdout.push(chunk),
    },
    {
      timeoutMs: durationMs(options.timeout),
      signal: context.signal,
      until: 'exited',
      graceMs: COMMAND_GRACE_MS,
    },
    context.journal,
  );
  const isWell = ended.kind === 'ended' && ended.stopped === null && well.includes(ended.exit.code ?? -1);
  const problem = isWell ? null : stepProblem(name, ended);
  if (problem === null) return stdout.text();
  if (context.signal.aborted) throw context.signal.reason;
  throw new KnownError('tap-command', problem, {
    hint: `It was: ${typeof line === 'string' ? line : fillLine(line, values).toString().replaceAll(',', ' ')}`,
    exit: 69,
  });
}

async function read(
  options: CommandsOptions,
  context: TapContext,
): Promise<{ readonly state: Json; readonly shares: Readonly<Record<string, number>> }> {
  const printed = (await run('read', options.read, options, { values: {}, env: {} }, context)).trimEnd();
  const last = printed.slice(printed.lastIndexOf('\n') + 1);
  const refuse = (what: string) =>
    new KnownError('tap-command', `read ${what}: ${last.slice(0, 200) || '(nothing)'}`, {
      hint: 'Its last line must be JSON such as {"shares":{"faas":100,"spark":0}}, with a share or weight for each arm.',
      exit: 69,
    });
  let state: Json;
  try {
    state = JSON.parse(last) as Json;
  } catch {
    throw refuse('did not end with a line of JSON');
  }
  const shares = sharesIn((state as { readonly shares?: unknown } | null)?.shares, context.arms);
  if (shares === null) throw refuse('printed no shares');
  if (Buffer.byteLength(last) > SAVED_BYTES) throw refuse(`printed more than ${SAVED_BYTES} bytes`);
  return { state, shares };
}
