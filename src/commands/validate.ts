/** `stacktrial validate`: what is wrong, or what was understood, and what would be run and asked. */
import { relative, resolve } from 'node:path';
import { explain, problemText } from '../declare/index.js';
import { type ExitCode, FileProblems, KnownError } from '../errors.js';
import { plannedQueries } from '../pipeline.js';
import { plugins } from '../plugins.js';
import type { Context } from './context.js';
import { type Loaded, loadExperiment } from './load.js';

const indent = (text: string, by: string): string =>
  text
    .split('\n')
    .map((line) => `${by}${line}`)
    .join('\n');

function understood({ experiment }: Loaded): string {
  const lines: string[] = [experiment.question, ''];
  for (const { sentence, claims } of explain(experiment)) {
    lines.push(`  “${sentence}”`);
    for (const claim of claims) lines.push(`    ${claim.id}  ${claim.meaning}`);
  }
  const { design, workload, driver } = experiment;
  lines.push('', `Design: ${design.kind}, seed ${design.seed}`);
  if (driver !== null && workload !== null)
    lines.push(
      `Work:   ${workload.files}, each ${workload.repeats} ${workload.repeats === 1 ? 'time' : 'times'} per arm, by driver ${driver.type}`,
    );
  lines.push('Asked:');
  for (const { metric, arms, source, text } of plannedQueries(experiment, plugins))
    lines.push(`  ${metric} (${arms.join(', ')}) from ${source}:`, indent(text, '    '));
  if (experiment.secrets.length > 0)
    lines.push(`Needs when it runs: ${[...new Set(experiment.secrets.map(String))].join(', ')}`);
  return lines.join('\n');
}

const asJson = ({ experiment }: Loaded): object => ({
  experiment: experiment.name,
  sentences: explain(experiment),
  queries: plannedQueries(experiment, plugins),
});

export async function validate(
  files: readonly string[],
  options: { json?: boolean },
  context: Context,
): Promise<ExitCode> {
  const results: { file: string; problems: readonly object[]; understood?: object }[] = [];
  let failed = 0;
  for (const file of files) {
    const shown = relative(context.workingFolder, resolve(context.workingFolder, file)) || file;
    try {
      const loaded = await loadExperiment(file, context);
      results.push({ file: shown, problems: [], understood: asJson(loaded) });
      if (options.json !== true) context.out(`${shown}: valid\n${indent(understood(loaded), '  ')}\n\n`);
    } catch (error) {
      if (!(error instanceof KnownError)) throw error;
      failed += 1;
      const problems =
        error instanceof FileProblems ? error.problems : [{ message: error.message, hint: error.hint }];
      results.push({ file: shown, problems });
      if (options.json === true) continue;
      if (error instanceof FileProblems)
        for (const problem of error.problems) context.out(`${problemText(problem)}\n\n`);
      else context.out(`${shown}: ${error.message}\n${error.hint === null ? '' : `  ${error.hint}\n`}\n`);
    }
  }
  if (options.json === true) context.out(`${JSON.stringify(results, null, 2)}\n`);
  else if (failed > 0)
    context.out(`${failed} of ${files.length} ${files.length === 1 ? 'file has' : 'files have'} problems\n`);
  return failed > 0 ? 64 : 0;
}
