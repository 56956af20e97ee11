/** Commands for those who watch experiments rather than write them: schedule, check, status, history, dashboard, prune. */
import type { Command, Option } from 'commander';
import type { Run } from './command.js';

interface Shared {
  readonly reports: Option;
  readonly json: Option;
}

export function addWatchingCommands(program: Command, act: Run, { reports, json }: Shared): void {
  program
    .command('schedule')
    .argument('<files...>', 'experiment files, or folders of them')
    .description('do whatever is due by their schedule: resident, or once with --due')
    .option('--due', 'once, then end: for cron, systemd timers, CronJobs, CI servers')
    .option('--parallel <n>', 'experiments at work at the same time; they disturb each other', '1')
    .option('--listen <port>', '/healthz and /metrics on this loopback port')
    .option('--textfile <path>', 'keep the decisions for the textfile collector of node_exporter there')
    .addOption(reports)
    .addOption(json)
    .addHelpText(
      'after',
      `\nExample:\n  stacktrial schedule experiments --due\n
Exit codes: 0 what was due was done, whatever was decided   64, 69, 70 it failed   130/143 stopped by a signal`,
    )
    .action((files, options) =>
      act(async (c) => (await import('../commands/schedule.js')).schedule(files, options, c)),
    );

  program
    .command('check')
    .argument('<experiment>', 'experiment file, or its name')
    .description('one line and 0, 1, 2 or 3 for Nagios and Consul, from the newest stored report')
    .option('--max-age <duration>', 'an older report is UNKNOWN, e.g. 26h')
    .addOption(reports)
    .addOption(json)
    .addHelpText(
      'after',
      `\nExample:\n  stacktrial check experiments/engine-vs-functions.yaml --max-age 26h\n
Exit codes: 0 OK adopt, keep or trade-off   1 WARNING inconclusive or running   2 CRITICAL invalid or guardrail broken
            3 UNKNOWN no report, too old, or nothing measured`,
    )
    .action((experiment, options) =>
      act(async (c) => (await import('../commands/check.js')).check(experiment, options, c)),
    );

  program
    .command('status')
    .argument('[files...]', 'experiment files or folders of them, for what is scheduled')
    .description('all experiments in one table: decision, age, run, next firing')
    .option('--textfile <path>', 'write the decisions for the textfile collector of node_exporter too')
    .addOption(reports)
    .addOption(json)
    .addHelpText('after', '\nExample:\n  stacktrial status experiments')
    .action((files, options) =>
      act(async (c) => (await import('../commands/status.js')).status(files, options, c)),
    );

  program
    .command('history')
    .argument('<experiment>', 'experiment file, or its name')
    .description('its runs, looks, effects and decisions, and what was changed in between')
    .addOption(reports)
    .addOption(json)
    .addHelpText('after', '\nExample:\n  stacktrial history engine-vs-functions')
    .action((experiment, options) =>
      act(async (c) => (await import('../commands/history.js')).history(experiment, options, c)),
    );

  program
    .command('dashboard')
    .argument('<file>', 'experiment file')
    .description('a Grafana dashboard as JSON: decision, effects, and the series from its own sources')
    .addHelpText(
      'after',
      '\nExample:\n  stacktrial dashboard experiments/engine-vs-functions.yaml > dashboard.json',
    )
    .action((file) => act(async (c) => (await import('../commands/dashboard.js')).dashboard(file, c)));

  program
    .command('prune')
    .argument('[reports]', 'where run folders are kept', 'reports')
    .description('say what evidence would be deleted; with --yes delete it. Decisions are kept for ever')
    .option('--older-than <duration>', 'of runs that ended longer ago, e.g. 90d')
    .option('--keep <runs>', 'of all but the newest so many runs of each experiment')
    .option('--experiment <name...>', 'only of these experiments')
    .option('--yes', 'delete it')
    .addOption(json)
    .addHelpText('after', '\nExample:\n  stacktrial prune reports --older-than 90d')
    .action((folder, options) =>
      act(async (c) => (await import('../commands/prune.js')).pruneRuns(folder, options, c)),
    );
}
