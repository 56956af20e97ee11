/** What was told is kept in a list beside the reports; a damaged list must neither end a run nor keep anybody from being told. */
import { chmod, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type Told, tell } from '../../src/pipeline/notify.js';

test.each([
  ['a damaged list', async () => '["g1.'],
  ['a list that is none', async () => '5'],
  ['a list that cannot be read', () => Promise.reject(new Error('EIO: i/o error'))],
])('%s: harm is told, and the run goes on with a warning', async (_, loadReport) => {
  const folder = await mkdtemp(join(tmpdir(), 'stacktrial-told-'));
  const script = join(folder, 'told.sh');
  await writeFile(script, '#!/bin/sh\ncat > told.json\n');
  await chmod(script, 0o700);
  const warned: string[] = [];
  const saved: string[] = [];
  const told = {
    experiment: {
      name: 'guarded',
      notifications: [{ kind: 'command', command: [script], timeoutMs: 5000, on: ['guardrail'] }],
    },
    before: null,
    report: null,
    watched: { harm: [{ verdict: 'harm', claim: { id: 'g1.1', text: 'spark is no worse' } }] },
    folder: {
      path: join(folder, 'run'),
      loadReport,
      saveReport: async (_file: string, text: string) => {
        saved.push(text);
        throw new Error('ENOSPC: no space left on device');
      },
    },
    io: {
      folder,
      signal: new AbortController().signal,
      env: () => undefined,
      log: {
        warn: (text: string) => warned.push(text),
        info() {},
        detail() {},
        progress() {},
        progressEnd() {},
      },
    },
  } as unknown as Told;
  await expect(tell(told)).resolves.toBeUndefined();
  expect(await readFile(join(folder, 'told.json'), 'utf8')).toContain('spark is no worse');
  expect(saved).toEqual(['["g1.1"]\n']);
  expect(warned.join('\n')).toMatch(/harm-told\.json cannot be read.*\n.*ENOSPC/u);
});
