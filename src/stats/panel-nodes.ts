/*
 * Points and weights for integrals of smooth functions.
 *
 * Answers: nodes x_i and weights w_i with Σ w_i·f(x_i) ≈ ∫ f. Applies: f smooth on the scale of a panel.
 * Formula: [low, high] in equal panels no wider than `width`, 16 Gauss–Legendre points on each: the roots of the
 * Legendre polynomial P₁₆ by Newton's method, weights 2/((1 − x²)·P′²). Exact for polynomials of degree 31.
 * Source: Abramowitz and Stegun 25.4.30; Press et al., Numerical Recipes 4.6.
 */

export interface Nodes {
  /** In increasing order. */
  readonly at: Float64Array;
  readonly weight: Float64Array;
}

const order = 16;

export function panelNodes(low: number, high: number, width: number): Nodes {
  const panels = Math.max(1, Math.ceil((high - low) / width));
  const half = (high - low) / panels / 2;
  const at = new Float64Array(panels * order);
  const weight = new Float64Array(panels * order);
  for (let panel = 0; panel < panels; panel++) {
    const middle = low + half * (2 * panel + 1);
    for (let i = 0; i < order; i++) {
      at[panel * order + i] = middle + half * legendre.at[i];
      weight[panel * order + i] = half * legendre.weight[i];
    }
  }
  return { at, weight };
}

/** P₁₆ and its derivative at x. */
function polynomial(x: number): { value: number; slope: number } {
  let [before, value] = [1, x];
  for (let n = 2; n <= order; n++)
    [before, value] = [value, ((2 * n - 1) * x * value - (n - 1) * before) / n];
  return { value, slope: (order * (x * value - before)) / (x * x - 1) };
}

/** Roots are separated by deflation: Newton's method on P₁₆ divided by the roots already found, from the right. */
function gaussLegendre(): Nodes {
  const at = new Float64Array(order);
  const weight = new Float64Array(order);
  for (let i = order - 1; i >= 0; i--) {
    let x = i === order - 1 ? 1 - 1e-9 : at[i + 1] - 1e-6;
    for (let round = 0; round < 100; round++) {
      const { value, slope } = polynomial(x);
      let pull = 0;
      for (let k = i + 1; k < order; k++) pull += 1 / (x - at[k]);
      const step = value / (slope - value * pull);
      x -= step;
      if (Math.abs(step) < 1e-16) break;
    }
    at[i] = x;
    const { slope } = polynomial(x);
    weight[i] = 2 / ((1 - x * x) * slope * slope);
  }
  return { at, weight };
}

const legendre = gaussLegendre();
