import { describe, expect, test } from 'vitest';
import { parse, parseDocument } from 'yaml';
import { experimentSchema } from '../../src/declare/index.js';
import { fileShape } from '../../src/declare/shape/file.js';
import { COMMANDS, PIPELINES, plugins } from './fixtures.js';

type Json = { readonly [key: string]: Json } & { readonly [index: number]: Json } & object;
const schema = experimentSchema(plugins) as Json;

/** As much of draft-7 as the schema uses; a keyword that it does not know fails the test. */
function problems(at: Json, value: unknown, path = '$'): string[] {
  const found: string[] = [];
  const fail = (what: string): void => void found.push(`${path}: ${what}`);
  for (const [keyword, raw] of Object.entries(at)) {
    const rule = raw as Json;
    const record = value as Record<string, unknown>;
    const isMap = typeof value === 'object' && value !== null && !Array.isArray(value);
    switch (keyword) {
      case '$schema':
      case 'title':
      case 'description':
      case 'default':
      case 'propertyNames':
      case 'then':
        break;
      case 'type': {
        const kind = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
        const allowed = ([] as unknown[]).concat(raw);
        if (!allowed.includes(kind) && !(allowed.includes('integer') && Number.isInteger(value)))
          fail(`not ${raw}`);
        break;
      }
      case 'properties':
        if (isMap)
          for (const [key, one] of Object.entries(rule))
            if (key in record) found.push(...problems(one as Json, record[key], `${path}.${key}`));
        break;
      case 'required':
        if (isMap) for (const key of raw as unknown as string[]) if (!(key in record)) fail(`without ${key}`);
        break;
      case 'additionalProperties':
        if (isMap)
          for (const key of Object.keys(record)) {
            if (at.properties && key in at.properties) continue;
            if ((raw as unknown) === false) fail(`unknown ${key}`);
            else found.push(...problems(rule, record[key], `${path}.${key}`));
          }
        break;
      case 'items':
        if (Array.isArray(value))
          for (const [i, one] of value.entries()) found.push(...problems(rule, one, `${path}[${i}]`));
        break;
      case 'anyOf':
      case 'oneOf': {
        const tried = (raw as unknown as Json[]).map((branch) => problems(branch, value, path));
        const fits = tried.filter((branch) => branch.length === 0).length;
        if (fits === 0 || (keyword === 'oneOf' && fits > 1))
          fail(`${fits} of ${keyword}: ${tried.flat().join('; ')}`);
        break;
      }
      case 'allOf':
        for (const one of raw as unknown as Json[]) found.push(...problems(one, value, path));
        break;
      case 'if':
        if (problems(rule, value).length === 0) found.push(...problems(at.then as Json, value, path));
        break;
      case 'enum':
        if (!(raw as unknown as unknown[]).includes(value)) fail('not in enum');
        break;
      case 'const':
        if (value !== (raw as unknown)) fail(`not ${raw}`);
        break;
      case 'pattern':
        if (typeof value === 'string' && !new RegExp(raw as unknown as string, 'u').test(value))
          fail('pattern');
        break;
      case 'minimum':
        if (typeof value === 'number' && value < Number(raw)) fail('too small');
        break;
      case 'maximum':
        if (typeof value === 'number' && value > Number(raw)) fail('too large');
        break;
      case 'exclusiveMinimum':
        if (typeof value === 'number' && value <= Number(raw)) fail('too small');
        break;
      case 'minItems':
        if (Array.isArray(value) && value.length < Number(raw)) fail('too few');
        break;
      case 'maxItems':
        if (Array.isArray(value) && value.length > Number(raw)) fail('too many');
        break;
      default:
        throw new Error(`keyword ${keyword} is not known to this test`);
    }
  }
  return found;
}

describe('the JSON Schema', () => {
  test('is draft-7 and names every key, with those that are required', () => {
    expect(schema.$schema).toBe('http://json-schema.org/draft-07/schema#');
    expect(Object.keys(schema.properties as object).sort()).toEqual(Object.keys(fileShape.shape).sort());
    expect(schema.required).toEqual([
      'experiment',
      'question',
      'arms',
      'baseline',
      'design',
      'metrics',
      'hypotheses',
    ]);
  });

  test('describes every key of the file for editors', () => {
    for (const [key, one] of Object.entries(schema.properties as object))
      expect([key, typeof one.description]).toEqual([key, 'string']);
  });

  test.each([
    ['commands', COMMANDS],
    ['pipelines', PIPELINES],
  ])('accepts the example %s', (_, text) => {
    expect(problems(schema, parse(text))).toEqual([]);
  });

  const DELETED = Symbol('deleted');
  test.each<[string, readonly string[], unknown, string]>([
    ['an unknown key', ['baselin'], 'x', 'unknown baselin'],
    ['an unknown key of a metric', ['metrics', 'seconds', 'unit'], 's', 'unknown unit'],
    ['a missing key', ['baseline'], DELETED, 'without baseline'],
    ['a wrong value', ['design', 'kind'], 'random', 'not in enum'],
    ['a wrong type', ['hypotheses'], 'x', 'not array'],
    ['an unknown driver type', ['driver', 'type'], 'docker', 'not command'],
    ['an unknown option of a driver', ['driver', 'shell'], true, 'unknown shell'],
    ['a query of another source', ['metrics', 'seconds', 'query'], { bucket: 'a' }, 'unknown bucket'],
  ])('refuses %s', (_, path, value, problem) => {
    const document = parseDocument(COMMANDS);
    if (value === DELETED) document.deleteIn(path);
    else document.setIn(path, value);
    expect(problems(schema, document.toJS()).join('\n')).toContain(problem);
  });

  test('chooses the options of a source by its type', () => {
    const file = parse(PIPELINES);
    file.sources.pipeline.type = 'file';
    expect(problems(schema, file).join('\n')).toContain('unknown url');
  });
});
