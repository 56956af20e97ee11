/** Colour, logo and template of one's own: what is refused, what is shown, and that nothing gets out of its place. */
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { contrast, GROUNDS } from '../../src/declare/draft/contrast.js';
import { declare } from '../../src/declare/index.js';
import { FileProblems, type Problem } from '../../src/errors.js';
import type { Experiment } from '../../src/model/experiment.js';
import { TEMPLATE_NAMES } from '../../src/model/house-style.js';
import { writeForms, writeOwn } from '../../src/pipeline/forms.js';
import { renderers, templateData } from '../../src/report/index.js';
import { emptyFolder, onlyRun, smallExperiment, stacktrial } from '../cli/program.js';
import { CARD, COMMANDS, plugins } from '../declare/fixtures.js';
import { worlds } from './worlds/index.js';
import { problemsOf } from './xml.js';

const SVG =
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><path fill="#0b5fff" d="M0 0h8v8z"/></svg>\n';
/** One blue pixel. */
const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAIAAACQd1PeAAAADElEQVR4nGPgjv8PAAKrAatSLoVgAAAAAElFTkSuQmCC',
  'base64',
);

const declared = (
  report: object,
  files: Readonly<Record<string, string | Uint8Array>> = {},
): Promise<Experiment> =>
  declare(
    { text: `${COMMANDS}report: ${JSON.stringify(report)}\n`, file: 'my/exp.yaml' },
    plugins,
    async (path) => {
      const content = { 'cards/aws.yaml': CARD, ...files }[path];
      if (content === undefined) throw Object.assign(new Error('gone'), { code: 'ENOENT' });
      return Buffer.from(content);
    },
  );

const problems = (report: object, files = {}): Promise<readonly Problem[]> =>
  declared(report, files).then(
    () => [],
    (error: unknown) => {
      if (error instanceof FileProblems) return error.problems;
      throw error;
    },
  );

const said = async (report: object, files = {}): Promise<readonly string[]> =>
  (await problems(report, files)).map(
    ({ file, line, column, message }) => `${file}:${line}:${column} ${message}`,
  );

const template = (text: string) => said({ template: 'sum.md.hbs' }, { 'sum.md.hbs': text });

/** The forms of a world, as they are written. */
async function written(experiment: Experiment, world = worlds['ugly-strings']) {
  const files = new Map<string, string>();
  const folder = {
    saveReport: async (name: string, content: string | Uint8Array) => {
      files.set(name, String(content));
    },
  };
  await writeForms(world, folder, { renderers }, experiment.houseStyle);
  const own = experiment.houseStyle?.template ?? null;
  const problem = own && (await writeOwn(world, folder, own));
  return { files, problem };
}

describe('a colour', () => {
  test('black on white is 21, and the grey of the WCAG examples 4.54', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 10);
    expect(contrast('#767676', '#ffffff')).toBeCloseTo(4.54, 2);
  });

  test('is held against the grounds that the style sheet has', async () => {
    const css = await readFile(new URL('../../src/report/templates/report.css', import.meta.url), 'utf8');
    const [light, dark] = css.split('prefers-color-scheme: dark');
    const grounds = (part: string) =>
      [...part.matchAll(/--(?:paper|card): (#\w{6})/g)].slice(0, 2).map(([, colour]) => colour);
    // An accent that stands out on the darker of the light grounds stands out on the other, and the reverse.
    expect(grounds(light)).toContain(GROUNDS[0].colour);
    expect(grounds(dark)).toContain(GROUNDS[1].colour);
    for (const one of grounds(light))
      expect(contrast(one, '#000000')).toBeGreaterThanOrEqual(contrast(GROUNDS[0].colour, '#000000'));
    for (const one of grounds(dark))
      expect(contrast(one, '#ffffff')).toBeGreaterThanOrEqual(contrast(GROUNDS[1].colour, '#ffffff'));
  });

  test('that does not stand out is refused with the ratio that it has and the one it needs', async () => {
    const [pale] = await problems({ colour: '#ffe680' });
    expect(pale.message).toMatch(/light page: contrast 1\.\d\d, needed 3/);
    expect((await problems({ colour: '#101820' }))[0].message).toMatch(
      /dark page: contrast 1\.\d\d, needed 3/,
    );
    expect(await problems({ colour: '#0B5FFF' })).toEqual([]);
    expect((await problems({ colour: 'red;}' }))[0].message).toContain('expected a colour');
  });

  test('is on the page, by a style sheet whose hash the page allows', async () => {
    const page = (await written(await declared({ colour: '#0b5fff' }))).files.get('report.html') ?? '';
    const sheets = [...page.matchAll(/<style>([\s\S]*?)<\/style>/g)].map(([, css]) => css);
    expect(sheets).toHaveLength(2);
    expect(sheets[1]).toContain('#0b5fff');
    for (const css of sheets)
      expect(page).toContain(`'sha256-${createHash('sha256').update(css).digest('base64')}'`);
    expect(problemsOf(page)).toEqual([]);
  });
});

describe('a logo', () => {
  test.each([
    ['SVG', 'l.svg', SVG, 'data:image/svg+xml;base64,'],
    ['PNG', 'l.png', PNG, 'data:image/png;base64,'],
  ])('%s stands in the header, where no script of it runs', async (_, path, content, uri) => {
    const page =
      (await written(await declared({ logo: path }, { [path]: content }))).files.get('report.html') ?? '';
    const src = /<img class="logo" src="([^"]+)"/.exec(page)?.[1].replaceAll('&#x3D;', '=') ?? '';
    expect(src.startsWith(uri)).toBe(true);
    expect(Buffer.from(src.slice(uri.length), 'base64')).toEqual(Buffer.from(content));
    expect(page).toContain("default-src 'none'");
    expect(page).toContain('img-src data:;');
    expect(problemsOf(page)).toEqual([]);
  });

  test.each([
    ['<script>alert(1)</script>', 'runs no script'],
    ['<x:script>alert(1)</x:script>', 'runs no script'],
    ['<foreignObject/>', 'nothing but its drawing'],
    ['<path onload="x()"/>', 'no event handlers'],
    ['<image href="https://example.com/x.png"/>', 'refers to nothing outside'],
    ["<use xlink:href='other.svg#a'/>", 'refers to nothing outside'],
    ['<style>@import "x.css"</style>', 'refers to nothing outside'],
    ['<path fill="url(https://example.com/a)"/>', 'refers to nothing outside'],
    ['<a href="&#106;avascript:x"/>', 'refers to nothing outside'],
  ])('with %s is refused at its place', async (inside, why) => {
    const found = await said({ logo: 'l.svg' }, { 'l.svg': SVG.replace('<path', `\n${inside}<path`) });
    expect(found.join('\n')).toContain(why);
    expect(found[0]).toMatch(/^my\/l\.svg:2:/);
  });

  test('may refer to its own gradients', async () => {
    const svg = SVG.replace('fill="#0b5fff"', 'fill="url(#g)"').replace('<path', '<use href="#g"/><path');
    expect(await said({ logo: 'l.svg' }, { 'l.svg': svg })).toEqual([]);
  });

  test('of 5 MB, of another type, or missing is refused', async () => {
    const big = Buffer.concat([PNG, Buffer.alloc(5_000_000)]);
    expect((await said({ logo: 'l.png' }, { 'l.png': big }))[0]).toContain(
      'the logo is 5000 kB, at most 200 kB',
    );
    expect((await said({ logo: 'l.png' }, { 'l.png': 'GIF89a' }))[0]).toContain('neither SVG nor PNG');
    expect((await said({ logo: 'none.svg' }))[0]).toContain('there is no such file');
  });
});

describe('a template', () => {
  test('sees exactly the names that are documented', async () => {
    const readme = await readFile(new URL('../../README.md', import.meta.url), 'utf8');
    const names = Object.keys(templateData(worlds['trade-off'])).sort();
    expect(names).toEqual([...TEMPLATE_NAMES].sort());
    const section = readme.slice(readme.indexOf('### Your own colour'), readme.indexOf('## On a schedule'));
    for (const name of names) expect(section).toContain(`\`${name}\``);
  });

  test('finds what the README lists, in every world', async () => {
    const hbs = [
      '{{name}}{{question}}{{outcome}}{{label}}{{sentence}}{{#each reasons}}{{this}}{{/each}}',
      '{{#each treatments}}{{label}}{{sentence}}{{#each reasons}}{{this}}{{/each}}{{/each}}',
      '{{#if caution}}{{caution}}{{/if}}{{#each warnings}}{{this}}{{/each}}{{#each wouldChange}}{{this}}{{/each}}',
      '{{#each hypotheses}}{{verdict}}{{markdown text}}{{effect}}{{test}}{{/each}}{{#each guardrails}}{{text}}{{/each}}',
      '{{#each arms}}{{name}}{{title}}{{role}}{{/each}}{{#each facts}}{{term}}{{value}}{{/each}}',
      '{{#each comparisons}}{{title}}{{relative}}{{absolute}}{{p}}{{/each}}',
      '{{#each metrics}}{{title}}{{unit}}{{#each columns}}{{this}}{{/each}}{{json rows}}{{/each}}',
      '{{#each checks}}{{title}}{{status}}{{saw}}{{/each}}{{#each methods}}{{title}}{{/each}}',
      '{{#each costLines}}{{this}}{{/each}}{{#if money}}{{json money.tables}}{{/if}}',
      '{{trials.summary}}{{provenance.command}}{{report.run.id}}',
    ].join('\n');
    const experiment = await declared({ template: 'a.md.hbs' }, { 'a.md.hbs': hbs });
    for (const [name, world] of Object.entries(worlds)) {
      const { problem, files } = await written(experiment, world);
      expect(problem?.message, name).toBeUndefined();
      expect(files.get('a.md'), name).not.toMatch(/undefined|\[object/);
    }
  });

  test.each([
    ['one\n{{#if question}}\n', /^my\/sum\.md\.hbs:3:1 the template is broken: it ends inside a block/],
    ['{{#if question}}\n{{/each}}', /^my\/sum\.md\.hbs:1:\d+ the template is broken: if doesn't match each/],
    ['one\n  {{questoin}}', /^my\/sum\.md\.hbs:2:5 the report has no "questoin"/],
    ['{{#if questoin}}x{{/if}}', /^my\/sum\.md\.hbs:1:7 the report has no "questoin"/],
    ['{{#each arms}}{{@root.questoin}}{{/each}}', /:1:17 the report has no "questoin"/],
    ['{{constructor}}', /:1:3 a template cannot reach constructor/],
    ['{{#each arms}}{{name.constructor.prototype}}{{/each}}', /:1:17 a template cannot reach constructor/],
    ['{{#with question as |q|}}{{q.__proto__}}{{/with}}', /cannot reach __proto__/],
    ['{{json (json report.toString)}}', /cannot reach toString/],
    ['{{log question}}', /unknown helper log/],
    ['{{lookup report "constructor"}}', /unknown helper lookup/],
    ['{{> passwd}}', /no partials/],
    ['{{#each arms}}\n{{/each}}\n{{question}', /:3:\d+ the template is broken/],
    ['one\ntwo {{> /etc/passwd}}', /:2:9 the template is broken: this is not expected/],
    ['{{#*inline "a"}}{{/inline}}', /no partials and no decorators/],
  ])('%j is refused where it is wrong', async (text, expected) => {
    expect((await template(text))[0]).toMatch(expected);
  });

  test('suggests the name that was meant', async () => {
    const [problem] = await problems({ template: 'sum.md.hbs' }, { 'sum.md.hbs': '{{questoin}}' });
    expect(problem.hint).toContain('question');
  });

  test('that is missing, or would become a file of stacktrial’s own, is refused', async () => {
    expect((await said({ template: 'x.md.hbs' }))[0]).toContain('there is no such file');
    for (const path of ['report.html.hbs', 'evidence.json.hbs', 'look-1.report.html.hbs', 'forms.json.hbs'])
      expect((await said({ template: path }, { [path]: '' }))[0], path).toContain('of stacktrial');
    for (const path of ['summary.md', '.hbs', 'summary.hbs', '../.ssh.hbs'])
      expect((await said({ template: path }, { [path]: '' }))[0], path).toContain('does not say which file');
  });

  test('for a page escapes what was typed, and has no way not to', async () => {
    const hbs = '<h1>{{question}}</h1>{{#each arms}}<p title="{{title}}">{{title}}</p>{{/each}}';
    const files = { 'own.html.hbs': hbs };
    const out =
      (await written(await declared({ template: 'own.html.hbs' }, files))).files.get('own.html') ?? '';
    expect(out).toContain('&lt;');
    expect(out).not.toMatch(/<\/?script|<img/);
    expect(problemsOf(out)).toEqual([]);
    for (const raw of ['{{{question}}}', '{{&question}}'])
      expect((await said({ template: 'own.html.hbs' }, { 'own.html.hbs': raw }))[0]).toContain(
        'always escaped',
      );
  });

  test('for Markdown says what was typed, harmless by {{markdown}}, and JSON by {{json}}', async () => {
    const hbs = '{{question}}\n---\n{{markdown question}}\n---\n{{json report.experiment.question}}';
    const out =
      (await written(await declared({ template: 'a.md.hbs' }, { 'a.md.hbs': hbs }))).files.get('a.md') ?? '';
    const [plain, markdown, json] = out.split('\n---\n');
    expect(plain).toContain('</script>');
    expect(plain).not.toMatch(/\p{Bidi_Control}/u);
    expect(markdown).toContain('&lt;/script&gt;');
    expect(markdown.replaceAll('<!-- -->', '')).not.toMatch(/[<>]/);
    expect(JSON.parse(json)).toBe(worlds['ugly-strings'].experiment.question);
  });

  test('that names what there is not deeper down is said with its place, and costs no other form', async () => {
    const files = { 'a.md.hbs': 'x\n{{#each arms}}\n {{nmae}}{{/each}}' };
    const { files: out, problem } = await written(await declared({ template: 'a.md.hbs' }, files));
    expect(problem?.message).toMatch(/^a\.md\.hbs:3:\d+: "nmae" not defined/);
    expect(out.has('a.md')).toBe(false);
    expect(out.get('report.html')).toBeTruthy();
  });

  test('finds no prototype, neither of an object nor of a list', async () => {
    const { compile } = (await import('handlebars')).default;
    const data = templateData(worlds['trade-off']) as { report: object };
    expect('constructor' in data).toBe(false);
    expect('constructor' in data.report).toBe(false);
    expect(
      compile('{{reasons.constructor}}{{question.constructor}}')(data, {
        allowProtoPropertiesByDefault: false,
      }),
    ).toBe('');
  });
});

describe('a run in a house style', () => {
  test('writes the template’s file, and analyze makes the same bytes from the evidence alone', async () => {
    const folder = await emptyFolder();
    const name = await smallExperiment(folder);
    await mkdir(join(folder, 'docs'));
    await writeFile(
      join(folder, 'docs', 'summary.md.hbs'),
      '# {{markdown question}}\n{{label}}: {{sentence}}\n',
    );
    await writeFile(join(folder, 'logo.png'), PNG);
    const yaml = await readFile(join(folder, name), 'utf8');
    await writeFile(
      join(folder, name),
      `${yaml}\nreport: { template: docs/summary.md.hbs, logo: logo.png, colour: "#0b5fff" }\n`,
    );
    const ran = await stacktrial(folder, 'run', name);
    expect(ran.stderr).not.toMatch(/\n\s+at .*\.js/);
    const run = await onlyRun(folder);
    const forms = async () =>
      Promise.all(['summary.md', 'report.html'].map((form) => readFile(join(run, form), 'utf8')));
    const [summary, page] = await forms();
    expect(summary).toMatch(/^# .+\n.+: .+\n$/);
    expect(page).toContain('<img class="logo" src="data:image/png;base64,');
    await rm(join(folder, 'docs'), { recursive: true });
    await rm(join(folder, 'logo.png'));
    await rm(join(run, 'summary.md'));
    expect((await stacktrial(folder, 'analyze', run)).code).toBe(ran.code);
    expect(await forms()).toEqual([summary, page]);
    // The logo is evidence as everything else.
    await writeFile(join(run, 'evidence', 'attachments', '000-logo.png'), SVG);
    const changed = await stacktrial(folder, 'analyze', run);
    expect(changed.code).not.toBe(ran.code);
    expect(changed.stderr).toContain('000-logo.png');
  });

  test('whose template fails shows the decision, keeps the report, and ends as an error', async () => {
    const folder = await emptyFolder();
    const name = await smallExperiment(folder);
    await writeFile(join(folder, 'a.md.hbs'), '{{#each arms}}{{nmae}}{{/each}}');
    await writeFile(
      join(folder, name),
      `${await readFile(join(folder, name), 'utf8')}\nreport: { template: a.md.hbs }\n`,
    );
    const { code, stdout, stderr } = await stacktrial(folder, 'run', name);
    expect(code).toBe(64);
    expect(stdout).toContain('Report: ');
    expect(stderr).toContain('a.md.hbs:1:17: "nmae" not defined');
    expect(await readFile(join(await onlyRun(folder), 'report.html'), 'utf8')).toContain('<h1>');
  });
});
