/** Commands that work towards evidence: write, check, plan, run, give back, and who gets which key. */
import type { Command, Option } from 'commander';
import { EXIT_CODES, type Run } from './command.js';

export function addExperimentingCommands(
  program: Command,
  act: Run,
  { reports, json, exitOn }: { readonly reports: Option; readonly json: Option; readonly exitOn: Option },
): void {
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
    .action((file, options) =>
      act(async (c) => (await import('../commands/init.js')).init(file, options, c)),
    );

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
      act(async (c) => (await import('../commands/validate.js')).validate(files, options, c)),
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
    .action((file, options) =>
      act(async (c) => (await import('../commands/plan.js')).plan(file, options, c)),
    );

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
    .action((file, options) => act(async (c) => (await import('../commands/run.js')).run(file, options, c)));

  program
    .command('revert')
    .argument('[folder]', 'a run folder, or an experiment’s folder; without it, all runs')
    .description('give back every tap that a run which was killed has left turned; harmless when repeated')
    .addOption(reports)
    .addHelpText('after', '\nExample:\n  stacktrial revert')
    .action((folder, options) =>
      act(async (c) => (await import('../commands/revert.js')).revert(folder, options, c)),
    );

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
      act(async (c) => (await import('../commands/assign.js')).assign(file, keys, options, c)),
    );
}
