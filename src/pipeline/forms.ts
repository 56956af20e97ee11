/** The report in all forms, beside the evidence. */
import type { Plugins } from '../model/ports.js';
import type { Report } from '../model/report.js';
import type { RunFolder } from '../store/index.js';

/** Name of the file that a form is written to: `report.html`; a form that is a document of its own keeps its name, `adr.md`. */
export const formFile = (form: string, extension: string): string =>
  extension.startsWith(`${form}.`) ? extension : `report.${extension}`;

export async function writeForms(
  report: Report,
  folder: Pick<RunFolder, 'saveReport'>,
  plugins: Pick<Plugins, 'renderers'>,
): Promise<void> {
  for (const [form, renderer] of Object.entries(plugins.renderers))
    await folder.saveReport(formFile(form, renderer.extension), renderer.render(report));
}
