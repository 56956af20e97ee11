import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { LastLine } from '../../src/split/process/last-line.js';
import { type Line, LineReader } from '../../src/split/process/line-reader.js';
import { Tail } from '../../src/split/process/tail.js';

/** The same, read in one piece and without any bound. */
const plainly = (text: string, limit: number): Line[] =>
  text
    .split('\n')
    .flatMap((line): Line[] =>
      Buffer.byteLength(line) > limit
        ? [{ tooLong: true }]
        : line.trim() === ''
          ? []
          : [{ text: line.trim() }],
    );

const pieces = fc.array(
  fc.string({ unit: fc.constantFrom('\n', '\n', ' ', 'a', 'b', 'ä', '€'), maxLength: 12 }),
  { maxLength: 12 },
);

describe('lines in pieces', () => {
  test('are read as if they came in one, and never longer than the limit', () => {
    fc.assert(
      fc.property(pieces, (given) => {
        const bytes = given.map((piece) => Buffer.from(piece));
        const seen: Line[] = [];
        const all = new LineReader(6, (line) => seen.push(line));
        const last = new LastLine(6);
        for (const each of bytes) {
          all.push(each);
          last.push(each);
        }
        all.end();
        const expected = plainly(given.join(''), 6);
        expect(seen).toEqual(expected);
        expect(last.get()).toEqual(expected.at(-1) ?? null);
      }),
      { numRuns: 3000 },
    );
  });

  test('of a flood leave only the last, quickly', () => {
    const last = new LastLine(1000);
    const flood = Buffer.from('y\n'.repeat(32_768));
    const from = process.cpuUsage().user;
    for (let i = 0; i < 1000; i++) last.push(flood);
    last.push(Buffer.from('{"n":1}\n\n'));
    expect(last.get()).toEqual({ text: '{"n":1}' });
    expect(process.cpuUsage().user - from).toBeLessThan(500_000);
  });
});

describe('a tail', () => {
  test('keeps the last bytes, without half a character at its start', () => {
    const tail = new Tail(8);
    for (const piece of ['€', '€€', 'ab', '€']) tail.push(Buffer.from(piece));
    expect(tail.text()).toBe('€ab€'.slice(0, 4));
    const cut = new Tail(7);
    for (const piece of ['€€€', 'ab']) cut.push(Buffer.from(piece));
    expect(cut.text()).toBe('€ab');
  });
});
