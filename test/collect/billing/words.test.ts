import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { billingWords } from '../../../src/report/words/billing.js';

const folder = fileURLToPath(new URL('../../../src/collect/sources/', import.meta.url));
const filesOf = (name: string): string[] =>
  name.endsWith('.ts')
    ? [join(folder, name)]
    : readdirSync(join(folder, name)).map((file) => join(folder, name, file));

test('every reason that bills give has its sentence, and no sentence is left over', () => {
  const names = ['aws-cost-explorer', 'aws-cost-explorer.ts', 'billing', 'cur', 'cur.ts', 'focus.ts'];
  const text = names
    .flatMap(filesOf)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const codes = new Set([...text.matchAll(/(?:reason\(\s*|doubt: )'([a-z-]+)'/gu)].map(([, code]) => code));
  expect(codes.size).toBeGreaterThan(30);
  const own = [...codes].filter((code) => !code.startsWith('file-'));
  expect(own.filter((code) => !Object.hasOwn(billingWords, code))).toEqual([]);
  expect(Object.keys(billingWords).filter((code) => !codes.has(code))).toEqual([]);
});
