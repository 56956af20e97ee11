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
import { addWatchingCommands } from './cli/watching.js';
import type { Context } from './commands/context.js';
import { type ExitCode, KnownError } from './errors.js';
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

/**
 * One wish to stop may arrive as several signals: a launcher passes on a Ctrl-C that the terminal has sent to the whole
 * group, a log-out sends SIGHUP and SIGTERM. Taken for a second wish, the copy would leave a tap turned.
 */
const SAME_WISH_MS = 2_000;

/** Ctrl-C, SIGTERM and a closed terminal ask politely once, so that a tap is given back; a later one ends the process at once. */
function interruption(): { signal: AbortSignal; exit: () => ExitCode | null } {
  const controller = new AbortController();
  let exit: ExitCode | null = null;
  let askedAt = 0;
  for (const [name, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(name, () => {
      if (exit !== null) {
        if (performance.now() - askedAt >= SAME_WISH_MS) process.exit(code);
        return;
      }
      exit = code;
      askedAt = performance.now();
      controller.abort(new KnownError('interrupted', `stopped by ${name}`, { exit: code }));
    });
  }
  return { signal: controller.signal, exit: () => exit };
}

const mayColour = (stream: NodeJS.WriteStream): boolean =>
  stream.isTTY === true && (process.env['NO_COLOR'] ?? '') === '' && process.env['TERM'] !== 'dumb';

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

const EXIT_CODES = `
Exit codes of run, analyze, report:
  0 adopt, keep or trade-off   10 inconclusive or running   11 invalid   12 guardrail broken
  64 file or usage   69 nothing could be measured   70 a bug   130/143 stopped by a signal`;

export type Action = (context: Context) => Promise<ExitCode>;

function build(act: (action: Action) => Promise<void>): Command {
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

  program
    .command('init')
    .argument('[file]', 'the file to write', 'experiment.yaml')
    .description('write a commented experiment for a chosen situation')
    .option(
      '--for <situation>',
      'commands: two commands on this machine · files: measurements you already have',
      'commands',
    )
    .option('--force', 'replace an existing file')
    .addHelpText('after', '\nExample:\n  stacktrial init my-experiment.yaml --for commands')
    .action((file, options) => act(async (c) => (await import('./commands/init.js')).init(file, options, c)));

  program
    .command('validate')
    .argument('<file...>', 'experiment files')
    .description('all problems at once; what each sentence means; what would be run and asked')
    .option(
      '--online',
      'ask each source for a little: what is there per arm and metric; 69 where something is missing',
    )
    .addOption(json)
    .addHelpText('after', '\nExample:\n  stacktrial validate experiments/*.yaml')
    .action((files, options) =>
      act(async (c) => (await import('./commands/validate.js')).validate(files, options, c)),
    );

  program
    .command('plan')
    .argument('<file>', 'experiment file')
    .description('how long until the margin can be seen, the looks, and what the experiment will cost')
    .option('--from <folder>', 'earlier evidence of the same design: what varies, how long a unit takes')
    .option(
      '--expect <metric=amount...>',
      'the effect you expect, e.g. seconds=20%; else what is claimed plus the margin',
    )
    .option('--autocorrelation <rho>', 'how alike neighbours in time are, where no evidence says')
    .option('--looks <shares>', 'other looks than the file declares, e.g. 50%,100%')
    .addOption(json)
    .addHelpText(
      'after',
      '\nExample:\n  stacktrial plan experiments/engine-vs-functions.yaml --from reports/engine-vs-functions',
    )
    .action((file, options) => act(async (c) => (await import('./commands/plan.js')).plan(file, options, c)));

  program
    .command('run')
    .argument('<file>', 'experiment file')
    .description('split, collect, check, compare, decide, report')
    .option('--resume', 'go on with the run that was cut off')
    .option('--aa', 'run the baseline on every arm: what does the tool say when there is no difference?')
    .option(
      '--inject <percent>',
      'as --aa, but slow the treatment down by so much: is a known difference found?',
    )
    .option('--dry-run', 'print the schedule and the queries; run nothing')
    .option('--all', 'every block now, where schedule.pace would do a few at a time')
    .option('--anew', 'another run, where a paced one is finished')
    .addOption(reports)
    .addOption(exitOn)
    .addOption(json)
    .addHelpText(
      'after',
      `\nExample:\n  stacktrial run experiments/engine-vs-functions.yaml\n  stacktrial run experiments/engine-vs-functions.yaml --resume\n${EXIT_CODES}`,
    )
    .action((file, options) => act(async (c) => (await import('./commands/run.js')).run(file, options, c)));

  program
    .command('revert')
    .argument('[folder]', 'a run folder, or an experiment’s folder; without it, all runs')
    .description('give back every tap that a run which was killed has left turned; harmless when repeated')
    .addOption(reports)
    .addHelpText('after', '\nExample:\n  stacktrial revert')
    .action((folder, options) =>
      act(async (c) => (await import('./commands/revert.js')).revert(folder, options, c)),
    );

  program
    .command('analyze')
    .argument('<folder>', 'a run folder, or an experiment’s folder for its newest run')
    .description('repeat the analysis from the evidence, offline; same evidence, same bytes')
    .option(
      '--with <file>',
      'analyse the evidence with another experiment file; marked post hoc, never adopt',
    )
    .addOption(exitOn)
    .addOption(json)
    .addHelpText('after', `\nExample:\n  stacktrial analyze reports/engine-vs-functions\n${EXIT_CODES}`)
    .action((folder, options) =>
      act(async (c) => (await import('./commands/analyze.js')).analyze(folder, options, c)),
    );

  program
    .command('report')
    .argument('<folder>', 'a run folder, or an experiment’s folder for its newest run')
    .description('print the stored report in another form')
    .option('--format <name>', 'terminal, markdown, adr, junit, html, json', 'terminal')
    .addOption(exitOn)
    .addHelpText(
      'after',
      `\nExample:\n  stacktrial report reports/engine-vs-functions --format markdown > decision.md`,
    )
    .action((folder, options) =>
      act(async (c) => (await import('./commands/report.js')).report(folder, options, c)),
    );

  addWatchingCommands(program, act, { reports, json });

  program
    .command('assign')
    .argument('<file>', 'experiment file, design by-key or ramp')
    .argument('[key...]', 'keys; without any, one a line on standard input')
    .description('which arm a key belongs to')
    .option('--coverage <percent>', 'as if this part of all keys took part; default: what the file says')
    .addOption(json)
    .addHelpText(
      'after',
      '\nPrints KEY, a tab, and the arm (- where the key takes no part).\nExample:\n  stacktrial assign experiment.yaml tenant-42\n  cut -d, -f2 orders.csv | stacktrial assign experiment.yaml --json',
    )
    .action((file, keys, options) =>
      act(async (c) => (await import('./commands/assign.js')).assign(file, keys, options, c)),
    );

  program
    .command('list')
    .argument('[kind]', 'sources, drivers, designs, methods, checks, formats')
    .description('what can be used in an experiment file')
    .addOption(json)
    .addHelpText('after', '\nExample:\n  stacktrial list sources')
    .action((kind, options) => act(async (c) => (await import('./commands/list.js')).list(kind, options, c)));

  program
    .command('index')
    .argument('[folder]', 'where run folders are kept', 'reports')
    .description('rebuild index.html and index.json from the run folders; run does it after each run')
    .addOption(json)
    .addHelpText('after', '\nExample:\n  stacktrial index reports')
    .action((folder, options) =>
      act(async (c) => (await import('./commands/runs-index.js')).index(folder, options, c)),
    );

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
