/**
 * npm run gallery [-- --only PAGE]
 *
 * The page of each kind of decision, as it is seen: wide, on a phone, dark and printed. Pages and pictures go to
 * test/gallery/out/ (not in git). Needs Chromium.
 */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { told } from '../told.mjs';
import { root, transpile } from '../transpile.mjs';

const given = told(import.meta.url, { only: { type: 'string' } });
const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const folder = join(root, 'test/gallery/out');
process.chdir(root);

const views = {
  wide: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
  dark: { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' },
  print: { viewport: { width: 794, height: 1123 } }, // A4 at 96 dpi
};

const out = transpile('test/gallery/worlds.ts');
process.once('exit', out.remove);
// The simulated runs read the shipped experiment, beside the tests.
symlinkSync(join(root, 'experiments'), join(dirname(out.file), '../../experiments'));
const { pages } = await import(pathToFileURL(out.file).href);
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath,
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
let pictures = 0;
try {
  for (const [name, html] of await pages()) {
    if (given.only !== undefined && name !== given.only) continue;
    const path = join(folder, `${name}.html`);
    writeFileSync(path, html);
    for (const [view, options] of Object.entries(views)) {
      const context = await browser.newContext(options);
      const page = await context.newPage();
      if (view === 'print') await page.emulateMedia({ media: 'print' });
      await page.goto(pathToFileURL(path).href);
      await page.screenshot({ path: join(folder, `${name}.${view}.png`), fullPage: true });
      if (view === 'print') await page.pdf({ path: join(folder, `${name}.pdf`), preferCSSPageSize: true });
      await context.close();
      pictures += 1;
    }
    process.stderr.write(`${name}\n`);
  }
} finally {
  await browser.close();
}
process.stdout.write(`${pictures} pictures in test/gallery/out/\n`);
