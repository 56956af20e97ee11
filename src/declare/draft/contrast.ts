/**
 * How well a colour stands out: the contrast ratio of WCAG 2.2, (L₁ + 0.05) / (L₂ + 0.05) with the relative
 * luminances of the lighter and the darker colour; 1 (the same) to 21 (black on white).
 * Source: https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio
 */

/** Of graphics and of what shows the focus: success criterion 1.4.11. */
export const NEEDED = 3;

/** The ground that is worst for an accent, of those in report.css (a test compares). */
export const GROUNDS = [
  { name: 'the light page', colour: '#f7f7f4' },
  { name: 'the dark page', colour: '#1a1e22' },
] as const;

const linear = (channel: number): number =>
  channel <= 0.04045 ? channel / 12.92 : Math.exp(2.4 * Math.log((channel + 0.055) / 1.055));

/** @param colour `#rrggbb` @returns relative luminance, 0 (black) to 1 (white) */
const luminance = (colour: string): number => {
  const [red, green, blue] = [1, 3, 5].map((at) =>
    linear(Number.parseInt(colour.slice(at, at + 2), 16) / 255),
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};

/** @param a `#rrggbb` @param b `#rrggbb` */
export function contrast(a: string, b: string): number {
  const [darker, lighter] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (lighter + 0.05) / (darker + 0.05);
}
