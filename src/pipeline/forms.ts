/** The report in all forms, beside the evidence. */
import { createHash } from 'node:crypto';
import type { Plugins } from '../model/ports.js';
import type { Report } from '../model/report.js';
import type { RunFolder } from '../store/index.js';

/** Name of the file that a form is written to: `report.html`; a form that is a document of its own keeps its name, `adr.md`. */
export const formFile = (form: string, extension: string): string =>
  extension.startsWith(`${form}.`) ? extension : `report.${extension}`;

/** Name of the file that holds the sha256 of each form, so that one edited by hand is known. */
export const FORM_HASHES = 'forms.json';

export const formHash = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

export async function writeForms(
  report: Report,
  folder: Pick<RunFolder, 'saveReport'>,
  plugins: Pick<Plugins, 'renderers'>,
): Promise<void> {
  const hashes: Record<string, string> = {};
  for (const [form, renderer] of Object.entries(plugins.renderers)) {
    const name = formFile(form, renderer.extension);
    const content = renderer.render(report);
    await folder.saveReport(name, content);
    hashes[name] = formHash(content);
  }
  await folder.saveReport(FORM_HASHES, `${JSON.stringify(hashes, null, 2)}\n`);
}
