/** The compiled templates of the pages; strict, so that what a template names and the data lack is an error. */
import type HandlebarsApi from 'handlebars';
import Handlebars from 'handlebars/runtime.js';
import { seen } from './seen.js';
import { templates } from './templates.generated.js';

/** The runtime's own types are empty. */
const handlebars = (Handlebars as unknown as typeof HandlebarsApi).create();

const compiled = Object.fromEntries(
  Object.entries(templates).map(([name, specification]) => [
    name,
    handlebars.template(specification as Parameters<typeof handlebars.template>[0]),
  ]),
);

export const page = (template: string, data: object): string =>
  compiled[template](seen(data), { partials: compiled });
