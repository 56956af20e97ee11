import { expect, test } from 'vitest';
import type { Request } from '../../src/model/evidence.js';
import { sameArms } from '../../src/pipeline/turn-tap/same-arm.js';
import { assigner } from '../../src/split/assignment.js';
import { experiment } from '../split/support.js';

const design = (seed: number) =>
  experiment({ arms: ['old', 'new'], design: { kind: 'by-key', hash: 'xxh32', seed, coverage: 0.5 } });
/** What a proxy with this seed says of 200 keys, each asked twice. */
const heard = (seed: number): readonly Request[] => {
  const place = assigner(design(seed));
  return Array.from({ length: 400 }, (_, i) => {
    const key = `k${i % 200}`;
    return { key, assigned: place(key).arm } as Request;
  });
};

test('a proxy with another seed than the design is noticed and told once, with what to look at', () => {
  const warnings: string[] = [];
  const look = sameArms(design(7), true, { warn: (text) => void warnings.push(text) });
  look(heard(8));
  look(heard(8));
  expect(warnings).toHaveLength(1);
  expect(warnings[0]).toMatch(/^\d\d of 100 keys are sent elsewhere than the design sends them \(k\d+ to /);
  expect(warnings[0]).toContain('Is design.seed (7) the seed');
});

test('one that divides as the design does, also where a few keys are written otherwise, is not', () => {
  const warnings: string[] = [];
  const look = sameArms(design(7), true, { warn: (text) => void warnings.push(text) });
  look(heard(7).map((one, i) => (i % 40 === 0 ? { ...one, key: `${one.key}…` } : one)));
  sameArms(design(7), false, { warn: (text) => void warnings.push(text) })(heard(8));
  expect(warnings).toEqual([]);
});
