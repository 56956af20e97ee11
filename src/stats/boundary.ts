/**
 * The end of an interval as the last number that a test still rejects.
 *
 * Answers: where exactly does a one-sided test change its mind? A closed formula finds the place up to rounding;
 * this search then moves number by number, so that interval and test agree to the last bit.
 * Applies: any test that changes once near the guess. Formula: steps that double until the change is bracketed,
 * then bisection until the two numbers are neighbours (or nearer than `resolution`): of exponents while they differ,
 * of numbers after that, so that 80 questions are enough however near to 0 the change lies. Source: bisection over the
 * order of doubles, Goldberg 1991 (ACM Computing Surveys 23:5).
 */

/**
 * The rejected number next to an accepted one, near `guess`. `inward` is +1 for a lower end (numbers below it are
 * rejected), −1 for an upper end. ∓Infinity where nothing on that side is rejected. `scale` > 0 is the size of a
 * step that matters, e.g. a standard error; `resolution` 0 searches to the last bit.
 */
export function boundary(
  rejected: (x: number) => boolean,
  guess: number,
  inward: 1 | -1,
  scale: number,
  resolution = 0,
): number {
  const unit = Math.max(Math.abs(guess) * 2 ** -52, scale * 2 ** -60, resolution, Number.MIN_VALUE);
  const bracket = bracketOf(rejected, guess, inward, unit);
  if (bracket === null) return inward > 0 ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  let [out, inside] = bracket;
  while (Math.abs(inside - out) > resolution) {
    const middle = between(out, inside);
    if (middle === out || middle === inside) break;
    if (rejected(middle)) out = middle;
    else inside = middle;
  }
  return out;
}

/** A number that halves what is left to search; one of the two where they are neighbours. */
function between(a: number, b: number): number {
  if (Math.sign(a) * Math.sign(b) < 0) return 0;
  const [near, far] = Math.abs(a) < Math.abs(b) ? [a, b] : [b, a];
  if (Math.abs(far) <= 4 * Math.abs(near)) return near + (far - near) / 2;
  return Math.sign(far) * Math.sqrt(Math.max(Math.abs(near), Number.MIN_VALUE)) * Math.sqrt(Math.abs(far));
}

/** [rejected, accepted] around the change; null where stepping outward meets no rejection. */
function bracketOf(
  rejected: (x: number) => boolean,
  guess: number,
  inward: 1 | -1,
  unit: number,
): [number, number] | null {
  const start = rejected(guess);
  const direction = start ? inward : -inward;
  let previous = guess;
  for (let step = unit; Number.isFinite(step); step *= 2) {
    const next = guess + direction * step;
    if (!Number.isFinite(next)) return null;
    if (rejected(next) !== start) return start ? [previous, next] : [next, previous];
    previous = next;
  }
  return null;
}
