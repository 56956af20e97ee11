/** TypeScript of tests and sources → JavaScript that worker threads can import: Node 20 runs no TypeScript. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(fileURLToPath(import.meta.url), '../..');

/**
 * `entry`: a file below the project. Its compiled form lies at the same place below `folder`/main, `../shared` beside it;
 * below node_modules, so that packages are found. Types are checked elsewhere (editors, lint).
 */
export function transpile(entry) {
  const cache = join(root, 'node_modules/.cache');
  mkdirSync(cache, { recursive: true });
  const folder = mkdtempSync(join(cache, 'transpiled-'));
  const out = join(folder, 'main');
  const options = {
    noCheck: true,
    outDir: out,
    rootDir: root,
    declaration: false,
    rewriteRelativeImportExtensions: true,
    types: ['node'],
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const config = join(folder, 'tsconfig.json');
  const text = { extends: join(root, 'tsconfig.json'), compilerOptions: options, include: [], files: [join(root, entry)] };
  writeFileSync(config, JSON.stringify(text));
  execFileSync(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), '-p', config], { stdio: 'inherit' });
  writeFileSync(join(out, 'package.json'), '{"type":"module"}');
  const shared = join(root, '../shared');
  if (existsSync(shared)) symlinkSync(shared, join(folder, 'shared'));
  return {
    file: join(out, entry.replace(/\.ts$/u, '.js')),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
