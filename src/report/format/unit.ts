/** Numbers with their unit, at the scale in which people read them: 0.0032 s → 3.2 ms, 5e8 B → 477 MiB. */
import { fixed, number, percent } from './number.js';

/** How values of about one size are shown: text = before + number(value × factor) + after. */
export interface UnitScale {
  readonly factor: number;
  readonly before: string;
  readonly after: string;
  /** Unit alone, for axis titles. */
  readonly name: string;
}

type Step = readonly [from: number, factor: number, name: string];

const seconds: readonly Step[] = [
  [172_800, 1 / 86_400, 'd'],
  [7_200, 1 / 3_600, 'h'],
  [120, 1 / 60, 'min'],
  [1, 1, 's'],
  [1e-3, 1e3, 'ms'],
  [1e-6, 1e6, 'µs'],
  [0, 1e9, 'ns'],
];
const bytes: readonly Step[] = [
  [1_099_511_627_776, 1 / 1_099_511_627_776, 'TiB'],
  [1_073_741_824, 1 / 1_073_741_824, 'GiB'],
  [1_048_576, 1 / 1_048_576, 'MiB'],
  [1_024, 1 / 1_024, 'KiB'],
  [0, 1, 'B'],
];
const ladders: Readonly<Record<string, { readonly base: number; readonly steps: readonly Step[] }>> = {
  s: { base: 1, steps: seconds },
  seconds: { base: 1, steps: seconds },
  ms: { base: 1e-3, steps: seconds },
  B: { base: 1, steps: bytes },
  bytes: { base: 1, steps: bytes },
};
const symbols: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥' };
const currency = /^([A-Z]{3})(?:\s*\/\s*(.+))?$/;

/** Scale for values of about `magnitude` (in `unit`); use one scale for all numbers of a table or axis. */
export const scaleOf = (unit: string, magnitude: number): UnitScale => {
  if (unit === 'fraction') return { factor: 100, before: '', after: '%', name: '%' };
  const ladder = Object.hasOwn(ladders, unit) ? ladders[unit] : undefined;
  if (ladder !== undefined) {
    const size = Math.abs(magnitude) * ladder.base;
    const still: Step = [0, 1, unit];
    const step =
      size === 0 || !Number.isFinite(size) ? still : (ladder.steps.find(([from]) => size >= from) ?? still);
    const factor = step === still ? 1 : ladder.base * step[1];
    return { factor, before: '', after: ` ${step[2]}`, name: step[2] };
  }
  const money = currency.exec(unit);
  if (money !== null) {
    const code = money[1] ?? '';
    const after = money[2] === undefined ? '' : ` per ${money[2]}`;
    return {
      factor: 1,
      before: Object.hasOwn(symbols, code) ? `${symbols[code]}` : `${code} `,
      after,
      name: unit,
    };
  }
  const after = unit === '' || unit === '1' ? '' : ` ${unit}`;
  return { factor: 1, before: '', after, name: unit };
};

const thousands: readonly (readonly [from: number, factor: number, name: string])[] = [
  [1e9, 1e-9, 'billions'],
  [1e6, 1e-6, 'millions'],
  [1e-3, 1, ''],
  [1e-6, 1e6, 'millionths'],
  [0, 1e9, 'billionths'],
];

/** For axes: as `scaleOf`, and units without a ladder of their own in millions or millionths, so that ticks are short. */
export const axisScale = (unit: string, magnitude: number): Pick<UnitScale, 'factor' | 'name'> => {
  const scale = scaleOf(unit, magnitude);
  const size = Math.abs(magnitude * scale.factor);
  const step = size === 0 ? undefined : thousands.find(([from]) => size >= from);
  if (step === undefined || step[1] === 1 || Object.hasOwn(ladders, unit)) return scale;
  return { factor: scale.factor * step[1], name: `${step[2]} of ${scale.name}` };
};

const isMoney = (unit: string): boolean => currency.test(unit);

/** Prices of single records are tiny: 0.0000628 is read at once, 6.28e-5 is not. */
const plainDigits = (value: number, significant: number): string => {
  if (!(value >= 1e-5 && value < 1e-4)) return number(value, significant);
  const exponent = Number(value.toExponential(significant - 1).split('e')[1]);
  return fixed(value, significant - 1 - exponent).replace(/0+$/, '');
};

/** 0.0032 s → "3.2 ms"; 12.3 USD/1M records → "$12.30 per 1M records"; 0.0052 fraction → "0.52%". */
export const quantity = (x: unknown, unit: string, significant = 3): string => {
  if (typeof x !== 'number' || !Number.isFinite(x)) return `${number(x)} ${unit}`.trim();
  const scale = scaleOf(unit, x);
  const value = x * scale.factor;
  const cents = isMoney(unit) && Math.abs(value) >= 1 && Math.abs(value) < 1_000;
  const digits = cents
    ? fixed(Math.abs(value), 2)
    : isMoney(unit)
      ? plainDigits(Math.abs(value), significant).replace(/^\d+\.\d$/, '$&0') // nobody writes $0.5
      : number(Math.abs(value), significant);
  const sign = value < 0 && digits !== '0' ? '−' : '';
  return `${sign}${scale.before}${digits}${scale.after}`;
};

/** So much work: 41.3 of `1M records` → "41.3M records", of `records` → "41.3 records". */
export const workAmount = (n: unknown, unit: string, significant = 3): string => {
  const [, thousand = '', rest = unit] = /^1([kKMG])\s+(.+)$/.exec(unit) ?? [];
  return `${number(n, significant)}${thousand} ${rest}`;
};

/** An amount as a sentence of an experiment writes it: 10%, 0.5 points, 90 s. */
export const amountText = (
  amount: { readonly kind: string; readonly value: number },
  unit: string,
): string => {
  if (amount.kind === 'relative') return percent(amount.value);
  if (amount.kind === 'points') return `${number(amount.value * 100)} points`;
  return quantity(amount.value, unit);
};
