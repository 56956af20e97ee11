/** Bare numbers as text. Values that are not numbers are printed as they are: a sentence must never throw. */

const MINUS = '−';

/** 1234567 → 1,234,567; digits only. */
const grouped = (digits: string): string => {
  const [whole = '', part] = digits.split('.');
  const thousands = whole.replace(/\B(?=(?:\d{3})+$)/g, ',');
  return part === undefined ? thousands : `${thousands}.${part}`;
};

const withSign = (negative: boolean, digits: string): string =>
  negative && /[1-9]/.test(digits) ? `${MINUS}${digits}` : digits;

const notFinite = (x: unknown): string => {
  if (typeof x !== 'number') return x === null || x === undefined ? 'none' : String(x);
  if (Number.isNaN(x)) return 'not a number';
  return x > 0 ? '∞' : `${MINUS}∞`;
};

/** Exponent of ten of the leading digit after rounding to `significant` digits. */
const exponentOf = (x: number, significant: number): number =>
  Number(x.toExponential(significant - 1).split('e')[1]);

/** A whole number with thousands separated: 1,234,567. */
export const count = (n: unknown): string =>
  typeof n === 'number' && Number.isFinite(n)
    ? withSign(n < 0, grouped(Math.abs(Math.round(n)).toFixed(0)))
    : notFinite(n);

/** Exactly `decimals` digits after the point. */
export const fixed = (x: unknown, decimals: number): string =>
  typeof x === 'number' && Number.isFinite(x)
    ? withSign(x < 0, grouped(Math.abs(x).toFixed(Math.min(100, Math.max(0, decimals)))))
    : notFinite(x);

/** About `significant` digits; whole digits are never cut (1,234,567), tiny and huge ones as 1.23e-6. */
export const number = (x: unknown, significant = 3): string => {
  if (typeof x !== 'number' || !Number.isFinite(x)) return notFinite(x);
  if (x === 0) return '0';
  const size = Math.abs(x);
  const exponent = exponentOf(size, significant);
  if (exponent < -4 || exponent >= 15) {
    const [mantissa = '', power = ''] = size.toExponential(significant - 1).split('e');
    const digits = mantissa.includes('.') ? mantissa.replace(/\.?0+$/, '') : mantissa;
    return withSign(x < 0, `${digits}e${power.replace('+', '')}`);
  }
  const decimals = Math.max(0, significant - 1 - exponent);
  const digits = size.toFixed(decimals);
  return withSign(x < 0, grouped(decimals > 0 ? digits.replace(/\.?0+$/, '') : digits));
};

/**
 * A fraction as a percentage: 0.784 → 78.4%, 0.975 → 97.5%. With `digits`, exactly that many decimals.
 * What is not quite 0% or 100% is not printed as if it were.
 */
export const percent = (fraction: unknown, digits?: number): string => {
  if (typeof fraction !== 'number' || !Number.isFinite(fraction)) return notFinite(fraction);
  if (digits !== undefined) return `${fixed(fraction * 100, digits)}%`;
  for (let significant = 3; significant <= 8; significant++) {
    const text = number(fraction * 100, significant);
    if (text !== '100' || fraction === 1) return `${text}%`;
  }
  return `${number(fraction * 100, 12)}%`;
};

/** Levels on which a rounded p-value must not seem to stand. */
const levels = [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.2];

/** "p = 0.012", "p = 3.2e-7", "p < 1e-300": never "p = 0", never "p = 1", never 0.05 for 0.0499. */
export const pValue = (p: unknown): string => {
  if (typeof p !== 'number' || !Number.isFinite(p)) return 'no p-value';
  if (p < 1e-300) return 'p < 1e-300';
  if (p > 0.99) return 'p > 0.99';
  if (p < 0.0001) return `p = ${scientific(p)}`;
  const onLevel = (digits: number): boolean =>
    levels.includes(Number(p.toPrecision(digits))) && !levels.includes(p);
  let digits = 2;
  while (digits < 8 && onLevel(digits)) digits += 1;
  return `p = ${number(p, digits)}`;
};

const scientific = (p: number): string => p.toExponential(1).replace('.0e', 'e').replace('+', '');
