/** The schema that editors read is the one that the program means. */
import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { experimentSchema } from '../../src/declare/index.js';
import { plugins } from '../../src/plugins.js';

const FILE = fileURLToPath(new URL('../../experiments/experiment.schema.json', import.meta.url));

test('experiments/experiment.schema.json is not stale (UPDATE_GOLDEN=1 writes it)', async () => {
  const expected = `${JSON.stringify(experimentSchema(plugins), null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN === '1') await writeFile(FILE, expected);
  expect(await readFile(FILE, 'utf8')).toBe(expected);
});
