import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { collectWords } from '../../../src/report/words/collect.js';
import { sourcesWords } from '../../../src/report/words/sources.js';

const folder = fileURLToPath(new URL('../../../src/collect/', import.meta.url));

const filesOf = (names: readonly string[]): readonly string[] =>
  names.flatMap((name) =>
    name.endsWith('.ts')
      ? [join(folder, name)]
      : readdirSync(join(folder, name)).map((file) => join(folder, name, file)),
  );

test('every reason that the sources over HTTP give has its sentence, and no sentence is left over', () => {
  const text = filesOf([
    'http',
    'sources/http',
    'sources/http.ts',
    'sources/prometheus',
    'sources/prometheus.ts',
  ])
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const codes = new Set(
    [
      ...text.matchAll(
        /(?:reason|refuse|refused)\(\s*(?:typeof found === 'number' \? )?'([a-z-]+)'(?: : '([a-z-]+)')?/gu,
      ),
    ]
      .flatMap(([, a, b]) => [a, b])
      .filter((code) => code !== undefined),
  );
  expect(codes.size).toBeGreaterThan(50);
  expect([...codes].filter((code) => !Object.hasOwn(sourcesWords, code))).toEqual([]);
  const ours = Object.keys(sourcesWords).filter((code) =>
    /^(http|prometheus|source-(clock|held))/u.test(code),
  );
  expect(ours.filter((code) => !codes.has(code))).toEqual([]);
  expect(Object.keys(sourcesWords).filter((code) => Object.hasOwn(collectWords, code))).toEqual([]);
});
