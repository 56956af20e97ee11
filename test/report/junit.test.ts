import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { validateXML } from 'xmllint-wasm';
import { junit } from '../../src/report/junit.js';
import { worlds } from './worlds/index.js';

const schema = readFileSync(new URL('junit.xsd', import.meta.url), 'utf8');
const problemsOf = async (xml: string): Promise<readonly string[]> => {
  const { errors } = await validateXML({
    xml: [{ fileName: 'junit.xml', contents: xml }],
    schema: [schema],
  });
  return errors.map(({ message }) => message);
};
const caseNamed = (xml: string, name: string): string =>
  xml.split('<testcase').find((part) => part.includes(`name="${name}`)) ?? '';

describe('junit.xml', () => {
  test.each(Object.keys(worlds))('of %s is what CI servers read', async (name) => {
    expect(await problemsOf(junit.render(worlds[name]))).toEqual([]);
  });

  test('the schema that says so refuses what is not', async () => {
    const page = junit.render(worlds['clear-win']);
    expect(await problemsOf(page.replace('classname=', 'class='))).not.toEqual([]);
    expect(
      await problemsOf(page.replace(/timestamp="[^"]*"/, 'timestamp="2026-11-02T09:30:00.000Z"')),
    ).not.toEqual([]);
    expect(await problemsOf(page.replace('</testsuites>', ''))).not.toEqual([]);
  });

  test('a refuted claim is a failure, an unmeasured one an error, an inconclusive one skipped, none of them a pass', () => {
    const refuted = junit.render(worlds['clear-loss']);
    expect(caseNamed(refuted, 'engine is cheaper')).toContain('<failure type="refuted" message="refuted: ');
    const unmeasured = junit.render(worlds['missing-arm']);
    expect(caseNamed(unmeasured, 'engine is cheaper')).toContain('<error type="unmeasured"');
    const open = junit.render(worlds.inconclusive);
    expect(caseNamed(open, 'engine is cheaper')).toContain('<skipped message="inconclusive: ');
    expect(caseNamed(open, 'Does the resident engine')).toContain('<skipped');
    const won = junit.render(worlds['clear-win']);
    expect(won).not.toMatch(/<(failure|error|skipped)\b/);
  });

  test('a check that makes the run invalid is an error, and so is the decision', () => {
    const xml = junit.render(worlds['broken-split']);
    expect(caseNamed(xml, 'Sample ratio')).toContain('<error type="fatal"');
    expect(caseNamed(xml, 'Does the resident engine')).toContain('<error type="invalid"');
  });

  test('counts what it holds', () => {
    for (const report of Object.values(worlds)) {
      const xml = junit.render(report);
      const [head] = xml.match(/<testsuites[^>]*>/) ?? [''];
      const said = (name: string): number => Number(new RegExp(` ${name}="(\\d+)"`).exec(head)?.[1]);
      expect(said('tests')).toBe(xml.match(/<testcase/g)?.length);
      expect(said('failures')).toBe(xml.match(/<failure/g)?.length ?? 0);
      expect(said('errors')).toBe(xml.match(/<error/g)?.length ?? 0);
    }
  });

  test('what was typed stays text', () => {
    const xml = junit.render(worlds['ugly-strings']);
    expect(xml).toContain('&lt;/script&gt;&lt;img onerror=alert(1)');
    expect(xml).not.toMatch(/\p{Bidi_Control}|(?!\n)\p{Cc}|<img/u);
  });
});
