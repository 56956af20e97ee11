import { describe, expect, test } from 'vitest';
import { indexJson, indexPage, runsIndex } from '../../src/report/index.js';
import { someRuns } from './some-runs.js';
import { idsOf, problemsOf } from './xml.js';

describe('the index of runs', () => {
  const index = runsIndex(someRuns);

  test('has experiments by their newest run, and runs newest first', () => {
    expect(index.experiments.map(({ experiment }) => experiment)).toEqual(['hostile', 'engine', 'other']);
    expect(index.experiments[1].runs.map(({ run }) => run)).toEqual(['r4', 'r3', 'r2', 'r1']);
  });

  test('is the same whatever the order in which folders are read', () => {
    expect(indexJson(runsIndex(someRuns.toReversed()))).toBe(indexJson(index));
  });

  test('draws the effect over the runs for each claim that was measured at least twice', () => {
    const page = indexPage(index);
    expect(page.match(/<svg/g)).toHaveLength(2); // two claims of `engine`; the others have one run
    expect(page).toContain('Oldest first: 41% slower (33–49%); 6.0% faster (4.9–7.0%); 78% faster (76–80%)');
  });

  test('is well-formed, escapes what was typed, and asks for nothing', () => {
    const page = indexPage(index);
    expect(problemsOf(page)).toEqual([]);
    const ids = idsOf(page);
    expect(new Set(ids).size).toBe(ids.length);
    expect(page).toContain('&lt;/script&gt;&lt;img onerror');
    expect(page.match(/<\/script>/g)).toHaveLength(1);
    expect(page).not.toMatch(/<img|\p{Bidi_Control}/u);
  });

  test('of nothing says so', () => {
    expect(indexPage(runsIndex([]))).toContain('No run yet.');
  });
});
