import { expect, test } from 'vitest';
import { endText } from '../../src/commands/schedule/child.js';

test('a process of the scheduler that was killed is said, one that ended by itself or was told to is not', () => {
  expect(endText(null, 'SIGKILL', false)).toBe(
    'its process was ended by SIGKILL; what was under way goes on in half a minute',
  );
  expect(endText(70, null, false)).toMatch(/^its process ended with 70;/);
  expect([endText(0, null, false), endText(10, null, false), endText(143, null, true)]).toEqual([
    null,
    null,
    null,
  ]);
  expect(endText(null, 'SIGTERM', true)).toBeNull();
});
