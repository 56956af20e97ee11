// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what an experiment file says
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { declare, problemText } from '../../src/declare/index.js';
import { FileProblems, KnownError, type Problem } from '../../src/errors.js';
import { CARD, COMMANDS, PIPELINES, plugins, problemsOf, readCard } from './fixtures.js';

/** An Experiment or FileProblems with problems that can be printed; anything else is thrown on. */
async function outcome(
  text: string | Uint8Array,
  card: string | Uint8Array = CARD,
): Promise<'experiment' | 'problems'> {
  try {
    const experiment = await declare({ text, file: 'exp.yaml' }, plugins, readCard(card));
    expect(experiment.name).not.toBe('');
    expect(experiment.treatments.length).toBeGreaterThan(0);
    JSON.stringify(experiment);
    return 'experiment';
  } catch (error) {
    if (!(error instanceof FileProblems)) throw error;
    expect(error.problems.length).toBeGreaterThan(0);
    for (const problem of error.problems) {
      expect(problem.line).toBeGreaterThan(0);
      expect(problem.column).toBeGreaterThan(0);
      expect(problem.column).toBeLessThanOrEqual(problem.text.length + 1);
      expect(problem.length).toBeGreaterThan(0);
      expect(problem.message).not.toMatch(/undefined|\[object|NaN in|null in/);
      problemText(problem);
    }
    return 'problems';
  }
}

const file = fc.constantFrom(COMMANDS, PIPELINES);
const at = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const pick = <T>(all: readonly T[], where: number): T => all[Math.floor(where * all.length)] as T;

type Damage = (text: string) => string;
const lines =
  (change: (rows: string[]) => void): Damage =>
  (text) => {
    const rows = text.split('\n');
    change(rows);
    return rows.join('\n');
  };
const words = [
  'is',
  'at least',
  'than',
  'engine',
  '10%',
  '[',
  ']',
  '{',
  '}',
  ':',
  ': ',
  '- ',
  '&a ',
  '*a',
  '"',
  "'",
  '|',
  '>',
  '#',
  '\t',
  '\n',
  '~',
  'null',
  '.inf',
  '1e999',
  '-5',
  '__proto__',
  'constructor',
  '${A}',
  '!!str ',
  '<<: ',
  '\u0000',
  '\ud83d\ude00',
  '\ufeff',
  '\r',
];
const token = (text: string, where: number): { start: number; end: number } => {
  const all = [...text.matchAll(/[^\s,:{}[\]]+/g)];
  const match = pick(all, where);
  return match === undefined
    ? { start: 0, end: 0 }
    : { start: match.index, end: match.index + match[0].length };
};
const damage: fc.Arbitrary<Damage> = fc.oneof(
  at.map((i) => lines((rows) => void rows.splice(Math.floor(i * rows.length), 1))),
  fc
    .tuple(at, at)
    .map(([i, j]) => lines((rows) => void rows.splice(Math.floor(i * rows.length), 0, pick(rows, j)))),
  fc
    .tuple(at, at)
    .map(([i, j]) => lines((rows) => void rows.splice(Math.floor(i * rows.length), 1, pick(rows, j)))),
  fc.tuple(at, fc.constantFrom(...words)).map(
    ([i, word]): Damage =>
      (text) => {
        const where = Math.floor(i * text.length);
        return text.slice(0, where) + word + text.slice(where);
      },
  ),
  // One name or value is replaced by another of the same file, or by something odd.
  fc.tuple(at, at).map(
    ([i, j]): Damage =>
      (text) => {
        const from = token(text, i);
        const to = token(text, j);
        return text.slice(0, from.start) + text.slice(to.start, to.end) + text.slice(from.end);
      },
  ),
  fc.tuple(at, fc.constantFrom(...words, '[]', '{}', '""', '0', 'true', '[[]]', '{a: {b: c}}')).map(
    ([i, word]): Damage =>
      (text) => {
        const from = token(text, i);
        return text.slice(0, from.start) + word + text.slice(from.end);
      },
  ),
  fc.tuple(at, at).map(
    ([i, j]): Damage =>
      (text) =>
        text.slice(0, Math.floor(i * text.length)) + text.slice(Math.floor((i + (1 - i) * j) * text.length)),
  ),
);

describe('whatever is done to a valid file', () => {
  test('lines, names and values deleted, doubled, replaced: an experiment or problems, nothing else', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(file, fc.array(damage, { minLength: 1, maxLength: 4 }), async (text, all) => {
        seen.add(await outcome(all.reduce((now, one) => one(now), text)));
      }),
      { numRuns: 400 },
    );
    expect([...seen].sort()).toEqual(['experiment', 'problems']);
  }, 120_000);

  test('bytes overwritten', async () => {
    await fc.assert(
      fc.asyncProperty(
        file,
        fc.array(fc.tuple(at, fc.integer({ min: 0, max: 255 })), { minLength: 1, maxLength: 5 }),
        async (text, all) => {
          const bytes = new TextEncoder().encode(text);
          for (const [i, byte] of all) bytes[Math.floor(i * bytes.length)] = byte;
          await outcome(bytes);
        },
      ),
      { numRuns: 200 },
    );
  }, 120_000);

  test('the same done to the rate card', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(damage, { minLength: 1, maxLength: 3 }), async (all) => {
        await outcome(
          COMMANDS,
          all.reduce((now, one) => one(now), CARD),
        );
      }),
      { numRuns: 200 },
    );
  }, 120_000);

  test('random bytes and random text', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(fc.uint8Array({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 200 })),
        async (text) => {
          expect(await outcome(text)).toBe('problems');
        },
      ),
      { numRuns: 200 },
    );
  }, 60_000);
});

describe('reading the rate card', () => {
  const failing = (error: unknown) =>
    declare({ text: COMMANDS, file: 'sub/exp.yaml' }, plugins, () => Promise.reject(error));

  test('a known failure is a problem at the path', async () => {
    await expect(failing(new KnownError('evidence', 'the run has no such file'))).rejects.toMatchObject({
      problems: [
        {
          file: 'sub/exp.yaml',
          message: 'the rate card cards/aws.yaml cannot be read: the run has no such file',
        },
      ],
    });
    await expect(failing(Object.assign(new Error('x'), { code: 'EACCES' }))).rejects.toBeInstanceOf(
      FileProblems,
    );
  });

  test('a defect is not disguised as a problem of the file', async () => {
    await expect(failing(new TypeError('read is broken'))).rejects.toThrow(TypeError);
  });

  test('problems of the card name the card as seen from where the command runs', async () => {
    const run = declare({ text: COMMANDS, file: 'sub/exp.yaml' }, plugins, readCard('card: x\n'));
    await expect(run).rejects.toMatchObject({
      problems: expect.arrayContaining([expect.objectContaining({ file: 'sub/cards/aws.yaml' })]),
    });
  });
});

describe('problemText', () => {
  const problem: Problem = {
    file: 'exp.yaml',
    line: 7,
    column: 5,
    message: 'unknown key "x"',
    hint: 'did you mean "y"?',
    text: '    xyz: 1',
    length: 3,
  };

  test('is file:line:column, the line, a caret run, the hint', () => {
    expect(problemText(problem)).toBe(
      [
        'exp.yaml:7:5: unknown key "x"',
        '   7 |     xyz: 1',
        '     |     ^^^',
        '       did you mean "y"?',
      ].join('\n'),
    );
  });

  test('leaves out what is not there', () => {
    expect(problemText({ ...problem, hint: null, text: '' })).toBe('exp.yaml:7:5: unknown key "x"');
  });

  test('keeps the caret under its text after tabs and wide characters', () => {
    const rows = problemText({ ...problem, text: 'a\t日本 xyz', column: 6, length: 3 }).split('\n');
    expect(rows[1]).toBe('   7 | a 日本 xyz');
    // Two wide characters take four columns.
    expect(rows[2]).toBe(`     | ${' '.repeat(7)}^^^`);
  });

  test('never sends a control character to the terminal', () => {
    const text = problemText({ ...problem, text: 'a\u001b[2Jb', message: 'x\u0007', file: 'e\u001b.yaml' });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
  });

  test('shows of a long line the part around the caret', () => {
    const rows = problemText({
      ...problem,
      text: `${'a'.repeat(5000)}xyz${'b'.repeat(5000)}`,
      column: 5001,
      length: 3,
    }).split('\n');
    expect(rows[1]?.length).toBeLessThan(130);
    const caret = rows[2]?.indexOf('^') ?? -1;
    expect(rows[1]?.slice(caret, caret + 3)).toBe('xyz');
  });

  test('the whole of a real problem', async () => {
    const [first] = await problemsOf(COMMANDS.replace('baseline: functions', 'baseline: function'));
    expect(first && problemText(first)).toBe(
      [
        'exp.yaml:6:11: the baseline "function" is not an arm',
        '   6 | baseline: function',
        '     |           ^^^^^^^^',
        '       did you mean "functions"? (arms: engine, functions)',
      ].join('\n'),
    );
  });
});
