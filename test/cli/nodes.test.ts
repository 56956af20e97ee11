/** The same evidence gives the same bytes on Node 20, 22 and 24. STACKTRIAL_NODES names the others' binaries. */
import { delimiter } from 'node:path';
import { expect, test } from 'vitest';
import { isRequired } from '../servers/require.js';
import { emptyFolder, FORMS, forms, onlyRun, smallExperiment, stacktrial, start } from './program.js';

const nodes = (process.env.STACKTRIAL_NODES ?? '').split(delimiter).filter(Boolean);

if (nodes.length === 0 && !isRequired('nodes'))
  test.skip('other versions of Node give the same bytes — SKIPPED, STACKTRIAL_NODES names none', () => {});
else
  test('other versions of Node give the same bytes', async () => {
    expect(nodes.length, 'STACKTRIAL_REQUIRE asks for nodes, STACKTRIAL_NODES names none').toBeGreaterThan(0);
    const folder = await emptyFolder();
    await stacktrial(folder, 'run', await smallExperiment(folder));
    const run = await onlyRun(folder);
    const here = await forms(run);
    for (const node of nodes) {
      const { code, stderr } = await start(folder, ['analyze', run], { node }).ended;
      expect([0, 10], `${node}: ${stderr}`).toContain(code);
      const there = await forms(run);
      for (const form of FORMS) expect(there[form], `${form} on ${node}`).toBe(here[form]);
    }
  });
