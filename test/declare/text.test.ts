// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${NAME} is what an experiment file says
import { describe, expect, test } from 'vitest';
import { COMMANDS, edited, marked, problemsOf, read } from './fixtures.js';

const bytes = (...parts: (string | readonly number[])[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'string' ? [...new TextEncoder().encode(part)] : [...part])),
  );

describe('a file that is no text', () => {
  test('10 MB are one problem, found without parsing', async () => {
    const started = performance.now();
    const problems = await problemsOf(new Uint8Array(10 * 1024 * 1024).fill(0x5b));
    expect(problems.map(({ message }) => message)).toEqual(['the file is too large: 10.0 MiB']);
    expect(performance.now() - started).toBeLessThan(1000);
  });

  test('a byte that is not UTF-8 is named with its line and column', async () => {
    const [problem, ...more] = await problemsOf(bytes('experiment: x\nquestion: caf', [0xe9], ' noir?\n'));
    expect(more).toEqual([]);
    expect(problem).toMatchObject({
      line: 2,
      column: 14,
      message: 'the file is not UTF-8: byte 0xE9 is not a character',
    });
    expect(problem?.text).toBe('question: caf\ufffd noir?');
  });

  test('a character that is cut off is reported where it begins', async () => {
    const [problem] = await problemsOf(bytes('a: \u20ac', [0xe2, 0x82], '\n'));
    expect(problem).toMatchObject({
      line: 1,
      column: 5,
      message: 'the file is not UTF-8: byte 0xE2 is not a character',
    });
  });

  test('UTF-16 is recognised by its mark', async () => {
    const [problem] = await problemsOf(bytes([0xff, 0xfe, 0x61, 0x00]));
    expect(problem?.hint).toContain('UTF-16');
  });

  test('control characters are refused, each where it stands', async () => {
    const problems = await problemsOf(edited(COMMANDS, 'Resident engine', 'Resi\u001bdent\u0000 engine'));
    expect(problems.map(({ line, column, message }) => [line, column, message.slice(0, 24)])).toEqual([
      [4, 27, 'control character U+001B'],
      [4, 32, 'control character U+0000'],
    ]);
  });
});

describe('a file that is text', () => {
  test('a byte order mark and CRLF line ends change nothing', async () => {
    const plain = await read(COMMANDS);
    const windows = await read(bytes([0xef, 0xbb, 0xbf], COMMANDS.replaceAll('\n', '\r\n')));
    expect(windows).toEqual(plain);
    expect(windows.text).toBe(COMMANDS);
  });

  test('with CRLF a problem is in the same place', async () => {
    const broken = edited(COMMANDS, 'baseline: functions', 'baseline: function');
    const place = async (text: string) =>
      (await problemsOf(text)).map(({ line, column, text: row }) => [line, column, row]);
    expect(await place(broken.replaceAll('\n', '\r\n'))).toEqual(await place(broken));
  });

  test.each(['', '\n\n', '# nothing yet\n', '---\n'])('%j is empty, with a hint what to do', async (text) => {
    const problems = await problemsOf(text);
    expect(problems.map(({ message, hint }) => [message, hint])).toEqual([
      ['the file is empty', '`stacktrial init` writes a first experiment.'],
    ]);
  });

  test.each(['- a\n- b\n', 'just text\n', '42\n'])('%j is no map of keys', async (text) => {
    const [problem] = await problemsOf(text);
    expect(problem).toMatchObject({ line: 1, column: 1, message: 'the file must be a map of keys' });
  });
});

describe('broken YAML', () => {
  test('a tab as indentation is explained', async () => {
    const [problem] = await problemsOf('experiment: x\narms:\n\tfaas: {}\n');
    expect(problem).toMatchObject({ line: 3, column: 1, message: 'a tab is used as indentation' });
    expect(problem?.hint).toContain('spaces');
  });

  test('each duplicate key is named with the line of the first, and other problems are found as well', async () => {
    const text = edited(
      edited(COMMANDS, 'baseline: functions\n', 'baseline: functions\nbaseline: engine\n'),
      'in: B,',
      'in: B, in: MB, colour: red,',
    );
    const problems = await problemsOf(text);
    expect(problems.map(({ line, message, hint }) => [line, message, hint?.slice(0, 26)])).toEqual([
      [7, 'duplicate key "baseline"', 'It stands first on line 6:'],
      [17, 'duplicate key "in"', 'It stands first on line 17'],
      [17, 'unknown key "colour" in metrics.memory', expect.any(String)],
    ]);
    expect(problems.map(marked)).toEqual(['baseline', 'in', 'colour']);
  });

  test('a key that is a number is the same as its text', async () => {
    const problems = await problemsOf(`${COMMANDS}1: a\n"1": b\n`);
    expect(problems.map(({ message }) => message)).toContain('duplicate key "1"');
  });

  test('a second document is refused', async () => {
    const problems = await problemsOf(`${COMMANDS}---\nexperiment: two\n`);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ line: 34, message: 'a second YAML document starts here' });
  });

  test('several slips are reported together, one for each line', async () => {
    const problems = await problemsOf('a: "open\nb: c: d\n');
    expect(problems.length).toBeGreaterThan(0);
    expect(new Set(problems.map(({ line }) => line)).size).toBe(problems.length);
  });

  test('an unquoted ${NAME} in braces says what to write', async () => {
    const [problem] = await problemsOf('sources: { a: { url: ${INFLUX_URL} } }\n');
    expect(problem).toMatchObject({
      line: 1,
      message: '${INFLUX_URL} must stand in quotes here',
      hint: 'Write "${INFLUX_URL}".',
    });
  });

  test.each([
    ['a: *b\n', 'no &b stands before this *b', 4],
    ['a: &x [1, *x]\n', '*x stands inside &x: it would never end', 11],
    ['<<: { a: 1 }\n', 'merge keys (<<) are not supported', 1],
    ['__proto__: { a: 1 }\n', '"__proto__" cannot be used as a key', 1],
    ['? [a, b]\n: 1\n', 'a key must be a plain word', 3],
    ['a: !!js/function "x"\n', 'YAML tags (!…) have no meaning here', 4],
    ['%YAML 1.1\n---\na: no\n', 'the file asks for YAML 1.1', 1],
  ])('%j: %s', async (text, message, column) => {
    const found = (await problemsOf(text)).find((problem) => problem.message === message);
    expect(found?.column).toBe(column);
  });

  test('an alias bomb is one problem, quickly', async () => {
    const started = performance.now();
    const rows = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 30; i += 1)
      rows.push(
        `a${i}: &a${i} [${Array(10)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    const problems = await problemsOf(rows.join('\n'));
    expect(problems.map(({ message }) => message)).toEqual(['aliases repeat too much']);
    expect(performance.now() - started).toBeLessThan(2000);
  });

  test('a shared value is allowed', async () => {
    const text = edited(
      edited(COMMANDS, 'query: { field: wallSeconds }', 'query: &wall { field: wallSeconds }'),
      'query: { field: peakMemoryBytes }',
      'query: *wall',
    );
    const { metrics } = await read(text);
    expect(metrics[1]?.input).toEqual(metrics[0]?.input);
  });

  test.each([
    ['brackets', '['.repeat(1_000_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['lists', '- '.repeat(100_000)],
    ['questions', '? '.repeat(100_000)],
    ['indentation', Array.from({ length: 1000 }, (_, i) => `${' '.repeat(i)}a:`).join('\n')],
    ['closed brackets', `a: ${'['.repeat(300)}${']'.repeat(300)}`],
  ])(
    'nesting without end (%s) is a problem, not a crash',
    async (_, text) => {
      const problems = await problemsOf(text);
      expect(problems[0]?.message).toBe('nested too deeply');
    },
    20_000,
  );

  test('five thousand unknown keys are counted, not all listed', async () => {
    const started = performance.now();
    const keys = Array.from({ length: 5_000 }, (_, i) => `key${i}: ${i}`).join('\n');
    const problems = await problemsOf(`${COMMANDS}${keys}\n`);
    expect(problems).toHaveLength(101);
    expect(problems.at(-1)?.message).toBe('… and 4900 more problems');
    expect(performance.now() - started).toBeLessThan(15_000);
  }, 20_000);
});
