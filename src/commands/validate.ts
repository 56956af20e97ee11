/** `stacktrial validate`: what is wrong, or what was understood, and what would be run and asked; `--online` asks. */
import { relative, resolve } from 'node:path';
import { belowMargin, explain, explainMargins, problemText } from '../declare/index.js';
import { type ExitCode, FileProblems, KnownError } from '../errors.js';
import { type Preflight, preflight, preflightPrices } from '../pipeline/preflight.js';
import { plannedQueries, plannedSlots } from '../pipeline.js';
import { plugins } from '../plugins.js';
import { sentence as say } from '../report/index.js';
import { matchFiles } from '../split/index.js';
import type { Context } from './context.js';
import { type Loaded, loadExperiment } from './load.js';
import { safetyLines } from './preview-tap.js';
import { designWords } from './slots-text.js';

const indent = (text: string, by: string): string =>
  text
    .split('\n')
    .map((line) => `${by}${line}`)
    .join('\n');

/** How many files there are now; a workload that is not there yet is no mistake, unless nothing makes it. */
async function workText({ experiment, io }: Loaded, missing: (why: string) => void): Promise<string[]> {
  const { workload, driver } = experiment;
  if (driver === null || workload === null) return [];
  const { paths, searched } = await matchFiles(workload.files, io.folder);
  const there =
    paths.length > 0
      ? `${paths.length} ${paths.length === 1 ? 'file' : 'files'} now`
      : workload.prepare === null
        ? 'no file'
        : '`prepare` makes them';
  if (paths.length === 0 && workload.prepare === null)
    missing(`no file matches ${workload.files} (searched in ${searched}): a run would end at once`);
  const times = `${workload.repeats} ${workload.repeats === 1 ? 'time' : 'times'}`;
  return [`Work:   ${workload.files} (${there}), each ${times} per arm, by driver ${driver.type}`];
}

async function understood(loaded: Loaded, missing: (why: string) => void): Promise<string> {
  const { experiment, io } = loaded;
  const lines: string[] = [experiment.question, ''];
  for (const { sentence, claims } of explain(experiment)) {
    lines.push(`  “${sentence}”`);
    for (const claim of claims) lines.push(`    ${claim.id}  ${claim.meaning}`);
  }
  const margins = explainMargins(experiment);
  if (margins.length > 0)
    lines.push('', 'Margins:', ...margins.map(({ metric, meaning }) => `  ${metric}: ${meaning}`));
  const { design } = experiment;
  lines.push('', `Design: ${design.kind}, seed ${design.seed}`);
  lines.push(...designWords(experiment, plannedSlots(experiment, io.now())).map((line) => `  ${line}`));
  lines.push(...(await workText(loaded, missing)));
  lines.push(...safetyLines(experiment, io.folder));
  lines.push('Asked:');
  for (const { metric, arms, source, text } of plannedQueries(experiment, plugins))
    lines.push(`  ${metric} (${arms.join(', ')}) from ${source}:`, indent(text, '    '));
  if (experiment.secrets.length > 0)
    lines.push(`Needs when it runs: ${[...new Set(experiment.secrets.map(String))].join(', ')}`);
  return lines.join('\n');
}

const time = (ms: number): string => new Date(ms).toISOString().replace(/:00\.000Z$/, 'Z');

function foundText({ metric, arm, source, points, fromMs, toMs, problem, warnings }: Preflight): string {
  const name = `  ${metric} (${arm}) from ${source}:`;
  const notes = warnings.map((why) => `    note: ${say(why)}`);
  if (problem !== null) return [`${name} missing`, `    ${say(problem)}`, ...notes].join('\n');
  if (points === null) return `${name} measured when the experiment runs`;
  const span = fromMs === null || toMs === null ? '' : `, ${time(fromMs)} to ${time(toMs)}`;
  return [`${name} ${points} ${points === 1 ? 'point' : 'points'}${span}`, ...notes].join('\n');
}

interface Online {
  readonly found: readonly Preflight[];
  readonly missing: number;
}

/** The price is said before the first question is sent; on standard error, where it is seen whatever is piped. */
async function online({ experiment, io }: Loaded, context: Context): Promise<Online> {
  const prices = preflightPrices(experiment, plugins);
  for (const { metric, source, usd } of prices)
    context.log.warn(`asking ${source} for ${metric} costs about ${usd.toFixed(2)} USD`);
  const found = await preflight(experiment, plugins, io);
  return { found, missing: found.filter(({ problem }) => problem !== null).length };
}

const onlineText = ({ found, missing }: Online): string =>
  [
    'Found:',
    ...found.map(foundText),
    missing === 0
      ? 'Nothing would be missing.'
      : `${missing} of ${found.length} would be missing: their claims could not be judged.`,
  ].join('\n');

/** Reasons as code, values and the sentence that a person reads. */
const onlineJson = ({ found }: Online): readonly object[] =>
  found.map((one) => ({
    ...one,
    problem: one.problem === null ? null : { ...one.problem, sentence: say(one.problem) },
    warnings: one.warnings.map((why) => ({ ...why, sentence: say(why) })),
  }));

const asJson = ({ experiment }: Loaded): object => ({
  experiment: experiment.name,
  sentences: explain(experiment),
  margins: explainMargins(experiment),
  queries: plannedQueries(experiment, plugins),
});

export async function validate(
  files: readonly string[],
  options: { json?: boolean; online?: boolean },
  context: Context,
): Promise<ExitCode> {
  const results: { file: string; problems: readonly object[]; understood?: object; found?: object }[] = [];
  let failed = 0;
  let missing = 0;
  for (const file of files) {
    const shown = relative(context.workingFolder, resolve(context.workingFolder, file)) || file;
    try {
      const loaded = await loadExperiment(file, context);
      for (const warning of belowMargin(loaded.experiment)) context.log.warn(`${shown}: ${warning}`);
      const words = await understood(loaded, (why) => context.log.warn(`${shown}: ${why}`));
      if (options.json !== true) context.out(`${shown}: valid\n${indent(words, '  ')}\n\n`);
      const asked = options.online === true ? await online(loaded, context) : null;
      missing += asked?.missing ?? 0;
      results.push({
        file: shown,
        problems: [],
        understood: asJson(loaded),
        ...(asked === null ? {} : { found: onlineJson(asked) }),
      });
      if (asked !== null && options.json !== true) context.out(`${indent(onlineText(asked), '  ')}\n\n`);
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
      failed += 1;
      const problems =
        error instanceof FileProblems ? error.problems : [{ message: error.message, hint: error.hint }];
      results.push({ file: shown, problems });
      if (options.json === true) continue;
      if (error instanceof FileProblems)
        for (const problem of error.problems) context.out(`${problemText(problem)}\n\n`);
      else {
        const named = error.message.startsWith(`${shown}: `) ? error.message : `${shown}: ${error.message}`;
        context.out(`${named}\n${error.hint === null ? '' : `  ${error.hint}\n`}\n`);
      }
    }
  }
  if (options.json === true) context.out(`${JSON.stringify(results, null, 2)}\n`);
  else if (failed > 0)
    context.out(`${failed} of ${files.length} ${files.length === 1 ? 'file has' : 'files have'} problems\n`);
  if (failed > 0) return 64;
  return missing > 0 ? 69 : 0;
}
