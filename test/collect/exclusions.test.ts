import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exclusions } from '../../src/collect/exclusions.js';
import { bothArms, trial } from './fixtures.js';

describe('exclusions', () => {
  test('a harness, environment or aborted outcome excludes the block once, by a rule named after it', () => {
    for (const outcome of ['harness', 'environment', 'aborted'] as const) {
      const found = exclusions([
        trial(0, 'a'),
        trial(0, 'b'),
        trial(4, 'a', { outcome }),
        trial(4, 'b', { outcome }),
      ]);
      expect(found).toEqual([{ block: 4, rule: `exclude-${outcome}`, outcome, trial: 'b004.0.a', arm: 'a' }]);
    }
  });

  test('what counts against an arm excludes nothing', () => {
    for (const outcome of ['sut-error', 'sut-timeout', 'sut-oom', 'launch', 'ok'] as const)
      expect(exclusions([trial(0, 'a', { outcome }), trial(0, 'b')])).toEqual([]);
  });

  test('only the newest attempt of a block is looked at, and warm-up never', () => {
    const first = trial(2, 'a', { outcome: 'aborted' });
    expect(exclusions([first, trial(2, 'a', { attempt: 1 }), trial(2, 'b', { attempt: 1 })])).toEqual([]);
    expect(exclusions([trial(-1, 'a', { outcome: 'environment' })])).toEqual([]);
  });

  test('swapping the names of the arms changes no excluded block, and order of rows nothing at all', () => {
    const outcomes = fc.constantFrom('ok', 'harness', 'environment', 'aborted', 'sut-error', 'launch');
    fc.assert(
      fc.property(fc.array(outcomes, { minLength: 12, maxLength: 12 }), fc.integer(), (drawn, shift) => {
        const trials = bothArms(6).map((one, i) => ({ ...one, outcome: drawn[i] as 'ok' }));
        const swapped = trials.map((one) => ({ ...one, arm: one.arm === 'a' ? 'b' : 'a' }));
        const blocks = (of: typeof trials) => exclusions(of).map(({ block }) => block);
        expect(blocks(swapped)).toEqual(blocks(trials));
        const turned = trials.map((_, i) => trials[(i + Math.abs(shift)) % trials.length]);
        expect(exclusions(turned)).toEqual(exclusions(trials));
      }),
    );
  });
});
