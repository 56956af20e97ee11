/** Every form of every world, as files. `UPDATE_GOLDEN=1 npx vitest run test/report` writes them anew: look at the diff. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { Renderer } from '../../src/model/ports.js';
import { renderers } from '../../src/report/index.js';
import { worlds } from './worlds/index.js';

const folder = fileURLToPath(new URL('golden/', import.meta.url));
const update = process.env.UPDATE_GOLDEN === '1';

/** Pages are long: two are kept whole, the others are held by html.test.ts. */
const wholePages = new Set(['trade-off', 'ugly-strings']);

const forms: readonly (readonly [string, Renderer])[] = Object.entries(renderers);
const kept = Object.keys(worlds).flatMap((name) =>
  forms
    .filter(([form]) => form !== 'json' && (form !== 'html' || wholePages.has(name)))
    .map(([, renderer]) => ({ name, renderer, file: `${name}.${renderer.extension}` })),
);

/** Style sheet and compiled script have files of their own; html.test.ts holds them in the page by their hashes. */
const markupOf = (page: string): string =>
  page
    .replace(/<script>[\s\S]*?<\/script>/, '<script>the compiled script</script>')
    .replace(/<style>[\s\S]*?<\/style>/, '<style>the style sheet</style>')
    .replace(/(style|script)-src 'sha256-[^']*'/g, "$1-src 'its sha256'");

describe('golden reports', () => {
  test.each(kept)('$file', ({ name, renderer, file }) => {
    const rendered = renderer.render(worlds[name]);
    const text = renderer.extension === 'html' ? markupOf(rendered) : rendered;
    if (update) {
      mkdirSync(folder, { recursive: true });
      writeFileSync(folder + file, text);
    }
    expect(existsSync(folder + file), `${file} is missing: run with UPDATE_GOLDEN=1`).toBe(true);
    expect(text).toBe(readFileSync(folder + file, 'utf8'));
  });

  test('no golden file is left of a world or form that is gone', () => {
    expect(readdirSync(folder).sort()).toEqual(kept.map(({ file }) => file).sort());
  });

  test('every form is the same when rendered again', () => {
    for (const [, renderer] of forms) {
      expect(renderer.render(worlds['trade-off'])).toBe(
        renderer.render(structuredClone(worlds['trade-off'])),
      );
    }
  });
});
