/** Amounts as they are written, `10%`, `0.5 points`, `5 s`, and back. */
import type { Amount } from '../model/experiment.js';

export const NUMBER = /^(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?/;

export interface WrittenAmount {
  readonly number: number;
  /** The digits as written: 7% is 7e-2 exactly, not 7/100 in floating point. */
  readonly digits: string;
  /** `%`, `points`, a unit, or null for a bare number. */
  readonly unit: string | null;
}

/** Units that are the same: s and seconds; what is unknown stays as it is. */
const SAME: Readonly<Record<string, string>> = {
  sec: 's',
  second: 's',
  seconds: 's',
  millisecond: 'ms',
  milliseconds: 'ms',
  minute: 'min',
  minutes: 'min',
  hour: 'h',
  hours: 'h',
  record: 'records',
  byte: 'B',
  bytes: 'B',
  'GB-s': 'GB·s',
  'GB*s': 'GB·s',
  GBs: 'GB·s',
  'GB-seconds': 'GB·s',
  'GB seconds': 'GB·s',
};
export const canonicalUnit = (unit: string): string => {
  const plain = unit.trim().replace(/\s+/g, ' ');
  return Object.hasOwn(SAME, plain) ? (SAME[plain] as string) : plain;
};

export function parseAmount(written: string): WrittenAmount | null {
  const trimmed = written.trim();
  const digits = NUMBER.exec(trimmed)?.[0];
  if (digits === undefined) return null;
  const unit = trimmed.slice(digits.length).trim();
  // A unit starts with a letter or a sign of its own; digits or a dot would be a broken number.
  if (/^[\d.,+-]/.test(unit)) return null;
  return {
    number: Number(digits),
    digits,
    unit: unit === '' ? null : /^points?$/i.test(unit) ? 'points' : unit,
  };
}

/** Moves the exponent instead of dividing, so that the digits stay what they are. */
function hundredth(digits: string): number {
  const [mantissa, exponent = '0'] = digits.toLowerCase().split('e');
  return Number(`${mantissa}e${Number(exponent) - 2}`);
}

/** The unit of an absolute amount is the caller's to compare. */
export function toAmount({ number, digits, unit }: WrittenAmount): Amount {
  if (unit === '%') return { kind: 'relative', value: hundredth(digits) };
  if (unit === 'points') return { kind: 'points', value: hundredth(digits) };
  return { kind: 'absolute', value: number };
}

/** The shortest digits that read back as the same hundredths. */
function hundredthsText(value: number): string {
  for (let precision = 1; precision <= 17; precision += 1) {
    const digits = String(Number((value * 100).toPrecision(precision)));
    if (hundredth(digits) === value) return digits;
  }
  return String(value * 100);
}

export function amountText(amount: Amount, unit: string): string {
  if (amount.kind === 'absolute') return `${amount.value} ${unit}`;
  const digits = hundredthsText(amount.value);
  if (amount.kind === 'relative') return `${digits}%`;
  return `${digits} ${digits === '1' ? 'point' : 'points'}`;
}
