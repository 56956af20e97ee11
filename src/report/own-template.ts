/** A template of the user's own: Handlebars over the words of every form and the whole report.json. */
import { type OwnTemplate, type TEMPLATE_NAMES, templateOptions } from '../model/house-style.js';
import type { Report } from '../model/report.js';
import { markdownText } from './escape.js';
import { compactJson } from './json.js';
import { seen } from './seen.js';
import { viewOf } from './view.js';

/** What the template sees: the texts of the report, and under `report` the report.json. */
export const templateData = (report: Report): object =>
  seen({ ...viewOf(report), report: JSON.parse(compactJson(report)) } satisfies Record<
    (typeof TEMPLATE_NAMES)[number],
    unknown
  >) as object;

const given = (name: string, args: readonly unknown[]): unknown => {
  // Handlebars adds its options as the last one.
  if (args.length !== 2 || args[0] === undefined) throw new Error(`{{${name}}} needs one value that exists`);
  return args[0];
};

const helpers = {
  json: (...args: readonly unknown[]) => compactJson(given('json', args)),
  markdown: (...args: readonly unknown[]) => markdownText(String(given('markdown', args))),
};

/** Throws what Handlebars throws: an unknown name, with line and column. `handlebars` is imported here only. */
export async function renderTemplate(template: OwnTemplate, data: object): Promise<string> {
  const { default: Handlebars } = await import('handlebars');
  const compiled = Handlebars.create().compile(template.text, templateOptions(template.target));
  return compiled(data, { helpers, allowProtoPropertiesByDefault: false, allowProtoMethodsByDefault: false });
}
