/** The statistical files read as literate mathematics: each opens with what it answers, when it applies, formula, source. */
import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

const STATS = new URL('../../src/stats/', import.meta.url);

test('every statistical file opens with what it answers, when it applies, its formula in words and its source', async () => {
  const files = (await readdir(STATS)).filter((file) => file.endsWith('.ts') && file !== 'index.ts');
  expect(files.length).toBeGreaterThan(80);
  const missing = await Promise.all(
    files.map(async (file) => {
      const [opening = ''] = /^\/\*[\s\S]*?\*\//.exec(await readFile(new URL(file, STATS), 'utf8')) ?? [];
      const said = ['Answers', 'Applies', 'Formula', 'Source'].filter(
        (part) => !new RegExp(`\\b${part}[^:.]*:`).test(opening),
      );
      return said.length === 0 ? [] : [`${file}: ${said.join(', ')}`];
    }),
  );
  expect(missing.flat()).toEqual([]);
});
