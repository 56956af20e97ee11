/** The report page in a real browser. */
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.js';
import { html } from '../../src/report/html.js';
import { indexPage, runsIndex } from '../../src/report/index.js';
import { someRuns } from '../report/some-runs.js';
import { worlds } from '../report/worlds/index.js';
import { serverSuite } from '../servers/require.js';
import { launch, open } from './browser.js';

const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

interface Found {
  readonly violations: readonly {
    readonly id: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Runs axe in the page, past its content policy, which allows no foreign script. */
const violations = async (page: Page): Promise<readonly string[]> => {
  const client = await page.context().newCDPSession(page);
  await client.send('Runtime.evaluate', { expression: axe });
  const { result } = await client.send('Runtime.evaluate', {
    expression: 'axe.run().then((found) => JSON.stringify(found))',
    awaitPromise: true,
  });
  const found = JSON.parse(result.value as string) as Found;
  return found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`);
};

const status = '#what-if .assumed[role=status]';
const manyMetrics = (): Report => {
  const base = worlds['trade-off'];
  const names = Array.from({ length: 1000 }, (_, i) => `m${i}`);
  return {
    ...base,
    metrics: [...base.metrics, ...names.map((name) => ({ ...base.metrics[0], name }))],
    comparisons: [
      ...base.comparisons,
      ...names.map((metric) => ({ ...base.comparisons[0], metric, id: `${metric}:engine/functions` })),
    ],
    sources: [],
  };
};

serverSuite('chromium', 'chromium', (binary) => {
  let browser: Browser;
  beforeAll(async () => {
    browser = await launch(binary);
  });
  afterAll(() => browser?.close());

  const opened = (name: string, options?: Parameters<typeof open>[2]) =>
    open(browser, html.render(worlds[name]), options);

  test('the declared values say what the report says, and moving one says what would follow', async () => {
    const { page, heard, close } = await opened('trade-off');
    expect(await page.locator('.decision .label').innerText()).toBe('Trade-off');
    expect(await page.locator(status).innerText()).toMatch(/^At the declared values: Trade-off\./);
    const back = page.getByRole('button', { name: 'Back to the declared values' });
    expect(await back.isDisabled()).toBe(true);

    await page.getByRole('spinbutton', { name: 'engine is at least 10% faster' }).fill('90');
    expect(await page.locator(status).innerText()).toContain('If that were so: ');
    expect(await page.locator('.assumed-claims .chip').first().innerText()).toContain('refuted');
    expect(await page.locator('.assumed-claims').innerText()).toContain('(declared: supported)');
    // The decision itself does not move.
    expect(await page.locator('.decision .label').innerText()).toBe('Trade-off');

    await back.click();
    expect(await page.locator(status).innerText()).toMatch(/^At the declared values: Trade-off\./);
    expect(await page.getByRole('spinbutton', { name: 'engine is at least 10% faster' }).inputValue()).toBe(
      '10',
    );
    expect(heard).toEqual([]);
    await close();
  });

  test('a value of an hour says whether the treatment pays, and moves no verdict', async () => {
    const { page, heard, close } = await opened('trade-off');
    const field = page.getByRole('spinbutton', { name: 'Value of an hour' });
    const said = page.locator('.money [role=status]').first();
    await field.fill('0');
    expect(await said.innerText()).toContain('does not pay');
    await field.fill('1000000');
    expect(await said.innerText()).toContain('engine pays');
    expect(await page.locator(status).innerText()).toMatch(/^At the declared values: Trade-off/);
    expect(heard).toEqual([]);
    await close();
  });

  test('a lower confidence settles what the declared one leaves open', async () => {
    const { page, close } = await opened('inconclusive');
    const first = page.locator('.assumed-claims .chip').first();
    await page.getByRole('spinbutton', { name: 'engine is at least 10% faster' }).fill('1');
    expect(await first.innerText()).toContain('inconclusive');
    await page.getByLabel('Confidence').selectOption({ label: '80%' });
    expect(await first.innerText()).toContain('supported');
    await close();
  });

  test('a field that holds no number says so and judges nothing', async () => {
    const { page, close } = await opened('trade-off');
    const field = page.getByRole('spinbutton', { name: 'engine is cheaper' });
    await field.fill('');
    expect(await page.locator(status).innerText()).toContain('holds no number');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await page.locator('.assumed-claims .chip').count()).toBe(0);
    await close();
  });

  test('everything can be done with the keyboard alone', async () => {
    const { page, close } = await opened('trade-off');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.className')).toBe('skip');
    const active = () =>
      page.evaluate<string>('document.activeElement.tagName + (document.activeElement.type ?? "")');
    for (let i = 0; i < 30 && (await active()) !== 'SELECTselect-one'; i++) await page.keyboard.press('Tab');
    expect(await active()).toBe('SELECTselect-one');
    await page.keyboard.press('ArrowDown');
    expect(await page.locator(status).innerText()).toContain('If that were so');
    await page.keyboard.press('Tab');
    await page.keyboard.press('ControlOrMeta+a');
    await page.keyboard.type('95');
    expect(await page.locator('.assumed-claims .chip').first().innerText()).toContain('refuted');
    for (let i = 0; i < 10 && (await active()) !== 'BUTTONbutton'; i++) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.locator(status).innerText()).toContain('At the declared values');
    expect(await active()).toBe('SELECTselect-one'); // the place is not lost
    await close();
  });

  test.each(['light', 'dark'] as const)('axe finds nothing to object to, %s', async (colorScheme) => {
    for (const name of ['trade-off', 'mirrored', 'broken-split', 'ugly-strings']) {
      const { page, close } = await opened(name, { colorScheme });
      expect(await violations(page), name).toEqual([]);
      await close();
    }
  });

  test.each(Object.keys(worlds))(
    'the page of %s is silent: no message, no request, nothing wider than it',
    async (name) => {
      for (const width of [360, 1280]) {
        const { page, heard, close } = await opened(name, { viewport: { width, height: 900 } });
        expect(heard).toEqual([]);
        expect(await page.evaluate('document.documentElement.scrollWidth'), `${width}`).toBeLessThanOrEqual(
          width,
        );
        await close();
      }
    },
  );

  test('without JavaScript the page is whole and shows no control', async () => {
    const { page, close } = await opened('trade-off', { javaScriptEnabled: false });
    for (const heading of ['What was claimed, and what was found', 'Pictures', 'Where the numbers come from'])
      expect(await page.getByRole('heading', { name: heading }).isVisible()).toBe(true);
    expect(await page.locator('input, select, button').count()).toBe(0);
    expect(await page.getByText('What if', { exact: true }).count()).toBe(0);
    const text = await page.locator('body').innerText();
    expect(text).toContain('engine is 78% faster than functions');
    expect(text).not.toMatch(/"schemaVersion"/);
    await close();
  });

  test('the index of runs filters by text and outcome, and shows everything without JavaScript', async () => {
    const index = indexPage(runsIndex(someRuns));
    const { page, heard, close } = await open(browser, index);
    const shown = () => page.locator('.run:visible').count();
    expect(await shown()).toBe(someRuns.length);
    await page.getByLabel('Outcome').selectOption('adopt');
    expect(await shown()).toBe(2);
    await page.getByLabel('Filter by text').fill('r3');
    expect(await page.locator('.experiment:visible').count()).toBe(1);
    expect(await page.getByRole('status').innerText()).toBe('1 of 6 runs shown');
    expect(await violations(page)).toEqual([]);
    expect(heard).toEqual([]);
    await close();
    const plain = await open(browser, index, { javaScriptEnabled: false });
    expect(await plain.page.locator('.run:visible').count()).toBe(someRuns.length);
    expect(await plain.page.locator('input, select').count()).toBe(0);
    await plain.close();
  });

  test('a page of a thousand metrics is under 2 MB and answers', async () => {
    const page = html.render(manyMetrics());
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
    const { page: shown, heard, close } = await open(browser, page);
    await shown.getByLabel('Confidence').selectOption({ label: '99%' });
    expect(await shown.locator(status).innerText()).toContain('If that were so');
    expect(heard).toEqual([]);
    await close();
  });
});
