/** Who may import whom. Every rule says why; a module that belongs to no rule fails too. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

const SRC = resolve(dirname(fileURLToPath(import.meta.url)), '../../src');

interface Rule {
  readonly may: readonly string[];
  readonly because: string;
}

const ROOMS: Readonly<Record<string, Rule>> = {
  model: { may: ['model'], because: 'the words of the project depend on nothing of it' },
  stats: { may: ['model', 'stats'], because: 'mathematics can be used alone' },
  check: {
    may: ['check', 'model', 'stats'],
    because: 'a check judges evidence, it neither fetches nor decides',
  },
  compare: { may: ['compare', 'model', 'stats'], because: 'a method sees samples, nothing else' },
  decide: { may: ['decide', 'model', 'stats'], because: 'the decision also runs in a browser page' },
  plan: {
    may: ['plan', 'model', 'stats'],
    because: 'how long it takes is computed before there is anything to judge',
  },
  report: { may: ['report', 'model', 'stats'], because: 'every form is a view of one JSON document' },
  'report/page': {
    may: ['report/page', 'report', 'decide', 'model', 'stats'],
    because: 'the page’s script judges again with the code that decided',
  },
  declare: { may: ['declare', 'model', 'errors'], because: 'reading a file needs no measurement' },
  split: { may: ['split', 'model', 'errors'], because: 'turning the tap knows nothing of the analysis' },
  collect: { may: ['collect', 'model', 'errors'], because: 'collectors stay dumb, thinking happens later' },
  store: {
    may: ['store', 'model', 'errors'],
    because: 'a run folder is written without knowing what it means',
  },
  schedule: { may: ['schedule', 'model', 'errors'], because: 'what is due follows from dates alone' },
  pipeline: {
    may: [
      'declare',
      'split',
      'collect',
      'check',
      'compare',
      'decide',
      'plan',
      'report',
      'store',
      'stats',
      'model',
      'errors',
      'pipeline',
    ],
    because: 'it joins each stage’s main function',
  },
  plugins: {
    may: ['split', 'collect', 'check', 'compare', 'report', 'model'],
    because: 'the composition root knows every registry and nothing else',
  },
  commands: {
    may: [
      'commands',
      'pipeline',
      'declare',
      'plan',
      'store',
      'schedule',
      'report',
      'plugins',
      'errors',
      'model',
      'io',
      'progress',
      'split',
      'stats',
    ],
    because: 'a command turns options into a pipeline call and the answer into an exit code',
  },
  cli: { may: ['commands', 'errors', 'progress'], because: 'the door opens commands when they are called' },
  io: { may: ['model', 'store'], because: 'the real edge' },
  progress: { may: ['model'], because: 'the real edge' },
  errors: { may: [], because: 'everybody may import it' },
  index: {
    may: [
      'declare',
      'stats',
      'compare',
      'decide',
      'check',
      'report',
      'pipeline',
      'plugins',
      'model',
      'errors',
    ],
    because: 'the library door',
  },
};

const PURE_ROOMS = [
  'model',
  'stats',
  'check',
  'compare',
  'decide',
  'plan',
  'report',
  'split/designs',
  'collect/derive',
];
const IMPURE =
  /\bMath\.random\b|\bDate\.now\b|\bnew Date\(\)|\bprocess\.|\bconsole\.|\bIntl\.|\.toLocale|\bMath\.pow\b|\bperformance\.now\b|from 'node:(?!zlib)/;

const modules = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => path.replaceAll('\\', '/'));

const room = (path: string): string =>
  path.startsWith('report/page/')
    ? 'report/page'
    : path.includes('/')
      ? path.slice(0, path.indexOf('/'))
      : path.replace(/\.ts$/, '');

const importsOf = (path: string): { to: string; dynamic: boolean }[] => {
  const text = readFileSync(join(SRC, path), 'utf8');
  const found = [...text.matchAll(/(?:from|import)\s*(\()?\s*'(\.[^']+)'/g)];
  return found.map((match) => ({
    to: relative(SRC, resolve(dirname(join(SRC, path)), match[2] as string)).replaceAll('\\', '/'),
    dynamic: match[1] === '(',
  }));
};

const withoutComments = (text: string): string =>
  text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/^\s*\/\/.*$/gm, '');

describe('who may import whom', () => {
  test('the walk sees the modules of every room', () => {
    expect(modules.length).toBeGreaterThan(60);
    const seen = new Set(modules.map(room));
    for (const expected of [
      'model',
      'stats',
      'declare',
      'split',
      'collect',
      'check',
      'compare',
      'decide',
      'plan',
      'report',
      'store',
    ])
      expect(seen, expected).toContain(expected);
    const edges = modules.flatMap(importsOf).length;
    expect(edges).toBeGreaterThan(150);
  });

  test('every module lives in a room that has a rule', () => {
    expect(modules.filter((path) => ROOMS[room(path)] === undefined && room(path) !== 'build')).toEqual([]);
  });

  for (const [name, rule] of Object.entries(ROOMS)) {
    test(`${name} imports only ${rule.may.join(', ') || 'nothing of the project'}: ${rule.because}`, () => {
      const broken = modules
        .filter((path) => room(path) === name)
        .flatMap((path) =>
          importsOf(path)
            .map(({ to }) => room(to.replace(/\.js$/, '.ts')))
            .filter((target) => target !== name && !rule.may.includes(target))
            .map((target) => `${path} imports ${target}`),
        );
      expect(broken).toEqual([]);
    });
  }

  test('cli imports commands dynamically only: --help must not load them', () => {
    const eager = importsOf('cli.ts').filter(({ to, dynamic }) => !dynamic && room(to) === 'commands');
    const text = readFileSync(join(SRC, 'cli.ts'), 'utf8');
    for (const { to } of eager) expect(text).toMatch(new RegExp(`import type [^;]*${to.split('/').pop()}`));
  });
});

describe('the pure core', () => {
  for (const pure of PURE_ROOMS) {
    test(`${pure} touches no clock, chance, file, network, console, locale`, () => {
      const members = modules.filter((path) => path.startsWith(`${pure}/`) || path === `${pure}.ts`);
      expect(members.length).toBeGreaterThan(0);
      const broken = members.flatMap((path) =>
        withoutComments(readFileSync(join(SRC, path), 'utf8'))
          .split('\n')
          .flatMap((line, index) => (IMPURE.test(line) ? [`${path}:${index + 1} ${line.trim()}`] : [])),
      );
      expect(broken).toEqual([]);
    });
  }
});
