import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { adr } from '../../src/report/adr.js';
import { markdownBlock, markdownText } from '../../src/report/escape.js';
import { markdown } from '../../src/report/markdown.js';
import { columns, wrapped } from '../../src/report/terminal/wrap.js';
import { renderTerminal } from '../../src/report/terminal.js';
import { worlds } from './worlds/index.js';

const names = Object.keys(worlds);

describe('Markdown', () => {
  test.each([
    ['a | b', 'a \\| b'],
    ['<b>x</b>', '&lt;b&gt;x&lt;/b&gt;'],
    ['`code` *x* _y_ ~z~', '\\`code\\` \\*x\\* \\_y\\_ \\~z\\~'],
    ['[x](http://y.example)', '\\[x\\](http:<!-- -->//y.example)'],
    ['line\n# head', 'line # head'],
    ['# head', '\\# head'],
    ['- item', '\\- item'],
    ['1. item', '1\\. item'],
    ['0.01 points', '0.01 points'],
    ['−12%', '−12%'],
    ['$5 and $6', '\\$5 and \\$6'],
    ['@team fix #12', '@<!-- -->team fix #<!-- -->12'],
    ['a\u001b[31mb\u202Ec', 'a\\[31mbc'],
  ])('%j is written %j', (typed, written) => expect(markdownText(typed)).toBe(written));

  test('a block outlasts the backticks inside it', () => {
    expect(markdownBlock('a ```` b')).toBe('`````\na ```` b\n`````');
  });

  test.each(names)(
    '%s: every table row has as many cells as its head, and no raw markup of the user',
    (name) => {
      const text = markdown.render(worlds[name]);
      let head = 0;
      for (const line of text.split('\n')) {
        const cells = line.startsWith('|') ? line.replaceAll('\\|', '').split('|').length : 0;
        if (cells > 0 && head > 0) expect(cells, line).toBe(head);
        head = cells;
      }
      const outside = text.replace(/^(`{3,})[^`\n]*\n[\s\S]*?\n\1$/gm, '');
      expect(outside).not.toMatch(/<(?!\/?(details|summary)>|br>|!-- -->)/);
    },
  );

  test('the decision comes first, the claims after it, the rest is folded', () => {
    const text = markdown.render(worlds['trade-off']);
    const places = ['**Trade-off.**', '| Claim |', '| Guardrail |', '<details>'].map((mark) =>
      text.indexOf(mark),
    );
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places[0]).toBeGreaterThan(0);
    expect(text.match(/<details>/g)?.length).toBe(text.match(/<\/details>/g)?.length);
  });
});

describe('architecture decision record', () => {
  test.each(names)('%s has the parts of MADR and a head that YAML reads', (name) => {
    const text = adr.render(worlds[name]);
    const [, head] = text.split('---\n');
    expect(parse(head)).toMatchObject({ status: 'proposed', date: '2026-11-02' });
    for (const title of [
      '## Context and Problem Statement',
      '## Decision Drivers',
      '## Considered Options',
      '## Decision Outcome',
      '### Confirmation',
    ])
      expect(text).toContain(`\n${title}\n`);
  });

  test('what is bad about the option is said with the good', () => {
    const text = adr.render(worlds['trade-off']);
    expect(text).toContain('- Good, because Wall time: 78% faster (76–80%)');
    expect(text).toContain('- Bad, because Cost per million records: 12% dearer (9–15%)');
  });

  test('nothing of an invalid run is passed on as found', () => {
    const text = adr.render(worlds['broken-split']);
    expect(text).not.toMatch(/Consequences|supported|faster \(/);
  });

  test('no option is chosen where none was', () => {
    for (const name of ['trade-off', 'inconclusive', 'broken-split'])
      expect(adr.render(worlds[name])).toContain('No option is chosen');
    expect(adr.render(worlds['clear-loss'])).toContain('Chosen option: “functions”');
    expect(adr.render(worlds['clear-win'])).toContain('Chosen option: “engine”');
  });
});

describe('terminal', () => {
  test.each(names)('%s fits 80 columns and 60 columns, and obeys nothing that was typed', (name) => {
    for (const width of [80, 60]) {
      const text = renderTerminal(worlds[name], { colour: false, width });
      expect(text.split('\n').filter((line) => columns(line) > width)).toEqual([]);
      expect(text).not.toMatch(/\p{Bidi_Control}|(?!\n)\p{Cc}/u);
    }
  });

  test('colour changes nothing but colour', () => {
    const plain = renderTerminal(worlds['trade-off'], { colour: false });
    const coloured = renderTerminal(worlds['trade-off'], { colour: true });
    expect(coloured).not.toBe(plain);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colour is made of them
    expect(coloured.replace(/\u001b\[\d+m/g, '')).toBe(plain);
  });

  test('long words are cut and wide characters counted', () => {
    expect(wrapped('a'.repeat(25), 10)).toEqual(['a'.repeat(10), 'a'.repeat(10), 'a'.repeat(5)]);
    expect(columns('日本🚀e\u0301')).toBe(7);
  });
});
