import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HttpFailure } from '../../../src/collect/http/failure.js';
import { ElementScanner } from '../../../src/collect/http/json-elements.js';
import { linesOf } from '../../../src/collect/http/lines.js';
import type { Answer } from '../../../src/collect/http/request.js';

const cutAt = (text: string, cuts: readonly number[]): readonly string[] => {
  const places = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  return [...places, text.length].map((end, i) => text.slice(i === 0 ? 0 : places[i - 1], end));
};

const scan = (parts: readonly string[], at: readonly (string | number)[]) => {
  const scanner = new ElementScanner(at, 'GET http://x/');
  const elements = parts.flatMap((part) => [...scanner.push(part)]);
  return { elements, rest: scanner.end() };
};

const space = fc.constantFrom(undefined, 1, '\t');

describe('the elements of an array inside a document', () => {
  test('are those that JSON.parse finds, wherever the text is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.jsonValue()),
        fc.jsonValue(),
        space,
        fc.array(fc.nat()),
        (rows, other, indent, cuts) => {
          const document = { other, 'a "b\\': [other, { rows }], next: 'token' };
          const { elements, rest } = scan(cutAt(JSON.stringify(document, null, indent), cuts), [
            'a "b\\',
            1,
            'rows',
          ]);
          expect(elements.map(({ value }) => value)).toEqual(JSON.parse(JSON.stringify(rows)));
          expect(elements.map(({ key }) => key)).toEqual(rows.map((_row, i) => i));
          const expected = JSON.parse(
            JSON.stringify({ ...document, 'a "b\\': [other, { rows: rows.map(() => 0) }] }),
          );
          expect(rest).toEqual(expected);
        },
      ),
    );
  });

  test('of a map come with their names, and at the top of the document too', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue()),
        space,
        fc.array(fc.nat()),
        (map, indent, cuts) => {
          const { elements } = scan(cutAt(JSON.stringify(map, null, indent), cuts), []);
          // JSON.stringify writes keys in the order of the object.
          expect(elements.map(({ key }) => key)).toEqual(Object.keys(map));
          expect(elements.map(({ value }) => value)).toEqual(JSON.parse(JSON.stringify(Object.values(map))));
        },
      ),
    );
  });

  test('of a document that is cut short anywhere are never taken for all of them', () => {
    const text = JSON.stringify({ n: 1, rows: [{ a: 'x]"}' }, 12, 'text', [1, [2]], null], next: 'q' });
    for (let length = 0; length < text.length; length++)
      expect(() => scan([text.slice(0, length)], ['rows']), text.slice(0, length)).toThrow(HttpFailure);
  });

  test.each([
    '{"rows":[1 2]}',
    '{"rows":[1,]}',
    '{"rows":[1]}}',
    '{"rows":[1]',
    '{"rows" [1]}',
    '{"rows":[01]}',
    '[1][2]',
    '{"rows":[tru]}',
  ])('of %s are an error', (text) => {
    expect(() => scan([text], ['rows'])).toThrow(HttpFailure);
    expect(() => JSON.parse(text)).toThrow();
  });
});

describe('lines', () => {
  const read = async (parts: readonly string[]): Promise<readonly string[]> => {
    const text = (async function* () {
      yield* parts;
    })();
    const lines: string[] = [];
    for await (const line of linesOf({ text, what: 'GET http://x/' } as unknown as Answer)) lines.push(line);
    return lines;
  };

  test('are whole wherever the text is cut', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.string().filter((line) => !/[\r\n]/.test(line))),
        fc.array(fc.nat()),
        async (lines, cuts) => {
          expect(await read(cutAt(lines.map((line) => `${line}\r\n`).join(''), cuts))).toEqual(lines);
        },
      ),
    );
  });

  test('that end without an end are an answer cut short', async () => {
    await expect(read(['a\nb'])).rejects.toThrow('has no end');
  });
});
