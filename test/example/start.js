/**
 * npm run example:spark-vs-faas [-- --load 250] — runs experiments/spark-vs-faas.yaml against stand-ins on this machine.
 * The stand-ins are TypeScript and Node 20 does not read it: they are compiled into a folder that is removed again.
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const project = fileURLToPath(new URL('../..', import.meta.url));
const { values } = parseArgs({
  options: { load: { type: 'string' }, reports: { type: 'string', default: 'reports' } },
});

const folder = mkdtempSync(join(tmpdir(), 'stacktrial-stand-ins-'));
try {
  const tsc = join(project, 'node_modules/typescript/bin/tsc');
  const flags = ['--noCheck', '--ignoreConfig', '--outDir', folder, '--rootDir', project];
  const target = ['--module', 'nodenext', '--target', 'es2023', '--moduleResolution', 'nodenext'];
  const compiled = spawnSync(
    process.execPath,
    [tsc, ...flags, ...target, join(project, 'test/example/spark-vs-faas.ts')],
    { cwd: project, stdio: 'inherit' },
  );
  if (compiled.status !== 0) throw new Error('the stand-ins do not compile');
  writeFileSync(join(folder, 'package.json'), '{"type":"module"}');
  symlinkSync(join(project, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const { runExample } = await import(join(folder, 'test/example/spark-vs-faas.js'));
  const load = values.load === undefined ? {} : { load: Number(values.load) };
  const { code } = await runExample({ project, reports: resolve(values.reports), shown: true, ...load });
  process.exitCode = code ?? 70;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
