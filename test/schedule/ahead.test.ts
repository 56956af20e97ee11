import { expect, test } from 'vitest';
import { refuseAhead } from '../../src/commands/schedule/ahead.js';
import type { LedgerRow } from '../../src/schedule/index.js';

const now = Date.UTC(2026, 10, 29, 3);
const enrolledAt = (at: number): LedgerRow => ({ step: 'enrolled', at, timetable: '{}' });

test('a ledger from the time to come is refused aloud: nothing would be due for as long, and nobody would know', () => {
  expect(() => refuseAhead([enrolledAt(now + 30 * 86_400_000)], now)).toThrow(
    /row of 2026-12-29 03:00 UTC, and now is 2026-11-29 03:00 UTC: the clock is wrong or was/,
  );
});

test('a clock that was set back by some minutes is no reason', () => {
  expect(() => refuseAhead([enrolledAt(now + 5 * 60_000), enrolledAt(now - 1)], now)).not.toThrow();
  expect(() => refuseAhead([], now)).not.toThrow();
});
