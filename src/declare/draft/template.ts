/** A Handlebars template of one's own: read, parsed, and refused where it names what there is not. */
import type Handlebars from 'handlebars';
import { isMarkup, type OwnTemplate, TEMPLATE_NAMES, templateOptions } from '../../model/house-style.js';
import { suggestion } from '../nearest.js';
import type { Problems } from '../problems.js';
import type { Located } from '../read/located.js';
import type { SourceFile } from '../read/source-file.js';
import { readText } from '../read/text.js';
import { type Read, readNamed } from './named-file.js';
import { broken } from './template-broken.js';
import { type Blamed, templateFaults } from './template-names.js';

const TARGET = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\.[A-Za-z0-9]+$/;
/** What stacktrial writes into the folder of a run itself. */
const TAKEN =
  /^(report|adr|junit|forms|journal|manifest|evidence|look-|post-hoc-|lock|index)([.-]|$)|^look-/i;

export async function readTemplate(at: Located, read: Read, problems: Problems): Promise<OwnTemplate | null> {
  const path = String(at.value);
  const target = (path.split(/[/\\]/).at(-1) ?? '').replace(/\.hbs$/, '');
  if (!path.endsWith('.hbs') || !TARGET.test(target)) {
    problems.atValue(
      at,
      `${path} does not say which file it becomes`,
      'Name it as summary.md.hbs, which becomes summary.md.',
    );
    return null;
  }
  if (TAKEN.test(target)) {
    problems.atValue(
      at,
      `${target} is a file of stacktrial's own in the folder of a run`,
      'Give the template another name.',
    );
    return null;
  }
  const file = await readNamed(at, 'template', read, problems);
  const source = file && readText(file.bytes, file.shown, problems);
  if (source === null) return null;
  const { default: handlebars } = await import('handlebars');
  const faults = faultsOf(source, target, handlebars);
  for (const { line, column, length, message, hint } of faults) {
    const start = (source.lineStarts[line - 1] ?? 0) + column;
    problems.add(source, start, start + length, message, hint);
  }
  return faults.length > 0 ? null : { file: path, target, text: source.text };
}

function faultsOf(source: SourceFile, target: string, handlebars: typeof Handlebars): readonly Blamed[] {
  try {
    const { text } = source;
    const program = handlebars.parse(text);
    const faults = templateFaults(program, isMarkup(target), (name) =>
      suggestion(name, TEMPLATE_NAMES, 'there are'),
    );
    if (faults.length === 0) handlebars.precompile(text, templateOptions(target));
    return faults;
  } catch (error) {
    return [broken(error, source)];
  }
}
