/** The README is executed: its `$` lines are run, its tables come from the registries, its YAML is valid. */
import { spawn } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { inventory } from '../../src/commands/list.js';
import { declare } from '../../src/declare/index.js';
import { plugins } from '../../src/plugins.js';
import { CLI, emptyFolder } from '../cli/program.js';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const README = join(ROOT, 'README.md');
const readme = await readFile(README, 'utf8');

const blocks = (language: string): string[] =>
  [...readme.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map((match) => match[1]);

const tables = (): string =>
  Object.entries(inventory())
    .map(([kind, rows]) =>
      [`| ${kind} | |`, '|--|--|', ...rows.map(({ name, title }) => `| \`${name}\` | ${title} |`)].join('\n'),
    )
    .join('\n\n');

const shell = (line: string, folder: string): Promise<{ code: number | null; output: string }> =>
  new Promise((resolve, reject) => {
    const words = line.split(/\s+/);
    const [program, ...args] = words;
    if (program !== 'stacktrial') throw new Error(`the README runs something else: ${line}`);
    const child = spawn(process.execPath, [CLI, ...args], {
      cwd: folder,
      env: { ...process.env, NO_COLOR: '1' },
    });
    let output = '';
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, output }));
  });

describe('the README', () => {
  test('has its tables from the registries', async () => {
    const updated = readme.replace(
      /(<!-- tables -->\n)[\s\S]*?(<!-- \/tables -->)/,
      (_, open: string, close: string) => `${open}${tables()}\n${close}`,
    );
    if (process.env.UPDATE_GOLDEN === '1') await writeFile(README, updated);
    else expect(readme).toBe(updated);
  });

  test('runs: every `$` line ends well, in order, in one folder', async () => {
    const folder = await emptyFolder();
    await mkdir(join(folder, 'experiments'));
    await cp(join(ROOT, 'experiments'), join(folder, 'experiments'), { recursive: true });
    await symlink(join(ROOT, 'node_modules'), join(folder, 'node_modules')); // the engine's DuckDB
    const lines = blocks('console').flatMap((block) =>
      block.split('\n').filter((line) => line.startsWith('$ ')),
    );
    expect(lines.length).toBeGreaterThan(6);
    for (const line of lines) {
      const { code, output } = await shell(line.slice(2), folder);
      expect([0, 10], `${line}\n${output}`).toContain(code);
    }
  }, 240_000);

  test('shows experiments that are valid', async () => {
    const experiments = blocks('yaml').filter((text) => text.startsWith('experiment:'));
    expect(experiments.length).toBeGreaterThan(0);
    for (const text of experiments)
      await expect(
        declare({ text, file: 'README.md' }, plugins, () => Promise.reject(new Error())),
      ).resolves.toBeTruthy();
  });

  test('names only links that exist', async () => {
    const links = [...readme.matchAll(/\]\((?!https?:|#)([^)]+)\)/g)].map((match) => match[1]);
    expect(links.length).toBeGreaterThan(4);
    for (const link of links)
      await expect(
        readFile(join(ROOT, link)).catch((e) => (e.code === 'EISDIR' ? 'folder' : Promise.reject(e))),
        link,
      ).resolves.toBeTruthy();
  });
});
