#!/usr/bin/env node
/**
 * The door from the shell: the only reader of arguments, environment and exit code.
 *
 *   stacktrial init | validate | plan | run | revert | analyze | report | check | status | history | index | prune | assign | list
 *
 * A command is imported when it is called, so that `--help` costs no more than commander itself.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Command, CommanderError, Option } from 'commander';
import type { Run } from './cli/command.js';
import { addExperimentingCommands } from './cli/experimenting.js';
import { interruption } from './cli/interruption.js';
import { addReadingCommands } from './cli/reading.js';
import { addWatchingCommands } from './cli/watching.js';
import type { Context } from './commands/context.js';
import { KnownError } from './errors.js';
import { createLog } from './progress.js';

const EXIT_USAGE = 64;
const EXIT_BUG = 70;

const version = (): string =>
  (JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string })
    .version;

interface GlobalOptions {
  quiet?: boolean;
  verbose?: boolean;
}

const mayColour = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && (process.env.NO_COLOR ?? '') === '' && process.env.TERM !== 'dumb';

function context(options: GlobalOptions, signal: AbortSignal): Context {
  return {
    out: (text) => void process.stdout.write(text),
    drained: async () => {
      if (process.stdout.writableNeedDrain) await once(process.stdout, 'drain');
    },
    input: () => process.stdin,
    log: createLog({
      stream: process.stderr,
      now: Date.now,
      quiet: options.quiet === true,
      verbose: options.verbose === true,
      colour: mayColour(process.stderr),
    }),
    variables: process.env,
    signal,
    colour: mayColour(process.stdout),
    columns: process.stdout.columns ?? 80,
    workingFolder: process.cwd(),
    version: version(),
  };
}

function build(act: Run): Command {
  const program = new Command('stacktrial')
    .description('Decide between two stacks with an experiment that can be defended.')
    .version(version())
    .option('-q, --quiet', 'no progress, no notes; errors and warnings only')
    .option('-v, --verbose', 'say more about what happens, and the causes of errors')
    .showHelpAfterError('(see --help)')
    .exitOverride();

  const reports = new Option('--reports <folder>', 'where run folders are kept').default('reports');
  const json = new Option('--json', 'print the result as JSON');
  const exitOn = new Option(
    '--exit-on <outcome=code...>',
    'other exit codes, e.g. --exit-on inconclusive=0 trade-off=3',
  );

  addExperimentingCommands(program, act, { reports, json, exitOn });
  addReadingCommands(program, act, { json, exitOn });
  addWatchingCommands(program, act, { reports, json });

  for (const command of program.commands) command.exitOverride();
  return program;
}

async function main(): Promise<void> {
  const { signal, exit } = interruption();
  let globals: GlobalOptions = {};
  const program = build(async (action) => {
    globals = program.opts();
    process.exitCode = await action(context(globals, signal));
  });
  try {
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_USAGE;
      return;
    }
    const { printError } = await import('./commands/print-error.js');
    process.exitCode = printError(error, {
      write: (text) => void process.stderr.write(text),
      colour: mayColour(process.stderr),
      verbose: globals.verbose === true,
    });
    if (!(error instanceof KnownError)) process.exitCode = EXIT_BUG;
  }
  const interrupted = exit();
  if (interrupted !== null) process.exitCode = interrupted;
}

process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  // The reader went away (`stacktrial … | head`): nothing is left to say.
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

// The terminal is gone: what is still to be done, giving a tap back above all, is done in silence.
process.stderr.on('error', () => undefined);

await main();
