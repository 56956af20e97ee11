/** declare: YAML text → Experiment, or every problem of it at once. */
import type { Experiment } from '../model/experiment.js';
import type { Plugins } from '../model/ports.js';
import { readExperiment } from './draft/experiment.js';
import type { Read } from './draft/named-file.js';
import { Problems } from './problems.js';
import { readYaml } from './read/document.js';
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
 * `read` resolves attachments (rate cards) relative to the experiment file.
 * Throws FileProblems with every problem, each at its place; no value of a secret is needed.
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
