import { describe, expect, test } from 'vitest';
import { parsePath, readPath } from '../../src/collect/json-path.js';
import { nearestFirst } from '../../src/collect/nearest.js';

const at = (value: unknown, path: string) => readPath(value, parsePath(path) ?? ['(no path)']);

describe('JSON paths', () => {
  const answer = { records: 7, 'a b': { "it's": [10, { größe: 3 }] }, list: [1, 2], null: null };

  test('names, quoted names and indices lead to one place', () => {
    expect(at(answer, '$')).toBe(answer);
    expect(at(answer, '$.records')).toBe(7);
    expect(at(answer, "$['a b'][\"it's\"][1].größe")).toBe(3);
    expect(at(answer, "$['a b']['it\\'s'][0]")).toBe(10);
    expect(at(answer, '$.list[1]')).toBe(2);
  });

  test('what is not there is undefined, also inherited names, list lengths and digits of an object', () => {
    for (const path of [
      '$.nothing',
      '$.records.x',
      '$.toString',
      '$.__proto__',
      '$.list.length',
      '$.list[9]',
      '$.null.x',
    ])
      expect(at(answer, path)).toBeUndefined();
    expect(at({ 0: 'x' }, '$[0]')).toBeUndefined();
  });

  test('anything beyond is not a path', () => {
    for (const path of [
      'records',
      '',
      '$.',
      '$..records',
      '$[*]',
      '$.a[',
      '$[?(@.x)]',
      '$ .a',
      '$[-1]',
      "$['a]",
    ])
      expect(parsePath(path), path).toBeNull();
  });
});

test('the nearest name stands first, whatever its case', () => {
  expect(nearestFirst('recrods', ['bytes', 'Records', 'errors'])[0]).toBe('Records');
  expect(
    nearestFirst(
      'x',
      Array.from({ length: 50 }, (_, i) => `column ${i}`),
    ),
  ).toHaveLength(20);
});
