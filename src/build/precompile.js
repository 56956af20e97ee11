/**
 * Compiles the report's Handlebars templates, so that a run imports the small runtime only and never builds code
 * from text. The style sheet and the page's script go with them, as their hashes are in the page's content security policy.
 * Plain JavaScript, because it runs before the compiler: `node src/build/precompile.js`.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import Handlebars from 'handlebars';

const folder = new URL('../report/templates/', import.meta.url);
const target = new URL('../report/templates.generated.ts', import.meta.url);

const read = (name) => readFileSync(new URL(name, folder), 'utf8').replaceAll('\r\n', '\n');

const options = { strict: true, knownHelpersOnly: true, preventIndent: true };
const templates = readdirSync(folder)
  .filter((name) => name.endsWith('.hbs'))
  .sort()
  .map((name) => {
    const code = Handlebars.precompile(read(name), { ...options, srcName: undefined });
    return `  ${JSON.stringify(basename(name, '.hbs'))}: ${code},`;
  });

const css = read('report.css')
  .replace(/\/\*[\s\S]*?\*\//g, '')
  .replace(/\s*\n\s*/g, '\n')
  .trim();
const bundled = (entry) => {
  const { outputFiles } = buildSync({
    entryPoints: [fileURLToPath(new URL(`../report/page/${entry}`, import.meta.url))],
    bundle: true,
    minify: true,
    write: false,
    format: 'iife',
    target: 'es2022',
    charset: 'ascii', // no character that a page might show or drop
    legalComments: 'none',
  });
  return outputFiles[0].text.trim().replaceAll('</', '<\\/');
};
const script = bundled('main.ts');
const indexScript = bundled('index-filter.ts');

const hash = (text) => JSON.stringify(`sha256-${createHash('sha256').update(text).digest('base64')}`);

writeFileSync(
  target,
  `// @ts-nocheck
/** Made by src/build/precompile.js from src/report/templates; not in git. */
export const templates: Readonly<Record<string, unknown>> = {
${templates.join('\n')}
};

export const css: string = ${JSON.stringify(css)};

export const script: string = ${JSON.stringify(script)};
export const indexScript: string = ${JSON.stringify(indexScript)};

/** For the content security policy. */
export const cssHash: string = ${hash(css)};
export const scriptHash: string = ${hash(script)};
export const indexScriptHash: string = ${hash(indexScript)};
`,
);

// Bodies of notices are JSON: nothing is escaped for HTML, every value goes through the helper `json`.
const notices = new URL('../report/notice/templates/', import.meta.url);
const bodies = readdirSync(notices)
  .filter((name) => name.endsWith('.hbs'))
  .sort()
  .map((name) => {
    const code = Handlebars.precompile(readFileSync(new URL(name, notices), 'utf8'), {
      ...options,
      noEscape: true,
      knownHelpers: { json: true },
    });
    return `  ${JSON.stringify(basename(name, '.hbs'))}: ${code},`;
  });

writeFileSync(
  new URL('../report/notice/templates.generated.ts', import.meta.url),
  `// @ts-nocheck
/** Made by src/build/precompile.js from src/report/notice/templates; not in git. */
export const noticeTemplates: Readonly<Record<string, unknown>> = {
${bodies.join('\n')}
};
`,
);
