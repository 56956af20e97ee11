import { describe, expect, test } from 'vitest';
import { alphaFor, confidenceFor, sentencesOf } from '../../src/decide/families.js';
import type { Verdict } from '../../src/model/decision.js';
import { experiment, result } from './fixtures.js';

const alone = experiment();
const three = experiment({ treatments: ['engine', 'spark', 'flink'] });

describe('α over the claims of a sentence and the treatments', () => {
  test('“and” keeps the full α, “or” divides it, interval and test alike', () => {
    expect(alphaFor({ join: 'and', siblings: 2 }, alone)).toBeCloseTo(0.05, 12);
    expect(alphaFor({ join: 'or', siblings: 2 }, alone)).toBeCloseTo(0.025, 12);
    expect(confidenceFor({ join: 'and', siblings: 2 }, alone)).toBe(0.95);
    expect(confidenceFor({ join: 'or', siblings: 2 }, alone)).toBeCloseTo(0.975, 12);
  });

  test('with three treatments every comparison uses a third', () => {
    expect(alphaFor({ join: 'and', siblings: 1 }, three)).toBeCloseTo(0.05 / 3, 12);
    expect(alphaFor({ join: 'or', siblings: 2 }, three)).toBeCloseTo(0.05 / 6, 12);
    expect(confidenceFor({ join: 'and', siblings: 1 }, three)).toBeCloseTo(1 - 0.05 / 3, 12);
  });
});

describe('what a sentence says', () => {
  const say = (join: 'and' | 'or', ...verdicts: Verdict[]) =>
    sentencesOf(verdicts.map((verdict) => result({ join, siblings: verdicts.length }, verdict)))[0].verdict;

  test.each([
    ['and', ['supported', 'supported'], 'supported'],
    ['and', ['supported', 'refuted'], 'refuted'],
    ['and', ['supported', 'inconclusive'], 'inconclusive'],
    ['and', ['supported', 'unmeasured'], 'unmeasured'],
    ['and', ['refuted', 'unmeasured'], 'refuted'],
    ['or', ['supported', 'unmeasured'], 'supported'],
    ['or', ['supported', 'refuted'], 'supported'],
    ['or', ['refuted', 'refuted'], 'refuted'],
    ['or', ['refuted', 'inconclusive'], 'inconclusive'],
    ['or', ['refuted', 'unmeasured'], 'unmeasured'],
  ] as const)('%s of %j is %s', (join, verdicts, expected) => {
    expect(say(join, ...verdicts)).toBe(expected);
  });

  test('the second guardrail and the second hypothesis are different sentences', () => {
    const found = sentencesOf([
      result({ sentenceIndex: 1 }, 'supported'),
      result({ sentenceIndex: 1, role: 'guardrail' }, 'refuted'),
      result({ sentenceIndex: 1, treatment: 'spark' }, 'inconclusive'),
    ]);
    expect(found.map((s) => s.verdict)).toEqual(['supported', 'refuted', 'inconclusive']);
  });
});
