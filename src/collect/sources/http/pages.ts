/** Page after page; one that comes twice, or a thousand of them, is an error and not an end. */
import { reason } from '../../../model/reason.js';
import { parsePath, readPath, type Step } from '../../json-path.js';
import { SourceProblem } from '../../source-problem.js';
import type { HttpQuery } from './options.js';

const MOST_PAGES = 1_000;

export interface Page {
  readonly url: URL;
  readonly number: number;
}

const withParameter = (url: URL, name: string, value: string): URL => {
  const next = new URL(url);
  next.searchParams.set(name, value);
  return next;
};

export const firstPage = (url: URL, paging: HttpQuery['paging']): Page =>
  paging !== undefined && 'page' in paging
    ? { url: withParameter(url, paging.page, String(paging.first ?? 1)), number: 1 }
    : { url, number: 1 };

const addressAfter = (url: URL, found: string): URL => {
  const next = URL.canParse(found, url.href) ? new URL(found, url) : null;
  // Our credentials are for this host only.
  if (next === null || next.origin !== url.origin)
    throw new SourceProblem(reason('http-next-elsewhere', { found: found.slice(0, 200), host: url.host }));
  return next;
};

/** `rest`: the answer without its rows. null: that was the last page. */
export const pageAfter = (
  first: Page,
  page: Page,
  paging: HttpQuery['paging'],
  rows: number,
  rest: unknown,
  asked: ReadonlySet<string>,
): Page | null => {
  if (paging === undefined) return null;
  let url: URL;
  if ('page' in paging) {
    if (rows === 0) return null;
    url = withParameter(
      page.url,
      paging.page,
      String((paging.first ?? 1) + page.number * (paging.step ?? 1)),
    );
  } else {
    const found = readPath(rest, parsePath(paging.next) as readonly Step[]);
    if (found === undefined || found === null || found === '' || found === false) return null;
    const text = typeof found === 'string' ? found : JSON.stringify(found);
    url =
      paging.param === undefined
        ? addressAfter(page.url, text)
        : withParameter(first.url, paging.param, text);
  }
  if (asked.has(url.href)) throw new SourceProblem(reason('http-page-repeated', { page: page.number + 1 }));
  if (page.number >= MOST_PAGES)
    throw new SourceProblem(reason('http-too-many-pages', { pages: MOST_PAGES }));
  return { url, number: page.number + 1 };
};
