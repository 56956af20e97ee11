/** A length of time as the file would write it: 5400000 → 90m. */
const UNITS: readonly (readonly [string, number])[] = [
  ['d', 864e5],
  ['h', 36e5],
  ['m', 6e4],
  ['s', 1e3],
  ['ms', 1],
];

export const durationText = (ms: number): string => {
  const [unit, factor] = UNITS.find(([, size]) => ms >= size && ms % size === 0) ?? ['ms', 1];
  return `${ms / factor}${unit}`;
};
