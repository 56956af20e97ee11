import { describe, expect, test } from 'vitest';
import { atHourValue, atVolume } from '../../src/decide/what-pays.js';

const estimate = (value: number) => {
  const interval = { kind: 'interval' as const, low: value, high: value };
  return {
    estimate: value,
    interval,
    intervals: { '80': interval, '90': interval, '95': interval, '99': interval },
  };
};
/** An hour saved costs 10, and 6 to 15 fit the data. */
const hour = {
  extraCost: estimate(20),
  hoursSaved: estimate(2),
  priceOfAnHour: { estimate: 10, set: [{ low: 6, high: 15 }] },
};

describe('the value of an hour', () => {
  test('below every price that fits, the treatment does not pay; above, it pays; between, it is open', () => {
    expect(atHourValue(hour, 5)).toEqual({ netBenefit: -10, says: 'does-not-pay' });
    expect(atHourValue(hour, 16)).toEqual({ netBenefit: 12, says: 'pays' });
    for (const value of [6, 9, 10, 15]) expect(atHourValue(hour, value).says).toBe('open');
  });

  test('without an upper end, no value is known to pay', () => {
    const open = { ...hour, priceOfAnHour: { estimate: 10, set: [{ low: 6, high: null }] } };
    expect(atHourValue(open, 1e9).says).toBe('open');
  });
});

describe('a volume', () => {
  const crossing = {
    kind: 'interval' as const,
    low: 40,
    high: 60,
    from: 10,
    to: 100,
    cheaperBelow: 'faas',
    treatment: 'spark',
    baseline: 'faas',
  };

  test('on either side of the crossing has its cheaper arm; in its interval it is open', () => {
    expect(atVolume(crossing, 20)).toEqual({ says: 'cheaper', arm: 'faas' });
    expect(atVolume(crossing, 80)).toEqual({ says: 'cheaper', arm: 'spark' });
    expect(atVolume(crossing, 50)).toEqual({ says: 'open' });
  });

  test('beyond what was measured nothing is said, and a half-line is open on its side', () => {
    expect(atVolume(crossing, 5)).toEqual({ says: 'not-measured' });
    expect(atVolume(crossing, 101)).toEqual({ says: 'not-measured' });
    expect(atVolume({ ...crossing, kind: 'half-line', high: null }, 100)).toEqual({ says: 'open' });
    expect(atVolume({ ...crossing, kind: 'none' }, 80)).toEqual({ says: 'open' });
  });
});
