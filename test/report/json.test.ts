import { describe, expect, test } from 'vitest';
import { json } from '../../src/report/json.js';
import { reportDocumentSchema, reportSchema } from '../../src/report/schema.js';
import { worlds } from './worlds/index.js';

const names = Object.keys(worlds);
const base = worlds['trade-off'];

const shuffled = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(shuffled);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(
    Object.entries(value)
      .reverse()
      .map(([key, item]) => [key, shuffled(item)]),
  );
};

describe('report.json', () => {
  test.each(names)('%s follows the published schema', (name) => {
    const parsed = reportDocumentSchema.safeParse(JSON.parse(json.render(worlds[name])));
    expect(parsed.error?.issues ?? []).toEqual([]);
  });

  test('the schema refuses what a report is not', () => {
    const document = JSON.parse(json.render(base));
    expect(reportDocumentSchema.safeParse({ ...document, extra: 1 }).success).toBe(false);
    expect(reportDocumentSchema.safeParse({ ...document, schemaVersion: 2 }).success).toBe(false);
    expect(reportSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: expect.arrayContaining(['decision', 'claims']),
    });
  });

  test('computed numbers have 12 significant digits; times, seeds and counts stay whole', () => {
    const document = JSON.parse(
      json.render({
        ...base,
        metrics: base.metrics.map((m) => ({
          ...m,
          arms: m.arms.map((a) => ({ ...a, mean: 1 / 3, value: 0.1 + 0.2 })),
        })),
      }),
    );
    expect(document.metrics[0].arms[0]).toMatchObject({ mean: 0.333333333333, value: 0.3 });
    expect(document.experiment.design.seed).toBe(20191104);
    expect(document.trials[0].start).toBe(base.trials[0].start);
  });

  test('characters that turn the direction of text are escaped, and read back as they were', () => {
    const question = 'a\u202eb\u2066c\u200f';
    const text = json.render({ ...base, experiment: { ...base.experiment, question } });
    expect(text).not.toMatch(/\p{Bidi_Control}/u);
    expect(text).toContain(String.raw`a\u202eb\u2066c\u200f`);
    expect(JSON.parse(text).experiment.question).toBe(question);
  });

  test('keys have one order, whoever made the objects', () => {
    expect(json.render(shuffled(base) as typeof base)).toBe(json.render(base));
    expect(json.render(base).startsWith('{\n  "schemaVersion": 1,')).toBe(true);
  });

  test('every reason carries its sentence', () => {
    const document = JSON.parse(json.render(base));
    expect(document.decision.reasons[0]).toMatchObject({
      code: 'decision-trade-off',
      text: expect.stringContaining('paid for elsewhere'),
    });
    expect(document.checks[0].saw.text).toContain('all as scheduled');
  });

  test('it can stand in a page', () => {
    const text = json.render(worlds['ugly-strings']);
    expect(text).not.toContain('<');
    expect(text).not.toMatch(/[\u2028\u2029]/);
    expect(JSON.parse(text).experiment.question).toBe(worlds['ugly-strings'].experiment.question);
  });

  test('what JSON cannot hold is a defect, not a silent null', () => {
    const broken = { ...base, experiment: { ...base.experiment, confidence: Number.NaN } };
    expect(() => json.render(broken)).toThrow('report.experiment.confidence');
  });

  test('infinite degrees of freedom in what a method wants known are said in words', () => {
    const comparisons = base.comparisons.map((c) =>
      c.effect === null ? c : { ...c, effect: { ...c.effect, details: { df: Number.POSITIVE_INFINITY } } },
    );
    expect(JSON.parse(json.render({ ...base, comparisons })).comparisons[0].effect.details.df).toBe(
      'Infinity',
    );
  });
});
