import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assigner, bucketArms } from '../../src/split/assignment.js';
import { xxh32 } from '../../src/split/xxh32.js';
import { experiment } from './support.js';

const bytes = (text: string) => new TextEncoder().encode(text);

test('xxh32 is what its specification and a live HAProxy answer', () => {
  // Published: xxHash's own sanity values for the empty input; HAProxy 2.6.12: `req.hdr(x-key),xxh32(7),mod(10000)`.
  expect(xxh32(bytes(''), 0)).toBe(0x02cc5d05);
  expect(xxh32(bytes(''), 0x9e3779b1)).toBe(0x36b78ae7);
  expect(xxh32(bytes('abc'), 0)).toBe(0x32d153ff);
  expect(xxh32(bytes('Nobody inspects the spammish repetition'), 0)).toBe(0xe2293b2f);
  expect(xxh32(bytes('tenant-0'), 7) % 10_000).toBe(6768);
  expect(xxh32(bytes('tenant-1'), 7) % 10_000).toBe(6953);
  expect(xxh32(bytes('tenant-42'), 7) % 10_000).toBe(5953);
});

for (const hash of ['fnv1a', 'xxh32'] as const) {
  const keyed = (design: object) =>
    experiment({ design: { kind: 'by-key', hash, shares: { engine: 0.3, functions: 0.7 }, ...design } });

  test(`growing coverage adds keys and moves none between arms: ${hash}`, () => {
    const key = fc.string({ minLength: 1, unit: 'grapheme' });
    const part = fc.double({ min: 0.01, max: 1, noNaN: true });
    fc.assert(
      fc.property(key, part, part, (name, one, other) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        const before = assigner(keyed({ coverage: less }))(name).arm;
        const after = assigner(keyed({ coverage: more }))(name).arm;
        if (before !== null) expect(after).toBe(before);
        expect(assigner(keyed({ coverage: 1 }))(name).arm).not.toBeNull();
      }),
    );
  });

  test(`every arm gets its share of many keys: ${hash}`, () => {
    const place = assigner(keyed({ coverage: 0.5 }));
    const arms = Array.from({ length: 40_000 }, (_, i) => place(`tenant-${i}`).arm);
    const share = (arm: string | null) => arms.filter((each) => each === arm).length / arms.length;
    expect(share('engine')).toBeCloseTo(0.15, 1.7);
    expect(share('functions')).toBeCloseTo(0.35, 1.7);
  });

  test(`a bucket's arm is its keys' arm: ${hash}`, () => {
    const arms = bucketArms(keyed({ coverage: 0.5 }));
    expect(arms).toHaveLength(10_000);
    for (let i = 0; i < 500; i++) {
      const { bucket, arm } = assigner(keyed({ coverage: 0.5 }))(`k${i}`);
      expect(arms[bucket]).toBe(arm);
    }
  });
}
