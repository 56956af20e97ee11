/** declare: YAML text → Experiment, or every problem of it at once. */
import type { Experiment } from '../model/experiment.js';
import type { Plugins } from '../model/ports.js';
import { checkAddresses } from './draft/addresses.js';
import { readExperiment } from './draft/experiment.js';
import type { Read } from './draft/named-file.js';
import { writtenSecrets } from './draft/written-secrets.js';
import { Problems } from './problems.js';
import { readYaml } from './read/document.js';
import { child, locate } from './read/located.js';
import { readText } from './read/text.js';

export { changedKeys } from './changed-keys.js';
export { withSecrets } from './draft/secrets.js';
export { belowMargin, type Explained, explain, explainMargins } from './explain.js';
export { experimentSchema } from './json-schema.js';
export { problemText } from './problem-text.js';

export interface Declaration {
  /** The file as read, UTF-8. */
  readonly text: Uint8Array | string;
  /** Its name as shown in problems. */
  readonly file: string;
}

/**
 * An experiment file, read and understood: every sentence a claim, every key checked. No value of a secret is needed.
 *
 * @param input text of the file, UTF-8, and its name as shown in problems
 * @param plugins sources and drivers whose options are checked (`plugins`)
 * @param read a file that the experiment names (rate card, template), by its path relative to the experiment file
 * @returns the experiment, as `analyze` wants it
 * @throws FileProblems with every problem at once, each at its line and column
 * @example
 * ```ts
 * const text = `
 * experiment: halves
 * question: Is new faster than old?
 * arms: { new: {}, old: {} }
 * baseline: old
 * design: { kind: by-key }
 * sources: { results: { type: file } }
 * metrics:
 *   seconds: { from: results, query: { file: jobs.csv, arm: stack, unit: job, value: seconds }, in: s, better: lower }
 * hypotheses: [new is at least 10% better than old on seconds]`;
 * const noCards = () => Promise.reject(new Error('this experiment names no other file'));
 * const experiment = await declare({ text, file: 'halves.yaml' }, plugins, noCards);
 * experiment.hypotheses[0].amount; // → {"kind":"relative", "value":0.1}
 * ```
 */
export async function declare(
  input: Declaration,
  plugins: Pick<Plugins, 'sources' | 'drivers'>,
  read: Read,
): Promise<Experiment> {
  const problems = new Problems();
  const source = readText(input.text, input.file, problems);
  const root = source && readYaml(source, problems, '`stacktrial init` writes a first experiment.');
  const experiment = root && (await readExperiment(root, plugins, read, problems));
  problems.throwIfAny();
  if (experiment === null) throw new Error('declare: an unreadable file without a problem');
  return experiment;
}

/**
 * What the source of a metric has against its question, said where that question stands. Declaring cannot know it: only
 * the source does.
 *
 * @throws FileProblems where there are any
 */
export function refuseQueries(
  input: Declaration,
  refused: readonly { readonly metric: string; readonly message: string }[],
): void {
  const problems = new Problems();
  const source = readText(input.text, input.file, problems);
  const root = source && readYaml(source, problems, '');
  for (const { metric, message } of refused) {
    const at = root && locate(root, ['metrics', metric]);
    const place = child(at, 'query') ?? child(at, 'arms') ?? at;
    if (place !== null) problems.atKey(place, message);
  }
  problems.throwIfAny();
}

/**
 * Addresses that can be none; passwords that stand in the file and would be copied into every run. Declaring does not mind:
 * stored runs are declared again.
 *
 * @throws FileProblems with all of them; a password is not printed
 */
export function refuseAddresses(input: Declaration): void {
  const problems = new Problems();
  const source = readText(input.text, input.file, problems);
  const root = source && readYaml(source, problems, '');
  if (root) {
    writtenSecrets(root, problems);
    checkAddresses(root, problems);
  }
  problems.throwIfAny();
}
