/** Commands that read what there is: analyse it again, print it, list it. */
import type { Command, Option } from 'commander';
import { EXIT_CODES, type Run } from './command.js';

export function addReadingCommands(
  program: Command,
  act: Run,
  { json, exitOn }: { readonly json: Option; readonly exitOn: Option },
): void {
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
      act(async (c) => (await import('../commands/analyze.js')).analyze(folder, options, c)),
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
      act(async (c) => (await import('../commands/report.js')).report(folder, options, c)),
    );

  program
    .command('list')
    .argument('[kind]', 'sources, drivers, designs, methods, checks, formats')
    .description('what can be used in an experiment file')
    .addOption(json)
    .addHelpText('after', '\nExample:\n  stacktrial list sources')
    .action((kind, options) =>
      act(async (c) => (await import('../commands/list.js')).list(kind, options, c)),
    );

  program
    .command('index')
    .argument('[folder]', 'where run folders are kept', 'reports')
    .description('rebuild index.html and index.json from the run folders; run does it after each run')
    .addOption(json)
    .addHelpText('after', '\nExample:\n  stacktrial index reports')
    .action((folder, options) =>
      act(async (c) => (await import('../commands/runs-index.js')).index(folder, options, c)),
    );
}
