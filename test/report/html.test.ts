import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { Report } from '../../src/model/report.js';
import { html } from '../../src/report/html.js';
import { worlds } from './worlds/index.js';
import { idsOf, problemsOf } from './xml.js';

const pages = Object.entries(worlds).map(([name, report]) => [name, html.render(report)] as const);

describe.each(pages)('page of %s', (_, page) => {
  test('is well-formed, with unique ids that its references find', () => {
    expect(problemsOf(page)).toEqual([]);
    const ids = idsOf(page);
    expect(ids.filter((id, i) => ids.indexOf(id) !== i)).toEqual([]);
    const wanted = [...page.matchAll(/aria-labelledby="([^"]+)"/g)].flatMap((match) => match[1].split(' '));
    expect(wanted.filter((id) => !ids.includes(id))).toEqual([]);
  });

  test('needs no network and runs no script but its own', () => {
    const own = [
      /<script>[\s\S]*?<\/script>/,
      /<script id="what-if-data" type="application\/json">[^<]*<\/script>/,
    ];
    const markup = own.reduce((rest, script) => rest.replace(script, ''), page);
    expect(markup).not.toMatch(/<(script|iframe|object|embed|link|base|form)\b/i);
    const tags = markup.match(/<[a-z][^>]*>/gi) ?? [];
    expect(tags.filter((tag) => /\s(on\w+|src|style|srcset|action|formaction)\s*=/i.test(tag))).toEqual([]);
    expect(tags.filter((tag) => /\bhref="(?!#)/.test(tag))).toEqual([]);
    expect(markup).not.toMatch(/url\(|@import/);
  });

  test('shows no value that is not a value', () => {
    const words = page.replace(/<(style|script)\b[\s\S]*?<\/\1>/g, '').replace(/<[^>]*>/g, ' ');
    expect(words).not.toMatch(/\bNaN\b|\bundefined\b|\bnull\b|\[object/);
  });
});

describe('the page', () => {
  test('allows exactly its own style sheet', () => {
    const page = html.render(worlds['trade-off']);
    const css = /<style>([\s\S]*?)<\/style>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(css).digest('base64');
    expect(page).toContain(`style-src 'sha256-${hash}'`);
    expect(page).toContain("default-src 'none'");
  });

  test('allows exactly its own script, and none where there is nothing to ask', () => {
    const page = html.render(worlds['trade-off']);
    const script = /<script>([\s\S]*?)<\/script>/.exec(page)?.[1] ?? '';
    const hash = createHash('sha256').update(script).digest('base64');
    expect(page).toContain(`script-src 'sha256-${hash}'`);
    expect(script.length).toBeLessThan(60_000);
    const { whatIf: _, ...without } = worlds['trade-off'];
    expect(html.render(without)).not.toMatch(/<script|script-src/);
  });

  test('shows what was typed as text, everywhere it is shown', () => {
    const page = html.render(worlds['ugly-strings']);
    expect(page).toContain('&lt;/script&gt;&lt;img onerror');
    expect(page).not.toContain('<img');
    expect(page.match(/<\/script>/g)).toHaveLength(2);
    expect(page).not.toMatch(/\p{Bidi_Control}|(?!\n)\p{Cc}/u);
  });

  test('begins with question, decision, claims and what would change it, before any picture', () => {
    const page = html.render(worlds.inconclusive);
    const places = [
      '<h1>',
      'id="decision"',
      'id="claims"',
      'What would change the decision',
      'id="pictures"',
      'id="checks"',
      'id="numbers"',
      'id="methods"',
      'id="provenance"',
    ].map((mark) => page.indexOf(mark));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
  });

  test('draws no effect for a claim that has none', () => {
    const page = html.render(worlds['missing-arm']);
    const claims = page.slice(page.indexOf('id="claims"'), page.indexOf('id="pictures"'));
    expect(claims.match(/<svg/g)?.length).toBe(2);
    expect(claims).toContain('not measured');
  });

  test('every picture has the numbers behind it', () => {
    const page = html.render(worlds['trade-off']);
    const figures = page.match(/<figure>[\s\S]*?<\/figure>/g) ?? [];
    expect(figures.length).toBeGreaterThan(3);
    for (const figure of figures) expect(figure).toMatch(/<details>[\s\S]*<table>[\s\S]*<tbody>\s*<tr>/);
  });

  test('a thousand metrics stay under 2 MB and render in under 5 s', () => {
    const base = worlds['trade-off'];
    const many = Array.from({ length: 1000 }, (_, i) => i);
    const report: Report = {
      ...base,
      metrics: many.map((i) => ({ ...base.metrics[0], name: `m${i}` })),
      comparisons: many.map((i) => ({
        ...base.comparisons[0],
        id: `m${i}:engine/functions`,
        metric: `m${i}`,
      })),
      sources: [],
    };
    const started = performance.now();
    const page = html.render(report);
    expect(performance.now() - started).toBeLessThan(5_000);
    expect(Buffer.byteLength(page)).toBeLessThan(2_000_000);
  });
});
