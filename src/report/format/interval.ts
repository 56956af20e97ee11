/**
 * Estimates with their interval, e.g. "78% (76–80%)": as many digits as the interval supports.
 * One digit of the half-width, two where it starts with 1; more only where rounding would move a bound
 * across a threshold, because then the text would contradict the verdict.
 */
import type { IntervalData } from '../../model/effect.js';
import { fixed, number } from './number.js';
import { scaleOf, type UnitScale } from './unit.js';

export interface Style {
  /** `fraction` prints as %; else the metric's unit. */
  readonly unit: string;
  /** Thresholds (in `unit`) that a rounded bound may not cross; 0 is always one. */
  readonly near?: readonly number[];
  /** +12% for an increase. */
  readonly signed?: boolean;
  /** Words after the number instead of the unit's own: " points". */
  readonly after?: string;
}

/** Instead of an interval where the data allow none. */
export const UNBOUNDED = 'cannot be bounded';

const MOST_DECIMALS = 12;

const decimalsFor = (halfWidth: number): number => {
  const [mantissa = '1', power = '0'] = halfWidth.toExponential(6).split('e');
  return Math.max(0, Math.min(MOST_DECIMALS, (Number(mantissa) < 2 ? 1 : 0) - Number(power)));
};

/** Does rounding put the value on the other side of a threshold, or onto it? */
const moved = (value: number, threshold: number, decimals: number): boolean => {
  const rounded = Number(value.toFixed(decimals));
  return Math.sign(rounded - threshold) !== Math.sign(value - threshold);
};

const bounds = (interval: IntervalData): readonly number[] =>
  interval.kind === 'unbounded' ? [] : [interval.low, interval.high].filter((x) => x !== null);

interface Layout {
  readonly scale: UnitScale;
  /** Digits after the point that the interval supports; a bound near a threshold gets what it needs. */
  readonly decimals: number;
  readonly boundDecimals: (end: number) => number;
}

const layout = (estimate: number, interval: IntervalData, style: Style): Layout => {
  const ends = bounds(interval);
  const magnitude = Math.max(...[estimate, ...ends].map(Math.abs));
  const unit = scaleOf(style.unit, magnitude);
  const scale: UnitScale = style.after === undefined ? unit : { ...unit, after: style.after };
  const [low, high] = ends.map((x) => x * scale.factor);
  const shown = estimate * scale.factor;
  const width = low !== undefined && high !== undefined ? (high - low) / 2 : Math.abs((low ?? shown) - shown);
  const supported = width > 0 ? decimalsFor(width) : (number(shown).split('.')[1]?.length ?? 0);
  // Nobody writes $36.0.
  const decimals = scale.before !== '' && supported === 1 ? 2 : supported;
  const fences = [0, ...(style.near ?? [])].map((x) => x * scale.factor);
  const boundDecimals = (end: number): number => {
    const most = Math.min(MOST_DECIMALS, decimals + 3);
    let own = decimals;
    while (own < most && fences.some((fence) => moved(end * scale.factor, fence, own))) own += 1;
    return own;
  };
  return { scale, decimals, boundDecimals: width > 0 ? boundDecimals : () => decimals };
};

const signedText = (value: number, scale: UnitScale, decimals: number, signed: boolean): string => {
  const digits = fixed(Math.abs(value * scale.factor), decimals);
  const zero = !/[1-9]/.test(digits);
  const sign = zero ? '' : value < 0 ? '−' : signed ? '+' : '';
  return `${sign}${scale.before}${digits}`;
};

const between = (interval: IntervalData, { scale, boundDecimals }: Layout, signed: boolean): string => {
  const text = (x: number): string => signedText(x, scale, boundDecimals(x), signed);
  const { low, high } = interval;
  if (interval.kind === 'unbounded' || (low === null && high === null)) return UNBOUNDED;
  if (low === null) return `at most ${text(high as number)}${scale.after}`;
  if (high === null) return `at least ${text(low)}${scale.after}`;
  if (low < 0 || signed)
    return `${text(low)}${scale.after === '%' ? '%' : ''} to ${text(high)}${scale.after}`;
  return `${text(low)}–${fixed(high * scale.factor, boundDecimals(high))}${scale.after}`;
};

/** The two texts apart, for sentences that put a word between: "78%" and "76–80%". */
export const estimateParts = (
  estimate: number,
  interval: IntervalData,
  style: Style,
): { readonly estimate: string; readonly interval: string } => {
  const laid = layout(estimate, interval, style);
  const { scale, decimals } = laid;
  const signed = style.signed ?? false;
  const inside = scale.after === '%' ? laid : { ...laid, scale: { ...scale, after: '' } };
  return {
    estimate: `${signedText(estimate, scale, decimals, signed)}${scale.after}`,
    interval: between(interval, inside, signed),
  };
};

/** "78% (76–80%)", "+12% (−3% to +27%)", "3.2 ms (3.1–3.4)". */
export const estimateWithInterval = (estimate: number, interval: IntervalData, style: Style): string => {
  const parts = estimateParts(estimate, interval, style);
  return `${parts.estimate} (${parts.interval})`;
};

/** The two bounds as text, each with its unit, with the digits that the interval supports; null where unbounded. */
export const boundTexts = (
  interval: IntervalData,
  style: Style,
): { readonly low: string | null; readonly high: string | null } => {
  const [low, high] = interval.kind === 'unbounded' ? [null, null] : [interval.low, interval.high];
  const { scale, boundDecimals } = layout(low ?? high ?? 0, interval, style);
  const text = (x: number | null): string | null =>
    x === null ? null : `${signedText(x, scale, boundDecimals(x), style.signed ?? false)}${scale.after}`;
  return { low: text(low), high: text(high) };
};

/** The interval alone: "−2% to 8%". */
export const intervalText = (interval: IntervalData, style: Style): string => {
  const ends = bounds(interval);
  const middle = ends.length === 0 ? 0 : ends.reduce((sum, x) => sum + x, 0) / ends.length;
  return between(interval, layout(middle, interval, style), style.signed ?? false);
};
