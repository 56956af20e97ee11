/** Axes: linear, or logarithmic where positive values span more than a factor of 30. */
import { scaleLinear, scaleLog, scaleUtc } from 'd3-scale';
import { axisTime, number, type UnitScale } from '../format.js';

export interface Axis {
  readonly place: (value: number) => number;
  readonly ticks: readonly { readonly value: number; readonly text: string }[];
  readonly logarithmic: boolean;
}

const LOG_FROM_FACTOR = 30;

/** Keeps a constant from becoming an axis without length. */
const widened = (low: number, high: number): [number, number] => {
  if (low < high) return [low, high];
  const around = low === 0 ? 1 : Math.abs(low) * 0.1;
  return [low - around, high + around];
};

const extent = (values: readonly number[]): [number, number] => {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (value < low) low = value;
    if (value > high) high = value;
  }
  return low > high ? [0, 1] : [low, high];
};

/** Few enough ticks that their texts do not touch; 0 stays where it is one of them. */
const thinned = <T>(ticks: readonly T[], most: number): readonly T[] => {
  const step = Math.ceil(ticks.length / most);
  const first = Math.max(0, ticks.indexOf(0 as T)) % Math.max(1, step);
  return ticks.filter((_, i) => i % step === first);
};

const logTicks = (ticks: readonly number[], most: number): readonly number[] => {
  const leading = (value: number): string => value.toExponential(0).charAt(0);
  for (const digits of ['123456789', '125', '13', '1']) {
    const kept = ticks.filter((value) => digits.includes(leading(value)));
    if (kept.length <= most) return kept;
  }
  return thinned(
    ticks.filter((value) => leading(value) === '1'),
    most,
  );
};

/** `range` in pixels; `most` ticks at most. Texts are in the unit's scale, without the unit. */
export const axisOf = (
  values: readonly number[],
  range: readonly [number, number],
  most: number,
  unit: Pick<UnitScale, 'factor'>,
  kind: 'either' | 'linear' = 'either',
): Axis => {
  const [low, high] = widened(...extent(values));
  const logarithmic = kind === 'either' && low > 0 && high / low >= LOG_FROM_FACTOR;
  const { factor } = unit;
  const domain = [low * factor, high * factor];
  const scale = logarithmic
    ? scaleLog().domain(domain).range(range)
    : scaleLinear().domain(domain).range(range).nice(most);
  const raw = logarithmic ? logTicks(scale.ticks(20), most) : thinned(scale.ticks(most), most + 1);
  return {
    place: (value) => scale(value * factor),
    ticks: raw.map((value) => ({ value: value / factor, text: number(value) })),
    logarithmic,
  };
};

/** An axis of time, UTC; `most` ticks at most. */
export const timeAxis = (
  fromMs: number,
  toMs: number,
  range: readonly [number, number],
  most: number,
): Axis => {
  const end = toMs > fromMs ? toMs : fromMs + 1;
  const scale = scaleUtc().domain([fromMs, end]).range(range);
  const ticks = thinned(scale.ticks(most), most);
  return {
    place: (ms) => scale(ms),
    ticks: ticks.map((date) => ({ value: date.getTime(), text: axisTime(date.getTime(), end - fromMs) })),
    logarithmic: false,
  };
};
