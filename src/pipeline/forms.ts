/** The report in all forms, beside the evidence. */
import { createHash } from 'node:crypto';
import { KnownError } from '../errors.js';
import type { HouseStyle, OwnTemplate, PageStyle } from '../model/house-style.js';
import type { Plugins } from '../model/ports.js';
import type { Report } from '../model/report.js';
import { renderTemplate, templateData } from '../report/index.js';
import type { RunFolder } from '../store/index.js';

/** Name of the file that a form is written to: `report.html`; a form that is a document of its own keeps its name, `adr.md`. */
export const formFile = (form: string, extension: string): string =>
  extension.startsWith(`${form}.`) ? extension : `report.${extension}`;

/** Name of the file that holds the sha256 of each form, so that one edited by hand is known. */
export const FORM_HASHES = 'forms.json';

export const formHash = (content: string | Uint8Array): string =>
  createHash('sha256').update(content).digest('hex');

/** The accent is a stripe, the focus ring and the colour of controls: graphics, for which a contrast of 3 is enough. */
function pageStyle(style: HouseStyle | undefined): PageStyle | null {
  if (style === undefined || (style.colour === null && style.logo === null)) return null;
  const { colour, logo } = style;
  const css = [
    colour === null
      ? ''
      : `body{border-top:6px solid ${colour};accent-color:${colour}}:focus-visible{outline-color:${colour}}`,
    logo === null ? '' : '.logo{display:block;max-height:3rem;max-width:14rem;margin:0 0 1rem}',
  ].join('');
  return {
    css,
    cssHash: `sha256-${createHash('sha256').update(css).digest('base64')}`,
    logo: logo === null ? null : `data:${logo.mediaType};base64,${logo.base64}`,
  };
}

/** Every form in the house style. The user's own template comes with `writeOwn`. */
export async function writeForms(
  report: Report,
  folder: Pick<RunFolder, 'saveReport'>,
  plugins: Pick<Plugins, 'renderers'>,
  style?: HouseStyle,
): Promise<void> {
  const hashes: Record<string, string> = {};
  const onPage = pageStyle(style);
  for (const [form, renderer] of Object.entries(plugins.renderers)) {
    const name = formFile(form, renderer.extension);
    const content = renderer.render(report, onPage);
    await folder.saveReport(name, content);
    hashes[name] = formHash(content);
  }
  await folder.saveReport(FORM_HASHES, `${JSON.stringify(hashes, null, 2)}\n`);
}

/** The form of the user's own template; where it fails, what is wrong with it: every other form stands. */
export async function writeOwn(
  report: Report,
  folder: Pick<RunFolder, 'saveReport'>,
  template: OwnTemplate,
): Promise<KnownError | null> {
  const data = templateData(report);
  let content: string;
  try {
    content = await renderTemplate(template, data);
  } catch (cause) {
    const said = cause instanceof Error ? cause.message : String(cause);
    const [, what, place] = /^(.*?)(?: - (\d+:\d+))?$/s.exec(said) ?? [];
    const at = place?.replace(/\d+$/, (column) => String(Number(column) + 1));
    return new KnownError('template', `${template.file}${at === undefined ? '' : `:${at}`}: ${what}`, {
      hint: `${template.target} was not written; every other form of the report was.`,
      cause,
    });
  }
  await folder.saveReport(template.target, content);
  return null;
}
