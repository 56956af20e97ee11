/** Debian's Chromium, headless, over pages that are opened from files. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';

/** Alone on the machine: no start page, no update, no sync, nothing that would ask the network. */
const args = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, args, headless: true });

export interface Opened {
  readonly page: Page;
  /** Console messages, page errors and requests for anything but the page itself. */
  readonly heard: readonly string[];
  close(): Promise<void>;
}

const folder = mkdtempSync(join(tmpdir(), 'stacktrial-page-'));
let pages = 0;

export async function open(
  browser: Browser,
  html: string,
  options: Parameters<Browser['newContext']>[0] = {},
): Promise<Opened> {
  pages += 1;
  const path = join(folder, `${pages}.html`);
  writeFileSync(path, html);
  const url = pathToFileURL(path).href;
  const context = await browser.newContext(options);
  const page = await context.newPage();
  const heard: string[] = [];
  page.on('console', (message) => heard.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => heard.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (request.url() !== url) heard.push(`request: ${request.url()}`);
  });
  await page.goto(url);
  return { page, heard, close: () => context.close() };
}
