/** Bodies of notices, from templates; whatever somebody typed is quoted as JSON, so that none of it is obeyed. */
import type HandlebarsApi from 'handlebars';
import Handlebars from 'handlebars/runtime.js';
import { visible } from '../escape.js';
import type { NoticeText } from './notice.js';
import { noticeTemplates } from './templates.generated.js';

const handlebars = (Handlebars as unknown as typeof HandlebarsApi).create();

/** JSON of a value; of a text at most `most` characters, which is what the receiver takes. */
function json(value: unknown, most: unknown): string {
  const longest = typeof most === 'number' ? most : Number.POSITIVE_INFINITY;
  const clean = (text: string): string => {
    const seen = visible(text).toWellFormed();
    return seen.length > longest ? `${seen.slice(0, longest - 1).toWellFormed()}…` : seen;
  };
  return JSON.stringify(value ?? null, (_, one: unknown) => (typeof one === 'string' ? clean(one) : one));
}

handlebars.registerHelper('json', (value: unknown, most: unknown) => json(value, most));

export const noticeBody = (format: 'json' | 'slack' | 'teams', notice: NoticeText): string => {
  const specification = noticeTemplates[format] as Parameters<typeof handlebars.template>[0];
  return handlebars.template(specification)(notice).trim();
};
